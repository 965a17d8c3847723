import { describe, expect, it } from 'vitest'
import { durationUs, moneyQuanta, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { OrderRequest, RiskRule, Side } from '../../src/model/order.ts'
import type { RiskLimits } from '../../src/risk/risk-limits.ts'
import { Bench, type BenchOptions, startTime, testInstrument } from '../support/fake-venue.ts'

interface Asked {
  readonly side?: Side
  readonly qty?: number
  readonly price?: number | undefined
  readonly instrument?: number
  readonly reduceOnly?: boolean
}

/** A limit buy of 10 lots at 999 unless told otherwise; `price: undefined` makes it a market order. */
function ask(asked: Asked = {}): OrderRequest {
  const { side = 'buy', qty = 10, instrument = 0, reduceOnly = false } = asked
  const base = { instrument, side, qty: qtyLots(qty), reduceOnly }
  const price = 'price' in asked ? asked.price : 999
  return price === undefined
    ? { ...base, type: 'market' }
    : { ...base, type: 'limit', price: priceTicks(price) }
}

/** @returns the rule that denied it, or undefined when it was sent */
function denied(bench: Bench, asked: Asked = {}): RiskRule | undefined {
  const order = bench.engine.order(bench.engine.submit(ask(asked)))
  bench.drain()
  if (order?.state.kind === 'denied') return order.state.rule
  expect(order?.state.kind).toBe('submitted')
  return undefined
}

/** A filled order: the position is what it is about. */
function hold(bench: Bench, side: Side, qty: number, price: number, instrument = 0): void {
  const id = bench.engine.submit(ask({ side, qty, price: undefined, instrument }))
  bench.fill(id, qty, price, 'taker')
  expect(bench.engine.order(id)?.state.kind).toBe('filled')
}

const withLimits = (limits: Partial<RiskLimits>, options: BenchOptions = {}): Bench =>
  new Bench({ ...options, limits })

describe('a single order', () => {
  // The mid is 1000; one tick·lot is 100 quanta.
  const twoLots = [{ qtyMin: qtyLots(5), qtyMax: qtyLots(20) }]
  it.each<[RiskRule, string, Partial<RiskLimits>, Asked, Asked]>([
    ['price-deviation', '5 % below the mid', { priceDeviationBpsMax: 500 }, { price: 950 }, { price: 949 }],
    ['price-deviation', '5 % above the mid', { priceDeviationBpsMax: 500 }, { price: 1050 }, { price: 1051 }],
    ['min-qty', 'a smallest size', { instruments: twoLots }, { qty: 5 }, { qty: 4 }],
    ['max-qty', 'a largest size', { instruments: twoLots }, { qty: 20 }, { qty: 21 }],
    // 999 × 10 × 100 = 999,000
    ['min-value', 'a smallest value', { orderValueMin: moneyQuanta(999_000) }, {}, { price: 998 }],
    ['max-value', 'a largest value', { orderValueMax: moneyQuanta(999_000) }, {}, { price: 1000 }],
    // at the mid: 1000 × 10 × 100 = 1,000,000
    [
      'max-value',
      'a largest value of a market order',
      { orderValueMax: moneyQuanta(1_000_000) },
      { price: undefined },
      { price: undefined, qty: 11 },
    ],
    ['tick-grid', 'a price of one tick', {}, { price: 1 }, { price: 0 }],
    ['min-qty', 'a quantity of one lot', {}, { qty: 1 }, { qty: 0 }],
    ['max-value', 'a value that can be counted', {}, { qty: 1e9 }, { qty: 1e12 }],
  ])('%s: admits %s, denies one step beyond', (rule, _title, limits, admitted, beyond) => {
    expect(denied(withLimits(limits), admitted)).toBeUndefined()
    expect(denied(withLimits(limits), beyond)).toBe(rule)
  })

  it('measures the deviation from a mid that lies between two ticks', () => {
    const bench = withLimits({ priceDeviationBpsMax: 500 })
    bench.market.quote(999, 1000)
    // 5 % of 999.5 is 49.975: 1049.475 is the highest price.
    expect(denied(bench, { price: 1049 })).toBeUndefined()
    expect(denied(bench, { price: 1050 })).toBe('price-deviation')
  })

  it('min-value: holds the instrument to its own minimum notional', () => {
    // 1 USDT = 1,000,000 quanta = 1000 ticks × 10 lots
    const bench = new Bench({ instruments: [testInstrument({ minNotional: '1' })] })
    expect(denied(bench, { price: 1000 })).toBeUndefined()
    expect(denied(bench, { price: 999 })).toBe('min-value')
    expect(denied(bench, { price: undefined, qty: 9 })).toBe('min-value')
  })

  it('no-reference-price: needs a market', () => {
    const bench = new Bench()
    bench.market.quote(undefined, 1001)
    expect(denied(bench)).toBe('no-reference-price')
    bench.market.quote(999, 1001)
    expect(denied(bench)).toBeUndefined()
  })

  it('stale-data: admits data of the largest age, denies older ones and none', () => {
    const bench = withLimits({ staleDataUsMax: durationUs(1_000_000) })
    bench.market.updatedAt = startTime - 1_000_000
    expect(denied(bench)).toBeUndefined()
    bench.market.updatedAt = startTime - 1_000_001
    expect(denied(bench)).toBe('stale-data')
    bench.market.isSilent = true
    expect(denied(bench)).toBe('stale-data')
  })

  it('is never sent when denied, and the denial is journaled with its rule', () => {
    const bench = withLimits({ priceDeviationBpsMax: 500 })
    denied(bench, { side: 'sell', price: 1051 })
    expect(bench.venue.commands).toEqual([])
    // order 1, rule 3, 1051 ticks, 10 lots; sell 1 + limit 2
    expect(bench.journal.records).toEqual([
      { kind: 'denied', time: startTime, instrument: 0, sub: 3, fields: [1, 3, 1051, 10] },
    ])
    expect(bench.notifications).toMatchObject([{ kind: 'order', order: { state: { kind: 'denied' } } }])
    expect(bench.engine.workingOrders()).toEqual([])
  })

  it('lets everything pass without limits', () => {
    const bench = new Bench()
    for (let i = 0; i < 300; i++) expect(denied(bench)).toBeUndefined()
    bench.market.updatedAt = 0
    expect(denied(bench, { price: 5000 })).toBeUndefined()
  })
})

describe('orders together', () => {
  it('open-orders: counts what works, unknown included, and forgets what is over', () => {
    const bench = withLimits({ openOrdersMax: 2 }, { engine: { answerTimeout: durationUs(1000) } })
    denied(bench)
    expect(denied(bench)).toBeUndefined()
    expect(denied(bench)).toBe('open-orders')
    bench.runTo(1000)
    expect(bench.engine.order(1)?.state.kind).toBe('unknown')
    expect(denied(bench)).toBe('open-orders')
    bench.reject(1)
    expect(denied(bench)).toBeUndefined()
  })

  it('message-rate: refuses the next submit and amend in the window, never a cancel', () => {
    const bench = withLimits({ messageRate: { count: 3, windowUs: durationUs(1_000_000) } })
    for (let i = 0; i < 3; i++) expect(denied(bench)).toBeUndefined()
    bench.accept(1)
    bench.venue.take()
    expect(denied(bench)).toBe('message-rate')
    bench.engine.amend(1, { price: priceTicks(998) })
    expect(bench.drain()).toMatchObject([{ kind: 'amend-refused', why: 'message-rate' }])
    bench.engine.cancel(1)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel', clientOrderId: 1 }])
    // Messages at 0, 0, 0 and the cancel at 0: the three newest leave the window together.
    bench.runTo(999_999)
    expect(denied(bench)).toBe('message-rate')
    bench.runTo(1_000_000)
    for (let i = 0; i < 3; i++) expect(denied(bench)).toBeUndefined()
    expect(denied(bench)).toBe('message-rate')
  })

  it('duplicate: refuses the like of a working order sent less than a second ago', () => {
    const bench = withLimits({ duplicateWindowUs: durationUs(1_000_000) })
    expect(denied(bench)).toBeUndefined()
    bench.runTo(999_999)
    expect(denied(bench)).toBe('duplicate')
    expect(denied(bench, { qty: 11 })).toBeUndefined()
    expect(denied(bench, { price: 998 })).toBeUndefined()
    expect(denied(bench, { side: 'sell' })).toBeUndefined()
    expect(denied(bench, { price: undefined })).toBeUndefined()
    expect(denied(bench, { price: undefined })).toBe('duplicate')
    bench.runTo(1_000_000)
    expect(denied(bench)).toBeUndefined()
    expect(denied(bench)).toBe('duplicate')
  })

  it('duplicate: admits the like of an order that is over, and finds the one before it', () => {
    const bench = withLimits({ duplicateWindowUs: durationUs(1_000_000) })
    denied(bench)
    bench.reject(1)
    expect(denied(bench)).toBeUndefined()
    bench.accept(2)
    // An amend away from the price and the order behind it both leave nothing alike.
    bench.engine.amend(2, { price: priceTicks(900) })
    bench.apply({ kind: 'amended', ...bench.base(2), price: priceTicks(900), qty: qtyLots(10) })
    expect(denied(bench)).toBeUndefined()
    expect(denied(bench)).toBe('duplicate')
  })

  it('duplicate: finds an order behind a younger one that is over', () => {
    const bench = withLimits({ duplicateWindowUs: durationUs(1_000_000) })
    const moveTo = (price: number): void => {
      bench.engine.amend(1, { price: priceTicks(price) })
      bench.apply({ kind: 'amended', ...bench.base(1), price: priceTicks(price), qty: qtyLots(10) })
    }
    denied(bench)
    bench.accept(1)
    moveTo(998)
    expect(denied(bench)).toBeUndefined()
    bench.reject(2)
    moveTo(999)
    expect(denied(bench)).toBe('duplicate')
  })

  it('max-positions: counts instruments with a position or a working order', () => {
    const instruments = ['A', 'B', 'C'].map((id) => testInstrument({ id }))
    const bench = withLimits({ positionsMax: 2 }, { instruments })
    hold(bench, 'buy', 5, 1000, 0)
    expect(denied(bench, { instrument: 1 })).toBeUndefined()
    expect(denied(bench, { instrument: 2 })).toBe('max-positions')
    expect(denied(bench, { instrument: 0 })).toBeUndefined()
    expect(denied(bench, { instrument: 1, price: 998 })).toBeUndefined()
    hold(bench, 'sell', 5, 1000, 0)
    expect(denied(bench, { instrument: 2 })).toBe('max-positions')
    for (const { clientOrderId, instrument } of bench.engine.workingOrders()) {
      if (instrument === 0) bench.reject(clientOrderId)
    }
    expect(denied(bench, { instrument: 2 })).toBeUndefined()
  })

  it('position-value-share: counts the position and every working order on its side', () => {
    // 50 % of 2,000,000 = 1,000,000 quanta = 10 lots at the mid of 1000
    const bench = withLimits({ positionShareBpsMax: 5000 }, { balance: moneyQuanta(2_000_000) })
    expect(denied(bench, { qty: 11 })).toBe('position-value-share')
    hold(bench, 'buy', 4, 1000)
    expect(denied(bench, { qty: 3 })).toBeUndefined()
    expect(denied(bench, { qty: 4 })).toBe('position-value-share')
    expect(denied(bench, { qty: 3, price: 998 })).toBeUndefined()
    // Selling: 4 close, 10 more open the other side.
    expect(denied(bench, { side: 'sell', qty: 15 })).toBe('position-value-share')
    expect(denied(bench, { side: 'sell', qty: 14 })).toBeUndefined()
  })

  it('reduce-only: admits up to the position, other closing orders counted', () => {
    const bench = new Bench()
    hold(bench, 'sell', 10, 1000)
    expect(denied(bench, { qty: 11, reduceOnly: true })).toBe('reduce-only')
    expect(denied(bench, { side: 'sell', qty: 1, reduceOnly: true })).toBe('reduce-only')
    expect(denied(bench, { qty: 6, reduceOnly: true })).toBeUndefined()
    expect(denied(bench, { qty: 5, reduceOnly: true })).toBe('reduce-only')
    expect(denied(bench, { qty: 4, reduceOnly: true })).toBeUndefined()
  })
})

describe('the reserve of a linear instrument', () => {
  const balance = moneyQuanta(1_000_000)
  const checked = (leverage: number): Bench => withLimits({ isBalanceChecked: true, leverage }, { balance })

  it('takes notional ÷ leverage, rounded up, on both sides', () => {
    const bench = checked(3)
    // 1000 × 30 × 100 ÷ 3 = 1,000,000
    expect(denied(bench, { qty: 31, price: 1000 })).toBe('balance')
    expect(denied(bench, { qty: 10, price: 1000 })).toBeUndefined()
    expect(bench.risk.reservedQuanta).toBe(333_334)
    expect(denied(bench, { side: 'sell', qty: 21, price: 1000 })).toBe('balance')
    expect(denied(bench, { side: 'sell', qty: 20, price: 1000 })).toBeUndefined()
    expect(bench.risk.reservedQuanta).toBe(1_000_000)
  })

  it('takes a market order at the mid', () => {
    const bench = checked(1)
    expect(denied(bench, { qty: 11, price: undefined })).toBe('balance')
    expect(denied(bench, { qty: 10, price: undefined })).toBeUndefined()
    expect(bench.risk.reservedQuanta).toBe(1_000_000)
  })

  it('takes nothing for what closes, and only the excess of what turns the position', () => {
    const bench = checked(1)
    hold(bench, 'buy', 5, 1000)
    expect(denied(bench, { side: 'sell', qty: 5, price: 1000 })).toBeUndefined()
    expect(bench.risk.reservedQuanta).toBe(0)
    // Half the balance is in the position: 5 lots more may be sold short, 5 more bought.
    expect(denied(bench, { side: 'sell', qty: 6, price: 1000 })).toBe('balance')
    expect(denied(bench, { side: 'sell', qty: 5, price: 1000 })).toBeUndefined()
    expect(bench.risk.reservedQuanta).toBe(500_000)
    expect(denied(bench, { qty: 1, price: 1000 })).toBe('balance')
  })

  it('follows fills, cancels and rejections', () => {
    const bench = checked(1)
    denied(bench, { qty: 4, price: 1000 })
    denied(bench, { qty: 6, price: 1000 })
    expect(bench.risk.reservedQuanta).toBe(1_000_000)
    bench.fill(1, 3, 1000)
    expect(bench.risk.reservedQuanta).toBe(700_000)
    bench.cancel(2)
    expect(bench.risk.reservedQuanta).toBe(100_000)
    bench.fill(1, 1, 1000)
    expect(bench.risk.reservedQuanta).toBe(0)
    denied(bench, { qty: 6, price: 1000 })
    bench.reject(3)
    expect(bench.risk.reservedQuanta).toBe(0)
  })

  it('grows when a fill takes away the position that an order would have closed', () => {
    const bench = checked(10)
    hold(bench, 'buy', 10, 1000)
    denied(bench, { side: 'sell', qty: 10, price: 1000 })
    denied(bench, { side: 'sell', qty: 10, price: 1010 })
    // 20 to sell, 10 of them close: half of 10 × 1000 + 10 × 1010, ÷ 10
    expect(bench.risk.reservedQuanta).toBe(100_500)
    bench.fill(2, 10, 1000)
    expect(bench.risk.reservedQuanta).toBe(101_000)
  })

  it('shrinks when a fill that nobody announced brings a position', () => {
    const bench = checked(1)
    denied(bench, { qty: 4, price: 1000 })
    bench.cancel(1)
    denied(bench, { side: 'sell', qty: 4, price: 1000 })
    expect(bench.risk.reservedQuanta).toBe(400_000)
    bench.fill(1, 4, 1000)
    expect(bench.risk.reservedQuanta).toBe(0)
  })

  it('stays for an order without an answer, until a report tells', () => {
    const bench = withLimits(
      { isBalanceChecked: true },
      { balance, engine: { answerTimeout: durationUs(1000) } },
    )
    denied(bench, { qty: 10, price: 1000 })
    bench.runTo(5000)
    expect(bench.engine.order(1)?.state.kind).toBe('unknown')
    expect(denied(bench, { qty: 1, price: 1000 })).toBe('balance')
    bench.reject(1)
    expect(denied(bench, { qty: 1, price: 1000 })).toBeUndefined()
  })

  it('counts losses and gains that are not realized', () => {
    const bench = checked(1)
    hold(bench, 'buy', 5, 1000)
    // At 990: equity 1,000,000 − 5,000 = 995,000, of which 495,000 are in the position: 500,000 are left.
    bench.market.quote(989, 991)
    expect(denied(bench, { qty: 6, price: 900 })).toBe('balance')
    expect(denied(bench, { qty: 5, price: 1000 })).toBeUndefined()
  })

  it('holds an amended order at the larger of what it was and may become', () => {
    const bench = checked(1)
    denied(bench, { qty: 4, price: 1000 })
    bench.accept(1)
    bench.engine.amend(1, { qty: qtyLots(11) })
    expect(bench.drain()).toMatchObject([{ kind: 'amend-refused', why: 'balance' }])
    bench.engine.amend(1, { qty: qtyLots(10) })
    expect(bench.risk.reservedQuanta).toBe(1_000_000)
    bench.apply({ kind: 'amend-rejected', ...bench.base(1), reason: 'unknown-order' })
    expect(bench.risk.reservedQuanta).toBe(400_000)
    bench.engine.amend(1, { qty: qtyLots(2) })
    expect(bench.risk.reservedQuanta).toBe(400_000)
    bench.apply({ kind: 'amended', ...bench.base(1), price: priceTicks(1000), qty: qtyLots(2) })
    expect(bench.risk.reservedQuanta).toBe(200_000)
  })
})

describe('the reserve of a spot instrument', () => {
  const spot = (leverage = 5): Bench =>
    withLimits(
      { isBalanceChecked: true, leverage },
      { balance: moneyQuanta(1_000_000), instruments: [testInstrument({ kind: 'spot' })] },
    )

  it('takes the whole cost of every buy, without leverage', () => {
    const bench = spot()
    expect(denied(bench, { qty: 11, price: 1000 })).toBe('balance')
    expect(denied(bench, { qty: 6, price: 1000 })).toBeUndefined()
    expect(denied(bench, { qty: 5, price: 1000 })).toBe('balance')
    expect(denied(bench, { qty: 4, price: 1000 })).toBeUndefined()
  })

  it('sells only what is held and not yet for sale', () => {
    const bench = spot()
    expect(denied(bench, { side: 'sell', qty: 1 })).toBe('balance')
    hold(bench, 'buy', 10, 1000)
    expect(denied(bench, { side: 'sell', qty: 11 })).toBe('balance')
    expect(denied(bench, { side: 'sell', qty: 7 })).toBeUndefined()
    expect(denied(bench, { side: 'sell', qty: 4 })).toBe('balance')
    expect(denied(bench, { side: 'sell', qty: 3 })).toBeUndefined()
  })

  it('has as cash what was not spent, whatever the holding is worth now', () => {
    const bench = spot()
    hold(bench, 'buy', 6, 1000)
    bench.market.quote(1999, 2001)
    // 400,000 are left: 2 lots at 2000.
    expect(denied(bench, { qty: 3, price: 2000 })).toBe('balance')
    expect(denied(bench, { qty: 2, price: 2000 })).toBeUndefined()
  })
})

describe('the circuit breaker', () => {
  const balance = moneyQuanta(1_000_000)

  it('daily-loss: reduces beyond 2 %, and lets only closing orders pass', () => {
    const bench = withLimits({ dailyLossBpsMax: 200 }, { balance })
    hold(bench, 'buy', 10, 1000)
    // 20 ticks × 10 lots × 100 = 20,000: just 2 %
    bench.market.quote(979, 981)
    expect(denied(bench)).toBeUndefined()
    expect(bench.risk.state).toBe('active')
    bench.market.quote(978, 981)
    expect(denied(bench)).toBe('daily-loss')
    expect(bench.risk.state).toBe('reducing')
    expect(denied(bench)).toBe('reducing')
    expect(denied(bench, { side: 'sell', qty: 11 })).toBe('reducing')
    expect(denied(bench, { side: 'sell', qty: 10 })).toBeUndefined()
    // state 1 reducing, rule 16 daily-loss
    expect(bench.journal.ofKind('riskState')).toMatchObject([{ sub: 1, fields: [16] }])
  })

  it('daily-loss: an amount holds besides the percentage, whichever is tighter', () => {
    // 5 ticks × 10 lots × 100 = 5000 quanta, far below 2 % of a million.
    const bench = withLimits({ dailyLossBpsMax: 200, dailyLossMax: moneyQuanta(5000) }, { balance })
    hold(bench, 'buy', 10, 1000)
    bench.market.quote(994, 996)
    expect(denied(bench)).toBeUndefined()
    bench.market.quote(993, 996)
    expect(denied(bench)).toBe('daily-loss')
    expect(bench.risk.state).toBe('reducing')
  })

  it('daily-loss: a new UTC day begins with the equity it finds', () => {
    const bench = withLimits({ dailyLossBpsMax: 200 }, { balance })
    hold(bench, 'buy', 10, 1000)
    bench.market.quote(969, 971)
    expect(denied(bench)).toBe('daily-loss')
    // The bench starts at 22:13:20 UTC: 6400 s before midnight.
    bench.runTo(6_400_000_000 - 1)
    expect(denied(bench)).toBe('reducing')
    bench.runTo(6_400_000_000)
    expect(denied(bench)).toBeUndefined()
    expect(bench.risk.state).toBe('active')
    // The day starts at 970,000; 2 % are 19,400: 1.94 ticks per lot of 10.
    bench.market.quote(949, 952)
    expect(denied(bench)).toBe('daily-loss')
  })

  it('drawdown: halts beyond 10 % from the highest equity, and cancels what works', () => {
    const bench = withLimits({ drawdownBpsMax: 1000 }, { balance })
    hold(bench, 'buy', 10, 1000)
    // The peak: 1,000,000 + 100 × 10 × 100 = 1,100,000; 10 % of it are 110 ticks.
    bench.market.quote(1099, 1101)
    expect(denied(bench, { price: 900 })).toBeUndefined()
    bench.market.quote(989, 991)
    expect(denied(bench, { price: 901 })).toBeUndefined()
    bench.venue.take()
    bench.market.quote(988, 991)
    expect(denied(bench)).toBe('drawdown')
    expect(bench.risk.state).toBe('halted')
    expect(bench.venue.take()).toMatchObject([
      { kind: 'cancel', clientOrderId: 2 },
      { kind: 'cancel', clientOrderId: 3 },
    ])
    expect(denied(bench, { side: 'sell', qty: 1 })).toBe('halted')
    bench.cancel(2)
    expect(bench.engine.order(2)?.state).toEqual({ kind: 'canceled', reason: 'canceled-by-emergency-stop' })
    // state 2 halted, rule 17 drawdown
    expect(bench.journal.ofKind('riskState')).toMatchObject([{ sub: 2, fields: [17] }])
  })

  it('trips on the fill that realizes the loss, without waiting for an order', () => {
    const bench = withLimits({ drawdownBpsMax: 1000 }, { balance })
    hold(bench, 'buy', 100, 1000)
    denied(bench, { side: 'sell', qty: 1, price: 990 })
    // 11 ticks × 100 lots × 100 = 110,000
    bench.market.quote(988, 990)
    expect(bench.risk.state).toBe('active')
    bench.fill(2, 1, 990)
    expect(bench.risk.state).toBe('halted')
  })

  it('trips on a valuation while nothing trades', () => {
    const bench = withLimits(
      { drawdownBpsMax: 1000 },
      { balance, engine: { valuationInterval: durationUs(1_000_000) } },
    )
    hold(bench, 'buy', 10, 1000)
    bench.market.quote(898, 900)
    bench.runTo(999_999)
    expect(bench.risk.state).toBe('active')
    bench.runTo(1_000_000)
    expect(bench.risk.state).toBe('halted')
  })

  it('stops valuing when the position is closed', () => {
    const bench = withLimits({}, { balance, engine: { valuationInterval: durationUs(1_000_000) } })
    hold(bench, 'buy', 10, 1000)
    const before = bench.timers.size
    hold(bench, 'sell', 10, 1000)
    bench.runTo(400_000_000)
    expect(before).toBeGreaterThan(0)
    expect(bench.timers.size).toBe(0)
  })

  it('halts and resumes at the operator’s word', () => {
    const bench = new Bench()
    bench.engine.emergencyStop()
    expect(denied(bench)).toBe('halted')
    bench.engine.resume()
    expect(denied(bench)).toBeUndefined()
    bench.risk.reduce('reducing', bench.clock.now())
    expect(denied(bench)).toBe('reducing')
    // halted by rule 1, active again, reducing by rule 2
    expect(bench.journal.ofKind('riskState').map(({ sub, fields }) => [sub, ...fields])).toEqual([
      [2, 1],
      [0, 1],
      [1, 2],
    ])
  })

  it('looks at a drawdown before a daily loss', () => {
    const bench = withLimits({ dailyLossBpsMax: 200, drawdownBpsMax: 1000 }, { balance })
    hold(bench, 'buy', 10, 1000)
    bench.market.quote(850, 852)
    expect(denied(bench)).toBe('drawdown')
  })
})
