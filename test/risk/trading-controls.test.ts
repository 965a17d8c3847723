/** Controls that look beyond one order: what repeats, what is unknown, what the venue says, what our own orders do. */
import { describe, expect, it } from 'vitest'
import { durationUs, moneyQuanta, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { OrderRequest, RiskRule, Side } from '../../src/model/order.ts'
import type { RiskLimits } from '../../src/risk/risk-limits.ts'
import { Bench } from '../support/fake-venue.ts'

const second = 1_000_000
const withLimits = (limits: Partial<RiskLimits>): Bench => new Bench({ limits })

/** The market is 999 / 1001, mid 1000. */
function limit(side: Side, price: number, qty = 10, more: object = {}): OrderRequest {
  return { instrument: 0, side, qty: qtyLots(qty), type: 'limit', price: priceTicks(price), ...more }
}

const market = (side: Side, qty = 10): OrderRequest => ({
  instrument: 0,
  side,
  qty: qtyLots(qty),
  type: 'market',
})

function send(bench: Bench, request: OrderRequest): { id: number; rule: RiskRule | undefined } {
  const id = bench.engine.submit(request)
  bench.drain()
  const state = bench.engine.order(id)?.state
  return { id, rule: state?.kind === 'denied' ? state.rule : undefined }
}

const ruleOf = (bench: Bench, request: OrderRequest): RiskRule | undefined => send(bench, request).rule

function fillAt(bench: Bench, side: Side, qty: number, price: number): void {
  bench.fill(bench.engine.submit(market(side, qty)), qty, price, 'taker')
}

describe('prices', () => {
  it('last-trade-deviation: holds a limit against the last trade', () => {
    // The fake market's last trade is its bid, 999: 1 % of it is 9.99 ticks.
    const bench = withLimits({ lastTradeDeviationBpsMax: 100 })
    expect(ruleOf(bench, limit('buy', 990))).toBeUndefined()
    expect(ruleOf(bench, limit('buy', 989))).toBe('last-trade-deviation')
    expect(ruleOf(bench, market('buy'))).toBeUndefined()
  })

  it('price-drift: adds to nothing while the market runs, and still lets a position be closed', () => {
    const bench = withLimits({ priceDrift: { bpsMax: 100, windowUs: durationUs(60 * second) } })
    fillAt(bench, 'buy', 10, 1001)
    // The mid was 1000; 1010 is 1 % from it, 1011 is more.
    bench.runTo(10 * second)
    bench.market.quote(1009, 1011)
    expect(ruleOf(bench, market('buy', 1))).toBeUndefined()
    bench.market.quote(1010, 1012)
    expect(ruleOf(bench, market('buy', 1))).toBe('price-drift')
    expect(ruleOf(bench, market('sell', 10))).toBeUndefined()
    // The sample of the mid 1000 has left the window; the one of 1010 has not, and 1011 is 0.1 % from it.
    bench.runTo(65 * second)
    expect(ruleOf(bench, market('buy', 1))).toBeUndefined()
  })
})

describe('sizes', () => {
  it('open-value: sums what works on one side, and of the account', () => {
    // 10 lots at 999 are 999,000 quanta.
    const bench = withLimits({ openValuePerSideMax: moneyQuanta(1_998_000) })
    expect(ruleOf(bench, limit('buy', 999))).toBeUndefined()
    expect(ruleOf(bench, limit('buy', 999))).toBeUndefined()
    expect(ruleOf(bench, limit('buy', 1, 1))).toBe('open-value')
    expect(ruleOf(bench, limit('sell', 1001))).toBeUndefined()

    const account = withLimits({ openValueMax: moneyQuanta(1_998_000) })
    expect(ruleOf(account, limit('buy', 998))).toBeUndefined()
    // 998,000 + 1,001,000 = 1,999,000
    expect(ruleOf(account, limit('sell', 1001))).toBe('open-value')
    expect(ruleOf(account, limit('sell', 1000))).toBeUndefined()
  })

  it('position-size: counts the position and every working order of that side', () => {
    const bench = withLimits({ instruments: [{ positionMax: qtyLots(25) }] })
    fillAt(bench, 'buy', 10, 1001)
    expect(ruleOf(bench, limit('buy', 999, 10))).toBeUndefined()
    expect(ruleOf(bench, limit('buy', 998, 6))).toBe('position-size')
    expect(ruleOf(bench, limit('buy', 998, 5))).toBeUndefined()
    // From 10 long to 25 short: 35 lots.
    expect(ruleOf(bench, limit('sell', 1002, 36))).toBe('position-size')
    expect(ruleOf(bench, limit('sell', 1002, 35))).toBeUndefined()
  })

  it('not-allowed: trades nothing in an instrument that is not on the list', () => {
    expect(ruleOf(withLimits({ instruments: [{ isForbidden: true }] }), limit('buy', 999))).toBe(
      'not-allowed',
    )
  })
})

describe('our own orders', () => {
  it('self-cross: denies what would meet an order of ours at the front of the book', () => {
    const bench = withLimits({ isSelfCrossDenied: true })
    bench.accept(send(bench, limit('buy', 999)).id)
    expect(ruleOf(bench, limit('sell', 999))).toBe('self-cross')
    expect(ruleOf(bench, market('sell'))).toBe('self-cross')
    expect(ruleOf(bench, limit('sell', 1000))).toBeUndefined()
    // It would be refused by the venue rather than trade.
    expect(ruleOf(bench, limit('sell', 998, 10, { postOnly: true }))).toBeUndefined()
    // The venue is told what to do.
    expect(ruleOf(bench, limit('sell', 999, 9, { selfTradePrevention: 'cancel-newest' }))).toBeUndefined()
  })

  it('self-cross: minds no order of ours that stands behind what others display', () => {
    const bench = withLimits({ isSelfCrossDenied: true })
    send(bench, limit('buy', 998))
    expect(ruleOf(bench, limit('sell', 990))).toBeUndefined()
  })

  it('self-cross: holds an amend to the same', () => {
    const bench = withLimits({ isSelfCrossDenied: true })
    bench.accept(send(bench, limit('buy', 999)).id)
    const { id } = send(bench, limit('sell', 1002))
    bench.accept(id)
    bench.engine.amend(id, { price: priceTicks(999) })
    bench.drain()
    expect(bench.notifications.at(-1)).toMatchObject({ kind: 'amend-refused', why: 'self-cross' })
  })

  it('unresolved-order: adds to nothing while the fate of an order is unknown, and closes all the same', () => {
    const bench = new Bench({
      limits: { unresolvedOrdersMax: 1 },
      engine: { answerTimeout: durationUs(second) },
    })
    fillAt(bench, 'buy', 10, 1001)
    const { id } = send(bench, limit('buy', 990))
    bench.runTo(2 * second)
    expect(bench.engine.order(id)?.state.kind).toBe('unknown')
    expect(ruleOf(bench, limit('buy', 991))).toBe('unresolved-order')
    expect(ruleOf(bench, limit('sell', 1002))).toBeUndefined()
    bench.accept(id)
    expect(ruleOf(bench, limit('buy', 992))).toBeUndefined()
  })
})

describe('what repeats', () => {
  const perSecond = (count: number) => ({ count, windowUs: durationUs(second) })

  it('repeated-fills: halts at one more than are allowed within the window, until a person resumes', () => {
    const bench = withLimits({ fillRate: perSecond(2) })
    fillAt(bench, 'buy', 1, 1001)
    fillAt(bench, 'buy', 1, 1001)
    bench.runTo(second)
    fillAt(bench, 'buy', 1, 1001)
    expect(bench.risk.state).toBe('active')
    fillAt(bench, 'buy', 1, 1001)
    fillAt(bench, 'buy', 1, 1001)
    expect([bench.risk.state, bench.risk.rule]).toEqual(['halted', 'repeated-fills'])
    bench.runTo(100 * second)
    expect(ruleOf(bench, limit('buy', 999))).toBe('halted')
    bench.engine.resume()
    expect(ruleOf(bench, limit('buy', 999))).toBeUndefined()
  })

  it('repeated-rejects: counts refusals of the venue, but no post-only order that came too late', () => {
    const bench = withLimits({ rejectRate: perSecond(1) })
    for (let i = 0; i < 5; i++) bench.reject(send(bench, limit('buy', 990 + i)).id, 'post-only-would-take')
    bench.reject(send(bench, limit('buy', 980)).id, 'below-min-notional')
    expect(bench.risk.state).toBe('active')
    bench.reject(send(bench, limit('buy', 981)).id, 'below-min-notional')
    expect([bench.risk.state, bench.risk.rule]).toEqual(['halted', 'repeated-rejects'])
  })

  it('repeated-losses: counts round trips that lost, turning a position included', () => {
    const bench = withLimits({ lossRate: perSecond(1) })
    fillAt(bench, 'buy', 10, 1001)
    fillAt(bench, 'sell', 10, 1002)
    fillAt(bench, 'buy', 10, 1001)
    // From long to short in one fill: the long has lost.
    fillAt(bench, 'sell', 20, 1000)
    expect(bench.risk.state).toBe('active')
    fillAt(bench, 'buy', 10, 1001)
    expect([bench.risk.state, bench.risk.rule]).toEqual(['halted', 'repeated-losses'])
  })

  it('message-rate: keeps a share that only cancels may use', () => {
    const bench = withLimits({ messageRate: { ...perSecond(5), cancelReserve: 2 } })
    const ids = [990, 991, 992].map((price) => send(bench, limit('buy', price)).id)
    expect(ruleOf(bench, limit('buy', 993))).toBe('message-rate')
    bench.venue.take()
    for (const id of ids) bench.engine.cancel(id)
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['cancel', 'cancel', 'cancel'])
    bench.runTo(second)
    expect(ruleOf(bench, limit('buy', 994))).toBeUndefined()
  })
})

describe('what the venue says', () => {
  it('position-mismatch: halts when a difference lasts, and not for fills under way', () => {
    const bench = withLimits({ positionGraceUs: durationUs(5 * second) })
    fillAt(bench, 'buy', 10, 1001)
    bench.engine.comparePosition(0, qtyLots(12))
    bench.runTo(4 * second)
    bench.engine.comparePosition(0, qtyLots(12))
    expect(bench.risk.state).toBe('active')
    // Another difference: the clock starts anew.
    bench.engine.comparePosition(0, qtyLots(11))
    bench.runTo(8 * second)
    bench.engine.comparePosition(0, qtyLots(11))
    expect(bench.risk.state).toBe('active')
    bench.runTo(9 * second)
    bench.engine.comparePosition(0, qtyLots(11))
    expect([bench.risk.state, bench.risk.rule]).toEqual(['halted', 'position-mismatch'])
  })

  it('stale-data: adds to nothing on a market whose feed is down, and closes all the same', () => {
    const bench = withLimits({})
    fillAt(bench, 'buy', 10, 1001)
    bench.market.stale = true
    expect(ruleOf(bench, limit('buy', 999))).toBe('stale-data')
    expect(ruleOf(bench, market('sell'))).toBeUndefined()
  })

  it('disconnected: sends nothing new where orders cannot arrive, and cancels all the same', () => {
    const bench = withLimits({})
    const { id } = send(bench, limit('buy', 999))
    bench.risk.setReachable(0, false)
    expect(ruleOf(bench, limit('sell', 1002))).toBe('disconnected')
    bench.venue.take()
    bench.engine.cancel(id)
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['cancel'])
    bench.risk.setReachable(0, true)
    expect(ruleOf(bench, limit('sell', 1002))).toBeUndefined()
  })
})
