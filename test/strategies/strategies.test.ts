import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { Instrument } from '../../src/model/instrument.ts'
import type { Bar } from '../../src/model/market-data.ts'
import { parseParams } from '../../src/run/parse-params.ts'
import buyAndHold from '../../strategies/buy-and-hold/strategy.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import scripted from '../../strategies/scripted/strategy.ts'
import smaCross from '../../strategies/sma-cross/strategy.ts'
import twap from '../../strategies/twap/strategy.ts'
import { btcusdt, factsOf, stage } from '../support/strategy-stage.ts'

const start = 1_000_000_000
const open = { kind: 'open' } as const

describe('twap', () => {
  it('proposes 1 % of the traded quantity, but at least a lot for each slice', () => {
    const instrument = new Instrument(btcusdt)
    const quantity = (tradedLots: number, given: Record<string, unknown> = {}) =>
      parseParams({ definition: twap, given, market: { facts: factsOf({ tradedLots }), instrument } }).values
        .quantity
    expect(quantity(50_000)).toBe('0.500')
    expect(quantity(0)).toBe('0.030')
    expect(quantity(0, { slices: 45 })).toBe('0.045')
  })

  it('proposes no more than a tenth of what the balance buys', () => {
    const instrument = new Instrument(btcusdt)
    const market = { facts: factsOf({ tradedLots: 50_000_000 }), instrument, balanceLots: 16_000 }
    expect(parseParams({ definition: twap, given: {}, market }).values.quantity).toBe('1.600')
  })

  it('starts its algorithm once', () => {
    const { strategy, asked, passTo } = stage(twap, { quantity: '2', duration: '300s' })
    strategy.onStart?.()
    passTo(start + 5_000_000)
    const algo = {
      algo: 'twap',
      duration: 300_000_000,
      slices: 30,
      childType: 'market',
      priceOffset: 0,
      jitter: 0,
    }
    expect(asked).toEqual([['execute', { instrument: 0, side: 'buy', qty: 2000, algo }]])
  })

  it('refuses a quantity between two lots', () => {
    expect(() => stage(twap, { quantity: '0.0005' })).toThrow(
      'quantity 0.0005 is not a multiple of the lot size 0.001',
    )
  })
})

describe('buy-and-hold', () => {
  it('buys once', () => {
    const { strategy, asked, passTo } = stage(buyAndHold)
    strategy.onStart?.()
    passTo(start + 5_000_000)
    // 0.1 % of 50,000 lots.
    expect(asked).toEqual([['execute', { instrument: 0, side: 'buy', qty: 50, algo: { algo: 'market' } }]])
  })
})

describe('sma-cross', () => {
  const bar = (close: number): Bar => ({
    instrument: 0,
    openTime: timeUs(0),
    closeTime: timeUs(1),
    receiveTime: timeUs(1),
    open: priceTicks(close),
    high: priceTicks(close),
    low: priceTicks(close),
    close: priceTicks(close),
    volume: qtyLots(1),
  })
  // Averages of 1 and 2 bars: fast is above slow exactly when the last close is above the one before.
  const given = { fast: 1, slow: 2, quantity: '0.005' }

  it('trades at crossings only, through flat to the other side', () => {
    const { strategy, asked, hold } = stage(smaCross, given)
    for (const close of [10, 11, 12]) strategy.onBar?.(bar(close))
    expect(asked).toEqual([])
    strategy.onBar?.(bar(11))
    hold(-5)
    strategy.onBar?.(bar(10))
    strategy.onBar?.(bar(12))
    expect(asked).toEqual([
      ['submit', { instrument: 0, type: 'market', side: 'sell', qty: 5 }],
      ['submit', { instrument: 0, type: 'market', side: 'buy', qty: 10 }],
    ])
  })

  it('goes flat instead of short on spot', () => {
    const { strategy, asked, hold } = stage(smaCross, given, { ...btcusdt, kind: 'spot' })
    for (const close of [10, 9, 10]) strategy.onBar?.(bar(close))
    hold(5)
    strategy.onBar?.(bar(9))
    expect(asked.map(([, request]) => request)).toEqual([
      { instrument: 0, type: 'market', side: 'buy', qty: 5 },
      { instrument: 0, type: 'market', side: 'sell', qty: 5 },
    ])
  })

  it('takes a share of its equity when no quantity is given, in whole lots', () => {
    const { strategy, asked } = stage(smaCross, { fast: 1, slow: 2, equityPct: 10 })
    for (const close of [1000, 990, 1100]) strategy.onBar?.(bar(close))
    // A lot is worth 1100 ticks × 0.1 × 0.001 = 0.11; 10 % of 25 buys 2.5 / 0.11 = 22.7 lots.
    expect(asked.map(([, request]) => request)).toEqual([
      { instrument: 0, type: 'market', side: 'buy', qty: 22 },
    ])
  })

  it("asks for the tape's own bars", () => {
    const market = { facts: factsOf({ barUs: 300_000_000 }), instrument: new Instrument(btcusdt) }
    expect(parseParams({ definition: smaCross, given, market }).config.barInterval).toBe('5m')
  })
})

describe('market-maker', () => {
  const given = { halfSpread: '3ticks', quantity: '0.010', maxInventory: '0.020', skew: 1 }
  const quote = (side: 'buy' | 'sell', price: number) => [
    'submit',
    { instrument: 0, type: 'limit', side, qty: 10, price, postOnly: true },
  ]

  it('quotes both sides and leaves them alone while the wanted prices stand', () => {
    const { strategy, asked, touch, passTo, setOrder } = stage(marketMaker, given)
    touch(1000, 1002)
    strategy.onStart?.()
    for (const id of [1, 2]) setOrder(id, open)
    passTo(start + 1_000_000)
    // Mid 1001 ± 3.
    expect(asked).toEqual([quote('buy', 998), quote('sell', 1004)])
  })

  it('replaces a quote only after the old one is known to be gone', () => {
    const { strategy, asked, touch, passTo, setOrder } = stage(marketMaker, given)
    touch(1000, 1002)
    strategy.onStart?.()
    for (const id of [1, 2]) setOrder(id, open)
    touch(1002, 1004)
    passTo(start + 100_000)
    expect(asked.slice(2)).toEqual([
      ['cancel', 1],
      ['cancel', 2],
    ])
    for (const id of [1, 2]) setOrder(id, { kind: 'canceling' })
    passTo(start + 300_000)
    expect(asked.slice(4)).toEqual([])
    strategy.onOrder?.(setOrder(1, { kind: 'canceled', reason: 'canceled-by-strategy' }))
    expect(asked.slice(4)).toEqual([quote('buy', 1000)])
  })

  it('leans against its inventory, stops buying when full, and never quotes through the market', () => {
    const { strategy, asked, touch, hold } = stage(marketMaker, given)
    touch(1000, 1002)
    hold(20)
    strategy.onStart?.()
    // Full: center 1001 − 3 = 998, ask 998 + 3 = 1001, above the bid of 1000.
    expect(asked).toEqual([quote('sell', 1001)])
  })

  it('does not send a denied quote again before the timer', () => {
    const { strategy, asked, touch, setOrder } = stage(marketMaker, given)
    touch(1000, 1002)
    strategy.onStart?.()
    strategy.onOrder?.(setOrder(1, { kind: 'denied', rule: 'balance' }))
    expect(asked).toHaveLength(2)
  })

  it('waits out an empty side', () => {
    const { strategy, asked, touch } = stage(marketMaker, given)
    touch(1000, undefined)
    strategy.onStart?.()
    expect(asked).toEqual([])
  })
})

describe('scripted', () => {
  const plan = (...lines: unknown[]) => ({
    file: {
      name: 'plan.jsonl',
      text: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    },
  })
  const submit = { t: 100, do: 'submit', id: 'a1', side: 'buy', type: 'limit', price: '99.5', qty: '0.005' }
  const market = { t: 100, do: 'submit', id: 'a1', side: 'buy', type: 'market', qty: '0.005' }

  it('plays submits, amends and cancels at their times, absolute or since the start', () => {
    const { strategy, asked, passTo, setOrder } = stage(
      scripted,
      plan(submit, { t: 200, do: 'amend', id: 'a1', price: '99.4' }, { t: 300, do: 'cancel', id: 'a1' }),
    )
    strategy.onStart?.()
    passTo(start + 99)
    expect(asked).toEqual([])
    passTo(start + 100)
    setOrder(1, open)
    passTo(start + 300)
    expect(asked).toEqual([
      [
        'submit',
        {
          instrument: 0,
          side: 'buy',
          type: 'limit',
          price: 995,
          qty: 5,
          timeInForce: 'gtc',
          postOnly: false,
          tag: 'a1',
        },
      ],
      ['amend', 1, { price: 994 }],
      ['cancel', 1],
    ])
  })

  it('skips and logs what concerns an order that is over', () => {
    const { strategy, asked, passTo, setOrder } = stage(
      scripted,
      plan(submit, { t: 200, do: 'cancel', id: 'a1' }),
    )
    strategy.onStart?.()
    passTo(start + 100)
    setOrder(1, { kind: 'filled' })
    passTo(start + 200)
    expect(asked.at(-1)).toEqual(['log', 'cancel of a1 skipped: the order is over'])
  })

  it('plays stops, links and dates as the orders that they name', () => {
    const stop = { t: 100, do: 'submit', id: 's', side: 'sell', qty: '1', type: 'stop', triggerPrice: '90' }
    const limit = { ...submit, id: 'p', oco: 's', tif: 'gtd', expireTime: 5000, displayQty: '0.001' }
    const { strategy, asked, passTo } = stage(scripted, plan(stop, limit))
    strategy.onStart?.()
    passTo(start + 100)
    expect(asked).toMatchObject([
      ['submit', { type: 'stop', side: 'sell', triggerPrice: 900, tag: 's' }],
      ['submit', { type: 'limit', ocoWith: 1, timeInForce: 'gtd', expireTime: start + 5000, displayQty: 1 }],
    ])
  })

  it.each([
    ['is not JSON', '{"t":1', /^plan\.jsonl:1: /],
    ['does something unknown', { t: 1, do: 'jump', id: 'a' }, /^plan\.jsonl:1: do: /],
    ['has an unknown key', { t: 1, do: 'cancel', id: 'a', why: '' }, /^plan\.jsonl:1: .*"why"/],
    [
      'has a price off the grid',
      { ...submit, price: '99.55' },
      /^plan\.jsonl:1: price 99\.55 is not a multiple/,
    ],
    [
      'has a quantity off the grid',
      { ...submit, qty: '0.0005' },
      /^plan\.jsonl:1: quantity 0\.0005 is not a multiple/,
    ],
    [
      'is a limit order without a price',
      { t: 1, do: 'submit', id: 'a', side: 'buy', qty: '1' },
      /needs a price/,
    ],
    ['is a market order with one', { ...submit, type: 'market' }, /a market order has no price/],
    [
      'is a stop without a trigger',
      { ...submit, type: 'stop-limit' },
      /a stop-limit order needs a triggerPrice/,
    ],
    [
      'is a limit order with a trigger',
      { ...submit, triggerPrice: '90' },
      /a limit order has no triggerPrice/,
    ],
    [
      'trails by nothing',
      { t: 1, do: 'submit', id: 'a', side: 'buy', qty: '1', type: 'trailing-stop' },
      /needs a trailing/,
    ],
    ['is a post-only market order', { ...market, postOnly: true }, /:1: a market order has no postOnly/],
    ['is a market order with a tif', { ...market, tif: 'ioc' }, /:1: a market order has no tif ioc/],
    [
      'is a post-only stop',
      { ...market, type: 'stop', triggerPrice: '90', postOnly: true },
      /a stop order has no postOnly/,
    ],
    [
      'is a stop with a tif',
      { ...market, type: 'stop', triggerPrice: '90', tif: 'fok' },
      /a stop order has no tif fok/,
    ],
    [
      'is a limit order with a trigger source',
      { ...submit, triggerSource: 'touch' },
      /a limit order has no triggerSource/,
    ],
    ['ends at no time', { ...submit, tif: 'gtd' }, /tif gtd needs an expireTime/],
    ['is linked with nothing', { ...submit, oco: 'b' }, /order b was never submitted above/],
    ['cancels what was never sent', { t: 1, do: 'cancel', id: 'a' }, /order a was never submitted above/],
  ])('refuses a line that %s', (_title, line, message) => {
    expect(() => stage(scripted, plan(line))).toThrow(message)
  })

  it.each([
    [
      'goes back in time',
      { ...submit, id: 'b', t: 99 },
      'plan.jsonl:2: t 99 is before 100 on the line before',
    ],
    ['uses an id twice', submit, 'plan.jsonl:2: order a1 was already submitted above'],
    [
      'amends nothing',
      { t: 100, do: 'amend', id: 'a1' },
      'plan.jsonl:2: an amend needs a price, a qty, a triggerPrice or several of them',
    ],
  ])('refuses a second line that %s', (_title, line, message) => {
    expect(() => stage(scripted, plan(submit, line))).toThrow(message)
  })

  it('refuses a third order of a pair', () => {
    const pair = [submit, { ...submit, id: 'b', oco: 'a1' }, { ...submit, id: 'c', oco: 'b' }]
    expect(() => stage(scripted, plan(...pair))).toThrow('plan.jsonl:3: order b is one of a pair already')
  })
})
