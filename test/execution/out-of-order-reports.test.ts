import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { Bench, startTime } from '../support/fake-venue.ts'

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((first, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [first, ...rest]),
  )
}

function sent(): { bench: Bench; id: number } {
  const bench = new Bench({ fees: { maker: 20_000, taker: 50_000 } })
  const id = bench.engine.submit({
    instrument: 0,
    type: 'limit',
    side: 'buy',
    qty: qtyLots(10),
    price: priceTicks(999),
  })
  bench.engine.cancel(id)
  return { bench, id }
}

/** In the order in which the venue acted; cumQty as of then. */
const reportsOf: Record<string, (bench: Bench, id: number) => ExecutionReport[]> = {
  'a part is filled before the cancel': (bench, id) => [
    { kind: 'accepted', ...bench.base(id) },
    bench.fillReport(id, 4, 999),
    { kind: 'canceled', ...bench.base(id), reason: 'canceled-by-strategy' },
  ],
  'the whole is filled before the cancel': (bench, id) => [
    { kind: 'accepted', ...bench.base(id) },
    bench.fillReport(id, 10, 999),
    { kind: 'cancel-rejected', ...bench.base(id), reason: 'unknown-order' },
  ],
}

describe.each([
  ['a part is filled before the cancel', 4, 'canceled'],
  ['the whole is filled before the cancel', 10, 'filled'],
])('when %s', (name, qty, state) => {
  const names = ['ack', 'fill', 'cancel answer']
  const orders = permutations([0, 1, 2]).map((order) => ({
    order,
    title: order.map((i) => names[i]).join(', '),
  }))

  it.each(orders)('ends alike for $title, each of them twice', ({ order }) => {
    const { bench, id } = sent()
    const reports = reportsOf[name]?.(bench, id) ?? []
    for (const index of [...order, ...order]) {
      const report = reports[index]
      if (report !== undefined) bench.apply(report)
    }
    expect(bench.engine.order(id)).toMatchObject({
      cumQty: qty,
      leavesQty: 0,
      isWorking: false,
      state: { kind: state },
    })
    // 4 × 999 × 100 × 2 bps = 79.92; 10 × … = 199.8
    expect(bench.positions.position(0)).toMatchObject({
      qty,
      openCost: qty * 999,
      fees: qty === 4 ? 80 : 200,
      tradedQty: qty,
    })
    expect(bench.engine.fills).toHaveLength(1)
    expect(bench.engine.oddities).toEqual({ unknownOrders: 0, duplicateFills: 1, contradictions: 0 })
    expect(bench.risk.reservedQuanta).toBe(0)
    expect(bench.engine.workingOrders()).toEqual([])
  })
})

describe('fills that overtake the answer to an amend', () => {
  function growing(): { bench: Bench; id: number } {
    const bench = new Bench()
    const id = bench.engine.submit({
      instrument: 0,
      type: 'limit',
      side: 'buy',
      qty: qtyLots(10),
      price: priceTicks(999),
    })
    bench.accept(id)
    bench.engine.amend(id, { qty: qtyLots(15) })
    return { bench, id }
  }

  it.each([10, 12])('leave the order working when %i of once 10 lots are filled', (lots) => {
    const { bench, id } = growing()
    bench.fill(id, lots, 999)
    expect(bench.engine.order(id)).toMatchObject({ cumQty: lots, isWorking: true, state: { kind: 'open' } })
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(999), qty: qtyLots(15) })
    expect(bench.engine.order(id)).toMatchObject({ qty: 15, leavesQty: 15 - lots, isWorking: true })
    // What is left × 999 × 100
    expect(bench.risk.reservedQuanta).toBe((15 - lots) * 99_900)
    bench.fill(id, 15 - lots, 999)
    expect(bench.engine.order(id)).toMatchObject({ state: { kind: 'filled' }, isWorking: false })
    expect(bench.engine.oddities.contradictions).toBe(0)
    expect(bench.risk.reservedQuanta).toBe(0)
  })

  it('fill the order once the amend turns out to be refused', () => {
    const { bench, id } = growing()
    bench.fill(id, 10, 999)
    expect(bench.engine.order(id)?.isWorking).toBe(true)
    bench.apply({ kind: 'amend-rejected', ...bench.base(id), reason: 'unknown-order' })
    expect(bench.engine.order(id)).toMatchObject({
      state: { kind: 'filled' },
      isWorking: false,
      leavesQty: 0,
    })
    expect(bench.risk.reservedQuanta).toBe(0)
  })
})

describe('an amend that was never answered', () => {
  it('keeps a filled order open no longer than the venue knows it', () => {
    const bench = new Bench()
    const id = bench.engine.submit({
      instrument: 0,
      type: 'limit',
      side: 'buy',
      qty: qtyLots(10),
      price: priceTicks(999),
    })
    bench.engine.amend(id, { qty: qtyLots(15) })
    bench.fill(id, 10, 999)
    bench.runTo(300_000_000)
    expect(bench.venue.take().at(-1)?.kind).toBe('cancel')
    bench.apply({ kind: 'cancel-rejected', ...bench.base(id), reason: 'unknown-order' })
    expect(bench.engine.order(id)).toMatchObject({ state: { kind: 'filled' }, isWorking: false })
    expect(bench.risk.reservedQuanta).toBe(0)
  })
})

describe('reports that a flawless venue would not send', () => {
  it('are counted when the order is not ours, and change nothing', () => {
    const { bench, id } = sent()
    const stranger = { ...bench.base(id), clientOrderId: 77 }
    bench.apply({ kind: 'accepted', ...stranger })
    bench.apply({
      kind: 'fill',
      ...stranger,
      tradeId: 900,
      lastPrice: priceTicks(999),
      lastQty: qtyLots(3),
      liquidity: 'maker',
    })
    bench.apply({ kind: 'accepted', ...bench.base(id), instrument: 5 })
    expect(bench.engine.oddities.unknownOrders).toBe(3)
    expect(bench.positions.position(0).qty).toBe(0)
    expect(bench.engine.order(id)?.state.kind).toBe('canceling')
  })

  it('are counted when the order was denied and never sent', () => {
    const bench = new Bench({ limits: { openOrdersMax: 0 } })
    const id = bench.engine.submit({ instrument: 0, type: 'market', side: 'buy', qty: qtyLots(1) })
    bench.accept(id)
    expect(bench.engine.oddities.unknownOrders).toBe(1)
    expect(bench.engine.order(id)?.state.kind).toBe('denied')
  })

  it('keep the position right when more is filled than was ordered', () => {
    const { bench, id } = sent()
    bench.fill(id, 8, 999)
    bench.fill(id, 8, 999)
    expect(bench.positions.position(0).qty).toBe(16)
    expect(bench.engine.order(id)).toMatchObject({ cumQty: 16, leavesQty: 0, state: { kind: 'filled' } })
    expect(bench.engine.oddities.contradictions).toBe(1)
    expect(bench.risk.reservedQuanta).toBe(0)
  })

  it('never bring an order back that is over', () => {
    const { bench, id } = sent()
    bench.cancel(id)
    bench.accept(id)
    bench.expire(id)
    bench.reject(id)
    bench.apply({ kind: 'amended', ...bench.base(id), price: priceTicks(5), qty: qtyLots(99) })
    expect(bench.engine.order(id)).toMatchObject({
      state: { kind: 'canceled', reason: 'canceled-by-strategy' },
      price: 999,
      qty: 10,
    })
  })
})

describe('a cancel that was refused', () => {
  it('leaves an order unknown when the venue does not know it: it may be filled, or not have arrived', () => {
    const { bench, id } = sent()
    bench.apply({ kind: 'cancel-rejected', ...bench.base(id), reason: 'unknown-order' })
    expect(bench.engine.order(id)).toMatchObject({
      state: { kind: 'unknown', since: startTime },
      isWorking: true,
    })
    // 10 × 999 × 100
    expect(bench.risk.reservedQuanta).toBe(999_000)
    expect(bench.notifications).toMatchObject([{ kind: 'order' }])
  })

  it('leaves it open for any other reason, and it may be canceled again', () => {
    const { bench, id } = sent()
    bench.apply({ kind: 'cancel-rejected', ...bench.base(id), reason: 'too-many-orders' })
    expect(bench.engine.order(id)?.state).toEqual({ kind: 'open' })
    bench.venue.take()
    bench.engine.cancel(id)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel', clientOrderId: id }])
  })
})

describe('a fill that is on its way', () => {
  it('stays reserved after the cancel that told of it', () => {
    const { bench, id } = sent()
    const fill = bench.fillReport(id, 4, 999)
    bench.cancel(id)
    expect(bench.engine.order(id)?.state.kind).toBe('canceled')
    // 4 × 999 × 100
    expect(bench.risk.reservedQuanta).toBe(399_600)
    bench.apply(fill)
    expect(bench.risk.reservedQuanta).toBe(0)
    expect(bench.positions.position(0).qty).toBe(4)
  })

  it('keeps its parent open, so that it cannot be sent again', () => {
    const bench = new Bench()
    bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(10), algo: { algo: 'market' } })
    bench.accept(1)
    bench.engine.cancelParent(1)
    const fill = bench.fillReport(1, 4, 1001)
    bench.cancel(1)
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 0, state: { kind: 'working' } })
    bench.apply(fill)
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 4,
      state: { kind: 'done', reason: 'canceled-by-strategy' },
    })
  })

  it('is stamped with when we knew, not with when it happened', () => {
    const { bench, id } = sent()
    const fill = bench.fillReport(id, 4, 999)
    bench.runTo(70)
    bench.apply(fill)
    expect(bench.engine.fills[0]).toMatchObject({ exchangeTime: startTime, time: timeUs(startTime + 70) })
  })
})
