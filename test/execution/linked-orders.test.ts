import { describe, expect, it } from 'vitest'
import { durationUs, moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { OrderRequest } from '../../src/model/order.ts'
import { Bench } from '../support/fake-venue.ts'

const base = { instrument: 0, qty: qtyLots(5) } as const
const entry: OrderRequest = { ...base, side: 'buy', type: 'limit', price: priceTicks(1000) }
const stopLoss: OrderRequest = { ...base, side: 'sell', type: 'stop', triggerPrice: priceTicks(980) }
const takeProfit: OrderRequest = { ...base, side: 'sell', type: 'limit', price: priceTicks(1020) }

describe('a bracket', () => {
  it('leaves exits first, tied to the entry and to each other', () => {
    const bench = new Bench()
    const ids = bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    expect(ids).toEqual({ stopLoss: 1, takeProfit: 2, entry: 3 })
    expect(bench.venue.take()).toMatchObject([
      { clientOrderId: 1, price: undefined, terms: { exitOf: 3, reduceOnly: true, trigger: { price: 980 } } },
      { clientOrderId: 2, price: 1020, terms: { exitOf: 3, ocoWith: 1 } },
      { clientOrderId: 3, price: 1000, terms: undefined },
    ])
  })

  it('leaves as one message, as a pair does; an order that joins another one later does not', () => {
    const bench = new Bench()
    bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    const first = bench.engine.submit(takeProfit)
    bench.engine.submit({ ...stopLoss, ocoWith: first })
    expect(bench.venue.take()).toMatchObject([
      ...[1, 2, 3].map((clientOrderId) => ({ clientOrderId, isJoint: true })),
      { clientOrderId: 4, isJoint: undefined },
      { clientOrderId: 5, isJoint: undefined },
    ])
  })

  it('is denied whole when one of its orders is', () => {
    const bench = new Bench({ limits: { priceDeviationBpsMax: 100 } })
    bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    bench.drain()
    expect(bench.venue.take()).toEqual([])
    // 1020 is 200 basis points from the mid of 1000.
    expect(bench.engine.orders.map(({ state }) => state)).toEqual([
      { kind: 'denied', rule: 'linked-order' },
      { kind: 'denied', rule: 'price-deviation' },
      { kind: 'denied', rule: 'linked-order' },
    ])
  })

  it('reserves its entry only, and the balance is free again when all is over', () => {
    const bench = new Bench({ limits: { isBalanceChecked: true }, balance: moneyQuanta(1e12) })
    bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    // 5 lots at 1000 ticks, 100 quanta each.
    expect(bench.risk.reservedQuanta).toBe(500_000)
    for (const id of [1, 2, 3]) bench.accept(id)
    bench.cancel(3)
    bench.cancel(1, 'linked-order-over')
    bench.cancel(2, 'linked-order-over')
    expect(bench.risk.reservedQuanta).toBe(0)
  })

  it('follows the quantity that the venue restates', () => {
    const bench = new Bench()
    bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    for (const id of [1, 2, 3]) bench.accept(id)
    bench.fill(3, 2, 1000)
    bench.apply({ kind: 'restated', ...bench.base(1), qty: qtyLots(2), reason: 'sized-by-entry' })
    expect(bench.engine.order(1)).toMatchObject({ qty: 2, leavesQty: 2, isWorking: true })
    bench.apply({ kind: 'triggered', ...bench.base(1) })
    expect(bench.engine.order(1)?.triggeredAt).toBe(bench.clock.now())
    bench.fill(1, 2, 979, 'taker')
    expect(bench.engine.order(1)?.state).toEqual({ kind: 'filled' })
  })

  it('does not lose a newer restatement to an older one that comes late', () => {
    const bench = new Bench()
    const id = bench.engine.submit(stopLoss)
    bench.accept(id)
    const newer = { ...bench.base(id), exchangeTime: timeUs(bench.clock.now() + 5) }
    bench.apply({ kind: 'restated', ...newer, qty: qtyLots(3), reason: 'cut-to-position' })
    bench.apply({ kind: 'restated', ...bench.base(id), qty: qtyLots(4), reason: 'cut-to-position' })
    expect(bench.engine.order(id)?.qty).toBe(3)
  })
})

describe('a pair', () => {
  it('holds the larger of both only, and the second alone once the first is over', () => {
    const bench = new Bench({ limits: { isBalanceChecked: true } })
    const breakout: OrderRequest = { ...base, side: 'buy', type: 'stop', triggerPrice: priceTicks(1100) }
    bench.engine.submitOco(entry, breakout)
    expect(bench.risk.reservedQuanta).toBe(500_000)
    bench.accept(1)
    bench.accept(2)
    bench.cancel(1)
    // 5 lots at its trigger price.
    expect(bench.risk.reservedQuanta).toBe(550_000)
  })

  it('cannot be made with an order that is over', () => {
    const bench = new Bench()
    const first = bench.engine.submit(entry)
    bench.accept(first)
    bench.cancel(first)
    const second = bench.engine.submit({ ...takeProfit, ocoWith: first })
    expect(bench.engine.order(second)?.state).toEqual({ kind: 'denied', rule: 'linked-order' })
  })
})

describe('a third order that names one of a pair', () => {
  it('is denied, and the pair goes on', () => {
    const bench = new Bench({ limits: { isBalanceChecked: true } })
    const [first, second] = bench.engine.submitOco(takeProfit, stopLoss)
    for (const ocoWith of [first, second]) {
      const third = bench.engine.submit({ ...stopLoss, ocoWith })
      expect(bench.engine.order(third)?.state).toEqual({ kind: 'denied', rule: 'linked-order' })
    }
    bench.accept(first)
    bench.accept(second)
    bench.fill(first, 2, 1020)
    expect(bench.engine.order(second)?.isWorking).toBe(true)
  })

  it('is taken when the second never left, and the venue is told what of the first is filled', () => {
    const bench = new Bench()
    const first = bench.engine.submit(takeProfit)
    bench.accept(first)
    bench.fill(first, 2, 1020)
    const wrong = bench.engine.submitOco({ ...stopLoss, ocoWith: first }, { ...stopLoss, ocoWith: 99 })
    expect(wrong.map((id) => bench.engine.order(id)?.state.kind)).toEqual(['denied', 'denied'])
    bench.engine.submit({ ...stopLoss, ocoWith: first })
    expect(bench.venue.take().at(-1)).toMatchObject({ terms: { ocoWith: first }, ocoFilled: 2 })
  })
})

describe('the guard against duplicates', () => {
  const limits = { duplicateWindowUs: durationUs(1_000_000) }
  const trailing: OrderRequest = {
    ...base,
    side: 'sell',
    type: 'trailing-stop',
    trailingTicks: priceTicks(10),
  }

  it.each<[string, OrderRequest, OrderRequest]>([
    ['trailing distance', trailing, { ...trailing, trailingTicks: priceTicks(20) }],
    ['trigger source', stopLoss, { ...stopLoss, triggerSource: 'touch' }],
    ['time in force', entry, { ...entry, timeInForce: 'ioc' }],
    ['end', { ...stopLoss, expireTime: timeUs(50) }, { ...stopLoss, expireTime: timeUs(60) }],
  ])('lets pass an order of another %s, and not the same once more', (_what, first, second) => {
    const bench = new Bench({ limits })
    for (const request of [first, second, second]) bench.engine.submit(request)
    expect(bench.engine.orders.map(({ state }) => state.kind)).toEqual(['submitted', 'submitted', 'denied'])
  })

  it('lets pass the exits of two entries', () => {
    const bench = new Bench({ limits })
    bench.engine.submitBracket({ entry, stopLoss, takeProfit })
    bench.engine.submitBracket({ entry: { ...entry, price: priceTicks(999) }, stopLoss, takeProfit })
    expect(bench.engine.orders.map(({ state }) => state.kind)).toEqual(new Array(6).fill('submitted'))
  })
})

describe('a stop', () => {
  it('has no default timeout, and keeps one of its own', () => {
    const bench = new Bench()
    const patient = bench.engine.submit(stopLoss)
    const own = bench.engine.submit({
      ...stopLoss,
      triggerPrice: priceTicks(970),
      timeout: durationUs(1_000_000),
    })
    bench.accept(patient)
    bench.accept(own)
    bench.venue.take()
    bench.runTo(3_600_000_000)
    expect(bench.venue.take()).toEqual([{ kind: 'cancel', clientOrderId: own, instrument: 0 }])
  })

  it('is amended at its trigger, and the command says only what changes', () => {
    const bench = new Bench()
    const id = bench.engine.submit(stopLoss)
    bench.accept(id)
    bench.venue.take()
    bench.engine.amend(id, { triggerPrice: priceTicks(990) })
    expect(bench.venue.take()).toMatchObject([
      { kind: 'amend', price: undefined, qty: undefined, triggerPrice: 990 },
    ])
    const amended = { price: undefined, qty: qtyLots(5), triggerPrice: priceTicks(990) }
    bench.apply({ kind: 'amended', ...bench.base(id), ...amended })
    expect(bench.engine.order(id)?.triggerPrice).toBe(990)
    bench.engine.amend(id, { price: priceTicks(990) })
    expect(bench.drain()).toMatchObject([{ kind: 'amend-refused', why: 'unknown-order' }])
  })

  it('has its limit judged from its trigger price', () => {
    const bench = new Bench({ limits: { priceDeviationBpsMax: 100 } })
    const stopLimit = { ...base, side: 'sell', type: 'stop-limit', triggerPrice: priceTicks(800) } as const
    const near = bench.engine.submit({ ...stopLimit, price: priceTicks(795) })
    const far = bench.engine.submit({ ...stopLimit, price: priceTicks(780) })
    expect(bench.engine.order(near)?.state.kind).toBe('submitted')
    expect(bench.engine.order(far)?.state).toEqual({ kind: 'denied', rule: 'price-deviation' })
  })
})
