import { describe, expect, it } from 'vitest'
import { Instrument } from '../../src/model/instrument.ts'
import { isCovered, rulesOf } from '../../src/run/rule-periods.ts'
import type { RulesConfig } from '../../src/run/venue-config.ts'
import { rulesCondition } from '../../src/venue/sim/venue-rules.ts'
import { commandOf, type OrderScript } from '../contract/harness.ts'
import { type BenchOrder, ReplayBench } from '../support/replay-bench.ts'
import { depth, testInstrument } from '../support/tape-rows.ts'

/** Tick 0.1, lot 0.001; mid 1000.5 ticks, which is 100.05. */
const start = depth(1000, ['bid', 1000, 50], ['ask', 1001, 30])
const instrument = new Instrument(testInstrument)

interface Period {
  readonly from?: number
  readonly to?: number
  readonly rules: RulesConfig
}

function benchWith(periods: readonly Period[]): ReplayBench {
  return new ReplayBench({
    rows: start,
    gate: (orders) => ({
      conditions: [rulesCondition([rulesOf(instrument, periods)], orders, 'test')],
      sweeps: [],
    }),
  })
}

function storyOf(rules: RulesConfig, order: Omit<BenchOrder, 'id'>): string[] {
  return benchWith([{ rules }])
    .submit(2000, { id: 1, ...order })
    .runTo(3000)
    .storyOf(1)
}

const bid = (price: number, qty = 10) => ({ side: 'buy', price, qty }) as const

describe('venue rules', () => {
  it.each<[string, RulesConfig, Omit<BenchOrder, 'id'>, string]>([
    ['a price off the tick grid', { tickSize: '0.5' }, bid(999), 'rejected: off-tick-grid'],
    ['a price on the tick grid', { tickSize: '0.5' }, bid(995), 'accepted'],
    ['a quantity off the lot grid', { lotSize: '0.005' }, bid(990, 12), 'rejected: off-lot-grid'],
    ['a quantity on the lot grid', { lotSize: '0.005' }, bid(990, 15), 'accepted'],
    ['less than the smallest quantity', { minQty: '0.01' }, bid(990, 9), 'rejected: below-min-qty'],
    ['the smallest quantity', { minQty: '0.01' }, bid(990, 10), 'accepted'],
    ['more than the largest quantity', { maxQty: '0.02' }, bid(990, 21), 'rejected: max-qty'],
    ['the largest quantity', { maxQty: '0.02' }, bid(990, 20), 'accepted'],
    [
      'a market order above its own limit',
      { maxQty: '0.02', maxMarketQty: '0.01' },
      { side: 'buy', qty: 11 },
      'rejected: max-qty',
    ],
    [
      'a limit order above that of market orders',
      { maxQty: '0.02', maxMarketQty: '0.01' },
      bid(990, 11),
      'accepted',
    ],
    // 99.0 × 0.01 = 0.99; at the mid of 100.05 × 0.009 = 0.90045.
    ['too small a notional', { minNotional: '1' }, bid(990, 10), 'rejected: below-min-notional'],
    ['a notional just large enough', { minNotional: '0.99' }, bid(990, 10), 'accepted'],
    [
      'too small a market order',
      { minNotional: '0.91' },
      { side: 'sell', qty: 9 },
      'rejected: below-min-notional',
    ],
    // 1000.5 × 1.05 = 1050.525 and × 0.95 = 950.475.
    [
      'a price above the band',
      { priceBand: { up: '1.05' } },
      { side: 'sell', price: 1051, qty: 1 },
      'rejected: price-band',
    ],
    [
      'a price at the top of the band',
      { priceBand: { up: '1.05' } },
      { side: 'sell', price: 1050, qty: 1 },
      'accepted',
    ],
    ['a price below the band', { priceBand: { down: '0.95' } }, bid(950), 'rejected: price-band'],
    ['a price at the bottom of the band', { priceBand: { down: '0.95' } }, bid(951), 'accepted'],
  ])('judge %s', (_title, rules, order, story) => {
    expect(storyOf(rules, order)[0]).toBe(story)
  })

  it('refuse one open order too many, and take it again when one is over', () => {
    const bench = benchWith([{ rules: { maxOpenOrders: 2 } }])
      .submit(2000, { id: 1, ...bid(990) })
      .submit(2100, { id: 2, ...bid(991) })
      .submit(2200, { id: 3, ...bid(992) })
      .cancel(2300, 1)
      .submit(2400, { id: 4, ...bid(993) })
      .runTo(3000)
    expect(bench.storyOf(3)).toEqual(['rejected: too-many-orders'])
    expect(bench.storyOf(4)).toEqual(['accepted'])
  })

  it('hold for amends too, and leave the order as it was', () => {
    const bench = benchWith([{ rules: { tickSize: '0.5', maxQty: '0.02' } }])
      .submit(2000, { id: 1, ...bid(990) })
      .amend(2100, 1, 991, 10)
      .amend(2200, 1, 990, 30)
      .amend(2300, 1, 985, 20)
      .runTo(3000)
    expect(bench.storyOf(1)).toEqual([
      'accepted',
      'amend-rejected: off-tick-grid',
      'amend-rejected: max-qty',
      'amended',
    ])
  })

  it('change at the moment at which a period begins, by the time of arrival', () => {
    const bench = benchWith([
      { to: 2100, rules: { tickSize: '0.5' } },
      { from: 2100, to: 2200, rules: { tickSize: '1' } },
    ])
      // Arrivals at 2099, 2100, 2199 and 2200.
      .submit(2094, { id: 1, ...bid(995) })
      .submit(2095, { id: 2, ...bid(995) })
      .submit(2194, { id: 3, ...bid(990) })
      .submit(2195, { id: 4, ...bid(991) })
      .runTo(3000)
    expect([1, 2, 3, 4].map((id) => bench.storyOf(id)[0])).toEqual([
      'accepted',
      'rejected: off-tick-grid',
      'accepted',
      // No period, no rule: the instrument's own grid alone.
      'accepted',
    ])
  })

  it('value an inverse contract in its base currency', () => {
    // 100 contracts of 100 USD at 100.0 are 100 BTC, a little less at 100.1.
    const spec = { kind: 'inverse', settleCurrency: 'BTC', lotSize: '1', contractSize: '100' } as const
    const inverse = new Instrument({ ...testInstrument, ...spec })
    const bench = new ReplayBench({
      rows: start,
      spec,
      gate: (orders) => ({
        conditions: [rulesCondition([rulesOf(inverse, [{ rules: { minNotional: '100' } }])], orders, 'test')],
        sweeps: [],
      }),
    })
    bench.submit(2000, { id: 1, ...bid(1000, 100) }).submit(2100, { id: 2, ...bid(1001, 100) })
    bench.runTo(3000)
    expect([bench.storyOf(1)[0], bench.storyOf(2)]).toEqual(['accepted', ['rejected: below-min-notional']])
  })

  it('must not overlap, and must lie on the grid of the data', () => {
    const rules = {}
    expect(() => rulesOf(instrument, [{ rules }, { from: 5, rules }])).toThrow('two periods overlap')
    expect(() => rulesOf(instrument, [{ rules: { tickSize: '0.05' } }])).toThrow(
      "no multiple of the data's 0.1",
    )
  })

  it('know whether they cover the data', () => {
    const covers = (...spans: [number, number][]) => {
      const rules = rulesOf(
        instrument,
        spans.map(([from, to]) => ({ from, to, rules: {} })),
      )
      return rules !== undefined && isCovered(rules, 100, 200)
    }
    expect(covers([0, 201])).toBe(true)
    expect(covers([0, 200])).toBe(false)
    expect(covers([0, 150], [150, 300])).toBe(true)
    expect(covers([0, 150], [151, 300])).toBe(false)
  })
})

describe('rules of prices that trigger', () => {
  const stop = { side: 'buy', qty: 10, type: 'stop' } as const

  it.each<[string, RulesConfig, OrderScript, string]>([
    [
      'a trigger price off the tick grid',
      { tickSize: '0.5' },
      { ...stop, triggerPrice: 1104 },
      'off-tick-grid',
    ],
    ['a trigger price on the tick grid', { tickSize: '0.5' }, { ...stop, triggerPrice: 1105 }, 'accepted'],
    [
      'a trailing distance off the tick grid',
      { tickSize: '0.5' },
      { side: 'sell', qty: 10, type: 'trailing-stop', trailingTicks: 4 },
      'off-tick-grid',
    ],
    // 110.0 × 0.01 = 1.1, though it is 1.0005 at the mid.
    [
      'a stop large enough at its trigger price',
      { minNotional: '1.1' },
      { ...stop, triggerPrice: 1100 },
      'accepted',
    ],
    ['a stop too small', { minNotional: '1.1' }, { ...stop, triggerPrice: 1099 }, 'below-min-notional'],
  ])('hold %s', (_what, rules, order, expected) => {
    const bench = benchWith([{ rules }]).send(2000, commandOf(1, order)).runTo(3000)
    expect(bench.storyOf(1)).toEqual([expected === 'accepted' ? expected : `rejected: ${expected}`])
  })

  it('hold the trigger price of an amend, and the quantity that it leaves alone', () => {
    const bench = benchWith([{ rules: { tickSize: '0.5', minQty: '0.01' } }])
      .send(2000, commandOf(1, { ...stop, triggerPrice: 1105 }))
      .move(3000, 1, 1106)
      .move(4000, 1, 1110)
      .runTo(5000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'amend-rejected: off-tick-grid', 'amended'])
  })
})
