import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { LimitOrderRequest } from '../../src/model/order.ts'
import { Bench, startTime } from '../support/fake-venue.ts'

const limitBuy = (changes: Partial<LimitOrderRequest> = {}): LimitOrderRequest => ({
  instrument: 0,
  type: 'limit',
  side: 'buy',
  qty: qtyLots(10),
  price: priceTicks(999),
  ...changes,
})

const stateOf = (bench: Bench, id: number) => bench.engine.order(id)?.state

describe('the life of an order', () => {
  it('goes from submitted over open to filled', () => {
    const bench = new Bench({ fees: { maker: 20_000, taker: 50_000 } })
    const id = bench.engine.submit(limitBuy({ postOnly: true, tag: 'first' }))
    expect(stateOf(bench, id)).toEqual({ kind: 'submitted', sentAt: startTime })
    expect(bench.venue.take()).toEqual([
      {
        kind: 'submit',
        clientOrderId: 1,
        instrument: 0,
        side: 'buy',
        qty: 10,
        price: 999,
        timeInForce: 'gtc',
        postOnly: true,
      },
    ])
    bench.runTo(5)
    bench.accept(id)
    expect(bench.engine.order(id)).toMatchObject({
      state: { kind: 'open' },
      isWorking: true,
      leavesQty: 10,
      createdAt: startTime,
      acceptedAt: startTime + 5,
      doneAt: undefined,
      arrivalMidTimes2: 2000,
      tag: 'first',
    })
    bench.fill(id, 4, 999)
    expect(bench.engine.order(id)).toMatchObject({ cumQty: 4, leavesQty: 6, state: { kind: 'open' } })
    bench.runTo(9)
    bench.fill(id, 6, 998)
    // 4 × 999 + 6 × 998
    expect(bench.engine.order(id)).toMatchObject({
      cumQty: 10,
      cumNotional: 9984,
      leavesQty: 0,
      state: { kind: 'filled' },
      isWorking: false,
      doneAt: startTime + 9,
    })
    expect(bench.notifications.map(({ kind }) => kind)).toEqual(['order', 'fill', 'fill'])
    expect(bench.engine.fills).toMatchObject([
      // 4 × 999 × 100 × 2 bps = 79.92
      { clientOrderId: 1, side: 'buy', price: 999, qty: 4, fee: 80, time: startTime + 5 },
      { clientOrderId: 1, side: 'buy', price: 998, qty: 6, fee: 120, time: startTime + 9 },
    ])
  })

  it('journals intent before effect, and the position after each fill', () => {
    const bench = new Bench({ fees: { maker: 20_000, taker: 50_000 } })
    const id = bench.engine.submit(
      limitBuy({ side: 'sell', timeInForce: 'fok', postOnly: true, reduceOnly: false }),
    )
    bench.engine.amend(id, { qty: qtyLots(8) })
    bench.engine.cancel(id)
    bench.fill(id, 4, 999)
    expect(bench.journal.records.map(({ kind, sub, fields }) => [kind, sub, ...fields])).toEqual([
      // sell 1 + limit 2 + fok 8 + postOnly 16; price, quantity, no parent, mid × 2
      ['submit', 27, 1, 999, 10, 0, 2000],
      ['amend', 0, 1, 999, 8, 0],
      ['cancel', 0, 1],
      // −4, cost −3996, nothing realized, fees 80, fee 80, order 1
      ['position', 0, -4, -3996, 0, 80, 80, 1],
    ])
  })

  it('sends a market order as one that never rests', () => {
    const bench = new Bench()
    bench.engine.submit({ instrument: 0, type: 'market', side: 'sell', qty: qtyLots(3) })
    expect(bench.venue.take()).toMatchObject([{ price: undefined, timeInForce: 'ioc', postOnly: false }])
    expect(bench.journal.ofKind('submit')).toMatchObject([{ sub: 5, fields: [1, 0, 3, 0, 2000] }])
  })

  it.each(['rejected', 'expired', 'canceled'] as const)('ends %s with the reason of the venue', (kind) => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.apply({ kind, ...bench.base(id), reason: 'too-many-orders' })
    expect(stateOf(bench, id)).toEqual({ kind, reason: 'too-many-orders' })
    expect(bench.engine.order(id)).toMatchObject({ isWorking: false, leavesQty: 0, doneAt: startTime })
    expect(bench.notifications).toMatchObject([{ kind: 'order', order: { clientOrderId: id } }])
  })

  it('knows why it canceled when the venue only knows that it did', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.accept(id)
    bench.engine.cancel(id)
    bench.engine.cancel(id)
    expect(stateOf(bench, id)).toEqual({ kind: 'canceling' })
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['submit', 'cancel'])
    bench.cancel(id)
    expect(stateOf(bench, id)).toEqual({ kind: 'canceled', reason: 'canceled-by-strategy' })
    bench.engine.cancel(id)
    expect(bench.venue.take()).toEqual([])
  })

  it('lists working orders in order of submission, by instrument or all', () => {
    const bench = new Bench()
    const ids = [999, 998, 997].map((price) => bench.engine.submit(limitBuy({ price: priceTicks(price) })))
    bench.reject(ids[1] ?? 0)
    const list = bench.engine.workingOrders(0)
    bench.reject(ids[0] ?? 0)
    expect(list.map(({ clientOrderId }) => clientOrderId)).toEqual([1, 3])
    expect(bench.engine.workingOrders().map(({ clientOrderId }) => clientOrderId)).toEqual([3])
    expect(bench.engine.workingOrders(1)).toEqual([])
    expect(bench.engine.orders.map(({ clientOrderId }) => clientOrderId)).toEqual([1, 2, 3])
  })

  it('writes an order as JSON without the engine’s own links', () => {
    const bench = new Bench()
    bench.engine.submit(limitBuy())
    bench.engine.submit(limitBuy({ tag: 'second' }))
    const order = JSON.parse(JSON.stringify(bench.engine.order(2)))
    expect(order).toEqual({
      clientOrderId: 2,
      instrument: 0,
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      postOnly: false,
      reduceOnly: false,
      price: 999,
      qty: 10,
      cumQty: 0,
      leavesQty: 10,
      cumNotional: 0,
      state: { kind: 'submitted', sentAt: startTime },
      isWorking: true,
      createdAt: startTime,
      arrivalMidTimes2: 2000,
      tag: 'second',
    })
  })

  it.each(['cancel', 'amend'] as const)('throws on %s of an order that never was', (command) => {
    const { engine } = new Bench()
    const act = () => (command === 'cancel' ? engine.cancel(1) : engine.amend(1, {}))
    expect(act).toThrow('no order 1 was ever submitted')
  })

  it('never calls back from within a command', () => {
    const bench = new Bench({ limits: { openOrdersMax: 0 } })
    const id = bench.engine.submit(limitBuy())
    expect(stateOf(bench, id)).toEqual({ kind: 'denied', rule: 'open-orders' })
    expect(bench.engine.takeNotification()).toMatchObject({ kind: 'order', order: { clientOrderId: id } })
    expect(bench.engine.takeNotification()).toBeUndefined()
  })
})

describe('amends', () => {
  it('change price and total quantity when the venue says so', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.accept(id)
    bench.fill(id, 4, 999)
    bench.engine.amend(id, { price: priceTicks(1000) })
    expect(bench.venue.take().at(-1)).toEqual({
      kind: 'amend',
      clientOrderId: id,
      instrument: 0,
      // What is not asked for is not said: the venue may have changed it.
      price: 1000,
      qty: undefined,
    })
    expect(bench.engine.order(id)?.price).toBe(999)
    bench.runTo(1)
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(1000), qty: qtyLots(10) })
    expect(bench.engine.order(id)).toMatchObject({ price: 1000, qty: 10, cumQty: 4, leavesQty: 6 })
    expect(bench.notifications.map(({ kind }) => kind)).toEqual(['order', 'fill', 'order'])
  })

  it('are on their way one at a time: the latest wish leaves when the one before is answered', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.accept(id)
    bench.engine.amend(id, { price: priceTicks(1000) })
    bench.engine.amend(id, { price: priceTicks(1001) })
    // Builds on what was asked for before, not on what is.
    bench.engine.amend(id, { qty: qtyLots(12) })
    expect(bench.venue.take().slice(1)).toMatchObject([{ kind: 'amend', price: 1000, qty: undefined }])
    bench.runTo(1)
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(1000), qty: qtyLots(10) })
    expect(bench.venue.take()).toMatchObject([{ kind: 'amend', price: 1001, qty: 12 }])
    bench.runTo(2)
    bench.apply({ kind: 'amend-rejected', ...bench.base(id), reason: 'post-only-would-take' })
    expect(bench.venue.take()).toEqual([])
    expect(bench.engine.order(id)).toMatchObject({ price: 1000, qty: 10 })
  })

  it('forget the wish when the order is over', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.engine.amend(id, { price: priceTicks(1000) })
    bench.engine.amend(id, { price: priceTicks(1001) })
    bench.venue.take()
    bench.expire(id)
    bench.runTo(1)
    bench.apply({ kind: 'amend-rejected', ...bench.base(id), reason: 'unknown-order' })
    expect(bench.venue.take()).toEqual([])
  })

  it('are answered once: an old answer that comes again settles nothing', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.engine.amend(id, { qty: qtyLots(8) })
    bench.runTo(1)
    const first = { kind: 'amended', ...bench.base(id), price: priceTicks(999), qty: qtyLots(8) } as const
    bench.apply(first)
    bench.engine.amend(id, { qty: qtyLots(20) })
    bench.apply(first)
    expect(bench.engine.order(id)?.qty).toBe(8)
    // Still held at what it may become: 20 × 999 × 100
    expect(bench.risk.reservedQuanta).toBe(1_998_000)
    bench.runTo(2)
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(999), qty: qtyLots(20) })
    bench.apply(first)
    expect(bench.engine.order(id)?.qty).toBe(20)
  })

  it('leave the order as it was when the risk guard or the venue refuses', () => {
    const bench = new Bench({ limits: { priceDeviationBpsMax: 500 } })
    const id = bench.engine.submit(limitBuy())
    bench.accept(id)
    bench.engine.amend(id, { price: priceTicks(1051) })
    expect(bench.drain()).toMatchObject([{ kind: 'amend-refused', why: 'price-deviation' }])
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['submit'])
    expect(bench.journal.ofKind('denied')).toMatchObject([{ fields: [id, 3, 1051, 10] }])
    bench.engine.amend(id, { price: priceTicks(1000) })
    bench.apply({ kind: 'amend-rejected', ...bench.base(id), reason: 'post-only-would-take' })
    expect(bench.notifications.at(-1)).toMatchObject({ kind: 'amend-refused', why: 'post-only-would-take' })
    expect(bench.engine.order(id)).toMatchObject({ price: 999, qty: 10, state: { kind: 'open' } })
    // The next one starts from what is, not from what was refused.
    bench.engine.amend(id, { qty: qtyLots(9) })
    expect(bench.venue.take().at(-1)).toMatchObject({ price: 999, qty: 9 })
  })

  it('are refused for orders that are over, being canceled or at the market', () => {
    const bench = new Bench()
    const over = bench.engine.submit(limitBuy())
    bench.reject(over)
    const canceling = bench.engine.submit(limitBuy())
    bench.engine.cancel(canceling)
    const market = bench.engine.submit({ instrument: 0, type: 'market', side: 'buy', qty: qtyLots(1) })
    bench.drain()
    for (const id of [over, canceling, market]) bench.engine.amend(id, { price: priceTicks(998) })
    expect(bench.drain()).toMatchObject([
      { kind: 'amend-refused', order: { clientOrderId: over } },
      { kind: 'amend-refused', order: { clientOrderId: canceling } },
      { kind: 'amend-refused', order: { clientOrderId: market } },
    ])
  })

  it('down to what is filled already end the order', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.fill(id, 4, 999)
    bench.engine.amend(id, { qty: qtyLots(4) })
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(999), qty: qtyLots(4) })
    expect(bench.engine.order(id)).toMatchObject({ state: { kind: 'filled' }, isWorking: false, qty: 4 })
  })
})

describe('deadlines', () => {
  it('cancel an order that is still open after five minutes', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    bench.accept(id)
    bench.runTo(299_999_999)
    expect(stateOf(bench, id)?.kind).toBe('open')
    bench.runTo(300_000_000)
    expect(stateOf(bench, id)?.kind).toBe('canceling')
    bench.cancel(id)
    expect(stateOf(bench, id)).toEqual({ kind: 'canceled', reason: 'canceled-by-timeout' })
  })

  it('follow the order when it names its own', () => {
    const bench = new Bench({ engine: { orderTimeout: durationUs(5000) } })
    const long = bench.engine.submit(limitBuy({ timeout: durationUs(7000) }))
    const short = bench.engine.submit(limitBuy({ timeout: durationUs(3000) }))
    const plain = bench.engine.submit(limitBuy())
    for (const id of [long, short, plain]) bench.accept(id)
    const kinds = () => [short, plain, long].map((id) => stateOf(bench, id)?.kind)
    bench.runTo(3000)
    expect(kinds()).toEqual(['canceling', 'open', 'open'])
    bench.runTo(5000)
    expect(kinds()).toEqual(['canceling', 'canceling', 'open'])
    bench.runTo(7000)
    expect(kinds()).toEqual(['canceling', 'canceling', 'canceling'])
  })

  it('take one timer for any number of short-lived orders', () => {
    const bench = new Bench()
    let most = 0
    for (let i = 0; i < 5000; i++) {
      bench.runTo(i * 100_000)
      const id = bench.engine.submit(limitBuy())
      bench.accept(id)
      bench.engine.cancel(id)
      bench.cancel(id)
      most = Math.max(most, bench.timers.size)
    }
    // One for the answer, one for the timeout.
    expect(most).toBe(2)
    const last = bench.engine.submit(limitBuy())
    bench.accept(last)
    bench.runTo(5000 * 100_000 + 300_000_000)
    expect(stateOf(bench, last)?.kind).toBe('canceling')
  })

  it('make an order without an answer unknown, never rejected', () => {
    const bench = new Bench({ engine: { answerTimeout: durationUs(2000) } })
    const silent = bench.engine.submit(limitBuy())
    const answered = bench.engine.submit(limitBuy())
    bench.accept(answered)
    bench.runTo(2000)
    expect(stateOf(bench, silent)).toEqual({ kind: 'unknown', since: startTime + 2000 })
    expect(stateOf(bench, answered)?.kind).toBe('open')
    expect(bench.engine.order(silent)?.isWorking).toBe(true)
    bench.engine.cancel(silent)
    expect(stateOf(bench, silent)?.kind).toBe('unknown')
    // A late answer resolves it.
    bench.accept(silent)
    expect(stateOf(bench, silent)?.kind).toBe('canceling')
    bench.cancel(silent)
    expect(stateOf(bench, silent)?.kind).toBe('canceled')
  })
})

describe('an emergency stop', () => {
  it('cancels what works, ends the parents and lets nothing new out', () => {
    const bench = new Bench()
    const order = bench.engine.submit(limitBuy())
    const parent = bench.engine.execute({
      instrument: 0,
      side: 'sell',
      qty: qtyLots(5),
      algo: { algo: 'limit', timeout: durationUs(1_000_000), fallbackToMarket: true },
    })
    bench.accept(order)
    bench.venue.take()
    bench.engine.emergencyStop()
    bench.drain()
    expect(bench.venue.take()).toMatchObject([
      { kind: 'cancel', clientOrderId: order },
      { kind: 'cancel', clientOrderId: 2 },
    ])
    bench.cancel(order)
    bench.cancel(2)
    expect(stateOf(bench, order)).toEqual({ kind: 'canceled', reason: 'canceled-by-emergency-stop' })
    expect(bench.engine.parents[parent - 1]?.state).toEqual({
      kind: 'done',
      reason: 'canceled-by-emergency-stop',
    })
    bench.runTo(10_000_000)
    expect(bench.venue.take()).toEqual([])
    const late = bench.engine.submit(limitBuy())
    expect(stateOf(bench, late)).toEqual({ kind: 'denied', rule: 'halted' })
  })

  it('waits for the fills that were under way', () => {
    const bench = new Bench()
    const order = bench.engine.submit(limitBuy())
    bench.accept(order)
    bench.engine.emergencyStop()
    bench.fill(order, 10, 999)
    expect(stateOf(bench, order)?.kind).toBe('filled')
    expect(bench.positions.position(0).qty).toBe(10)
  })
})

describe('the end of the data', () => {
  it('gives every open order and parent its reason', () => {
    const bench = new Bench()
    const order = bench.engine.submit(limitBuy())
    bench.accept(order)
    bench.engine.execute({
      instrument: 0,
      side: 'buy',
      qty: qtyLots(10),
      algo: { algo: 'twap', duration: durationUs(1000), slices: 2, childType: 'limit' },
    })
    bench.venue.take()
    bench.engine.endOfData()
    bench.drain()
    expect(stateOf(bench, order)).toEqual({ kind: 'expired', reason: 'end-of-data' })
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'done', reason: 'end-of-data' })
    expect(bench.engine.workingOrders()).toEqual([])
    expect(bench.risk.reservedQuanta).toBe(0)
    expect(bench.venue.take()).toEqual([])
    // 100 + 14 end-of-data
    expect(bench.journal.ofKind('parentEnd')).toMatchObject([{ fields: [1, 0, 114] }])
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toEqual([])
  })
})
