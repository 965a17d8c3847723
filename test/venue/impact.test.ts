import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { ImpactFilter } from '../../src/venue/sim/impact-filter.ts'
import type { ImpactOptions } from '../../src/venue/sim/impact-model.ts'
import { MarketActivity } from '../../src/venue/sim/market-activity.ts'
import type { VenueOrder } from '../../src/venue/sim/venue-orders.ts'
import { ReplayBench } from '../support/replay-bench.ts'
import { depth, testInstrument, trade } from '../support/tape-rows.ts'

/** Tick 0.1, lot 0.001. */
const instrument = new Instrument(testInstrument)
const start = depth(1000, ['bid', 1000, 500], ['ask', 1001, 6], ['ask', 1002, 500])

function benchWith(impact: ImpactOptions) {
  const filter = new ImpactFilter({ impact, instrument, activity: undefined, windowUs: 0 })
  return { bench: new ReplayBench({ rows: start, impact: filter }), filter }
}

/** One unit a day is 1,000 lots; 10 lots: √(10 ÷ 1000) = 0.1, so 0.4 % of the price. */
const squareRoot = { model: 'square-root', y: 1, sigmaDay: 0.04, volumeDay: 1 } as const

describe('the square-root law', () => {
  it('makes each fill of a taker worse, in whole ticks rounded against us', () => {
    const { bench, filter } = benchWith(squareRoot)
    bench
      .submit(2000, { id: 1, side: 'buy', qty: 10 })
      .submit(3000, { id: 2, side: 'sell', qty: 10 })
      .runTo(9000)
    // 0.004 × 1001 = 4.004 and 0.004 × 1002 = 4.008: 5 ticks. Selling, 0.004 × 1000 = 4 exactly.
    expect(bench.fills.map(([id, price, qty]) => [id, price, qty])).toEqual([
      [1, 1006, 6],
      [1, 1007, 4],
      [2, 996, 10],
    ])
    // 10 lots × 5 ticks and 10 × 4, one tick × one lot being 0.0001: 0.009.
    expect(filter.description).toContain('cost 0.01 USDT on 3 fills, 0 of them cut')
  })

  it('never goes beyond the limit of the order', () => {
    const { bench, filter } = benchWith(squareRoot)
    bench.submit(2000, { id: 1, side: 'buy', qty: 10, price: 1003 }).runTo(9000)
    expect(bench.fills.map(([, price]) => price)).toEqual([1003, 1003])
    expect(filter.description).toContain('2 fills, 2 of them cut')
    // One tick short of 1001 + 5: cut by that one; 1002 + 5 by two.
    const close = benchWith(squareRoot).bench.submit(2000, { id: 1, side: 'buy', qty: 10, price: 1005 })
    expect(close.runTo(9000).fills.map(([, price]) => price)).toEqual([1005, 1005])
  })

  it('leaves fills of makers as they are', () => {
    const filter = new ImpactFilter({ impact: squareRoot, instrument, activity: undefined, windowUs: 0 })
    const rows = [...start, ...trade(5000, 'sell', 998, 50)]
    const bench = new ReplayBench({ rows, impact: filter })
      .submit(2000, { id: 1, side: 'buy', qty: 10, price: 999 })
      .runTo(9000)
    expect(bench.fills).toEqual([[1, 999, 10, 'maker', 5000]])
  })

  it('costs nothing, and says so, before anything was measured', () => {
    const { bench, filter } = benchWith({ model: 'square-root', y: 1 })
    bench.submit(2000, { id: 1, side: 'buy', qty: 6 }).runTo(9000)
    expect(bench.fills.map(([, price]) => price)).toEqual([1001])
    expect(filter.description).toContain('none on 1 fills before anything was measured')
  })
})

describe('Almgren–Chriss', () => {
  it('adds what the order itself moves and what those before it moved for good', () => {
    const impact = { model: 'almgren-chriss', epsilon: 0.05, eta: 2, gamma: 10, tauSeconds: 1 } as const
    const { bench } = benchWith(impact)
    bench.submit(2000, { id: 1, side: 'buy', qty: 10 })
    bench.submit(3000, { id: 2, side: 'buy', qty: 10 })
    bench.submit(4000, { id: 3, side: 'sell', qty: 10 }).runTo(9000)
    // 10 lots are 0.01: 0.05 + 2 × 0.01 = 0.07, one tick; with 10 × 0.01 of the order before 0.17, two ticks.
    // Selling after 20 lots bought: 0.07 − 0.2 would be better than the book, which no impact is.
    expect(bench.fills.map(([id, price, qty]) => [id, price, qty])).toEqual([
      [1, 1002, 6],
      [1, 1003, 4],
      [2, 1004, 10],
      [3, 1000, 10],
    ])
  })
})

describe('impact where two orders take by turns', () => {
  it('is that of the other one, never of what the order itself took before', () => {
    // γ alone: 10 × 0.001 = 0.01 a lot, a tenth of a tick. Order 1 takes 6 at 1001 and rests; order 2 pays for those,
    // 0.6 rounded up; amended, order 1 takes 4 more and pays for the 10 of order 2: one tick. With its own it were two.
    const impact = { model: 'almgren-chriss', epsilon: 0, eta: 0, gamma: 10, tauSeconds: 1 } as const
    const { bench } = benchWith(impact)
    bench.submit(2000, { id: 1, side: 'buy', qty: 10, price: 1001 })
    bench.submit(3000, { id: 2, side: 'buy', qty: 10 })
    bench.amend(4000, 1, 1010, 10).runTo(9000)
    expect(bench.fills.map(([id, price, qty]) => [id, price, qty])).toEqual([
      [1, 1001, 6],
      [2, 1003, 10],
      [1, 1003, 4],
    ])
  })
})

describe('impact on contracts', () => {
  const impact = { model: 'almgren-chriss', epsilon: 0, eta: 0.1, gamma: 0, tauSeconds: 1 } as const

  it('counts in base currency: contracts of a hundredth are a hundredth', () => {
    const small = new Instrument({ ...testInstrument, lotSize: '1', contractSize: '0.01' })
    // 50 contracts of 0.01 are 0.5; 0.1 × 0.5 = 0.05, half a tick, rounded up to one. As 50 it would be 50 ticks.
    const filter = new ImpactFilter({ impact, instrument: small, activity: undefined, windowUs: 0 })
    expect(filter.apply(takerFill(50), orderOf(50)).lastPrice).toBe(1002)
  })

  it('has a cost on an inverse contract, in the base currency', () => {
    const inverse = new Instrument({
      ...testInstrument,
      kind: 'inverse',
      settleCurrency: 'BTC',
      lotSize: '1',
      contractSize: '100',
    })
    // 100 contracts of 100 at 100.1 are 99.9; × 0.1 = 9.99, 100 ticks: 110.1. 10,000 ÷ 100.1 − 10,000 ÷ 110.1 = 9.07 BTC.
    const filter = new ImpactFilter({ impact, instrument: inverse, activity: undefined, windowUs: 0 })
    expect(filter.apply(takerFill(100), orderOf(100)).lastPrice).toBe(1101)
    expect(filter.description).toContain('cost 9.07 BTC on 1 fills')
  })

  const orderOf = (qty: number): VenueOrder => {
    return { clientOrderId: 1, instrument: 0, side: 'buy', price: undefined, qty, cumQty: qty, takenQty: qty }
  }
  const takerFill = (qty: number) =>
    ({
      kind: 'fill',
      clientOrderId: 1,
      instrument: 0,
      exchangeTime: timeUs(1000),
      cumQty: qtyLots(qty),
      tradeId: 1,
      lastPrice: priceTicks(1001),
      lastQty: qtyLots(qty),
      liquidity: 'taker',
    }) as const
})

describe('what is measured of a market', () => {
  const rows = [
    ...depth(100, ['bid', 999, 5], ['ask', 1011, 5]),
    ...[1, 2, 3, 4, 5, 6].flatMap((lots) => depth(200 + lots, ['bid', 999, lots])),
    ...trade(500_000, 'buy', 1000, 10),
    ...trade(1_500_000, 'buy', 990, 5),
    ...trade(1_600_000, 'buy', 1010, 15),
    ...trade(2_500_000, 'buy', 1000, 30),
    ...trade(3_200_000, 'buy', 2000, 999),
  ]
  const open = (batchRows = 4096) =>
    new MarketActivity([createMemoryTape({ instrument: testInstrument, rows, batchRows })], 60_000_000)

  it('is volume and volatility of whole intervals before the moment', () => {
    // Intervals of a second: last prints 1000, 1010, 1000; 60 lots in 3 seconds.
    const squares = 0.01 * 0.01 + (10 / 1010) * (10 / 1010)
    for (const activity of [open(), open(8)]) {
      const known = activity.before(3_200_000)
      expect(known?.lotsDay).toBeCloseTo(20 * 86_400, 6)
      expect(known?.sigmaDay).toBeCloseTo(Math.sqrt((squares / 2) * 86_400), 10)
      activity.close()
    }
  })

  it('is unknown before three intervals had prints, and when they are long ago', () => {
    const activity = open()
    expect(activity.before(2_900_000)).toBeUndefined()
    expect(activity.before(3_000_000)).toBeDefined()
    expect(activity.before(70_000_000)).toBeUndefined()
    activity.close()
  })

  it('does not know prints at the moment or after it', () => {
    const cut = rows.slice(0, -1)
    const without = new MarketActivity(
      [createMemoryTape({ instrument: testInstrument, rows: cut })],
      60_000_000,
    )
    const activity = open()
    expect(activity.before(3_200_000)).toEqual(without.before(3_200_000))
    activity.close()
    without.close()
  })
})
