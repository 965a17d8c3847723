import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { Side } from '../../../src/model/order.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench, startTime } from '../../support/fake-venue.ts'

type PeggedSpec = Extract<AlgoSpec, { algo: 'pegged' }>
interface Setup extends Partial<PeggedSpec> {
  readonly side?: Side
  readonly quote?: readonly [bid: number | undefined, ask: number | undefined]
}

function started({ side = 'buy', quote, ...changes }: Setup = {}): Bench {
  const bench = new Bench()
  if (quote !== undefined) bench.market.quote(...quote)
  const algo: PeggedSpec = {
    algo: 'pegged',
    peg: 'bid',
    offset: 0,
    interval: durationUs(100_000),
    replace: 'amend',
    postOnly: false,
    timeout: durationUs(10_000_000),
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side, qty: qtyLots(10), algo })
  bench.drain()
  return bench
}

function amended(bench: Bench, price: number): void {
  bench.apply({ kind: 'amended', ...bench.base(1), price: priceTicks(price), qty: qtyLots(10) })
}

describe('a pegged order stands', () => {
  // The market is 999 / 1001, mid 1000, unless given.
  it.each<[string, Setup, number]>([
    ['at the bid', { peg: 'bid' }, 999],
    ['behind the bid', { peg: 'bid', offset: -3 }, 996],
    ['at the mid', { peg: 'mid' }, 1000],
    ['at a mid between ticks, away from the market', { peg: 'mid', quote: [999, 1002] }, 1000],
    ['at the ask, taking', { peg: 'ask' }, 1001],
    ['at the ask, as near as it may without taking', { peg: 'ask', postOnly: true }, 1000],
    ['selling at the ask', { side: 'sell', peg: 'ask' }, 1001],
    ['selling towards the market', { side: 'sell', peg: 'ask', offset: 1 }, 1000],
    ['selling at a mid between ticks', { side: 'sell', peg: 'mid', quote: [999, 1002] }, 1001],
    ['selling at the bid without taking', { side: 'sell', peg: 'bid', postOnly: true }, 1000],
    ['at its limit when the market is beyond', { peg: 'bid', limit: priceTicks(990) }, 990],
    ['selling at its limit', { side: 'sell', peg: 'mid', limit: priceTicks(1010) }, 1010],
  ])('%s', (_title, setup, price) => {
    expect(started(setup).venue.take()).toMatchObject([{ kind: 'submit', price, qty: 10 }])
  })
})

describe('a pegged order', () => {
  it('is amended when the touch moves, at the next look and once it is confirmed', () => {
    const bench = started()
    bench.venue.take()
    bench.market.quote(1002, 1004)
    bench.runTo(250_000)
    expect(bench.venue.take()).toEqual([])
    bench.accept(1)
    bench.runTo(299_999)
    expect(bench.venue.take()).toEqual([])
    bench.runTo(300_000)
    expect(bench.venue.take()).toMatchObject([
      { kind: 'amend', clientOrderId: 1, price: 1002, qty: undefined },
    ])
    bench.market.quote(1003, 1004)
    bench.runTo(600_000)
    expect(bench.venue.take(), 'one move is on its way at a time').toEqual([])
    amended(bench, 1002)
    bench.runTo(700_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'amend', price: 1003 }])
  })

  it('keeps its place while the touch stands', () => {
    const bench = started()
    bench.accept(1)
    bench.venue.take()
    bench.runTo(5_000_000)
    expect(bench.venue.take()).toEqual([])
  })

  it('tries again when an amend was refused', () => {
    const bench = started()
    bench.accept(1)
    bench.venue.take()
    bench.market.quote(1000, 1002)
    bench.runTo(100_000)
    bench.apply({ kind: 'amend-rejected', ...bench.base(1), reason: 'post-only-would-take' })
    bench.runTo(200_000)
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['amend', 'amend'])
  })

  it('is replaced by a new order once it is known to be gone, when asked to', () => {
    const bench = started({ replace: 'cancel' })
    bench.accept(1)
    bench.venue.take()
    bench.market.quote(1002, 1004)
    bench.runTo(100_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel', clientOrderId: 1 }])
    bench.fill(1, 4, 999)
    expect(bench.venue.take()).toEqual([])
    bench.cancel(1)
    expect(bench.venue.take()).toMatchObject([{ kind: 'submit', price: 1002, qty: 6 }])
    bench.fill(2, 6, 1002)
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 10, state: { kind: 'filled' } })
    bench.runTo(20_000_000)
    expect(bench.venue.take()).toEqual([])
  })

  it('does not outbid itself where the book shows it', () => {
    const bench = started({ offset: 1 })
    bench.accept(1)
    expect(bench.venue.take()).toMatchObject([{ price: 1000 }])
    // Its own order has become the best bid.
    bench.market.quote(1000, 1003)
    bench.runTo(500_000)
    expect(bench.venue.take()).toEqual([])
    bench.market.quote(1001, 1003)
    bench.runTo(600_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'amend', price: 1002 }])
  })

  it('waits for a price to follow, and stays where it is when there is none', () => {
    const bench = started({ quote: [undefined, 1001] })
    bench.runTo(200_000)
    expect(bench.venue.take()).toEqual([])
    bench.market.quote(998, 1001)
    bench.runTo(300_000)
    expect(bench.venue.take()).toMatchObject([{ price: 998 }])
    bench.accept(1)
    bench.market.quote(undefined, 1001)
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toEqual([])
  })

  it('is sent again after a refusal, a little later each time, and gives up after ten', () => {
    const bench = started({ postOnly: true, timeout: durationUs(120_000_000) })
    let sent = 0
    for (let t = 0; t < 110_000_000; t += 50_000) {
      bench.runTo(t)
      for (const { clientOrderId } of bench.venue.take()) {
        sent++
        bench.reject(clientOrderId)
      }
    }
    expect(sent).toBe(11)
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'done', reason: 'children-refused' })
  })

  it('ends at its timeout with what is left undone', () => {
    const bench = started()
    bench.accept(1)
    bench.fill(1, 3, 999)
    bench.runTo(10_000_000)
    bench.cancel(1)
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 3,
      state: { kind: 'done', reason: 'canceled-by-timeout' },
      doneAt: startTime + 10_000_000,
    })
    // buy 0 + 2 × pegged 7; 100 + canceled by timeout 11
    expect(bench.journal.ofKind('parentStart')).toMatchObject([{ sub: 14 }])
    expect(bench.journal.ofKind('parentEnd')).toMatchObject([{ fields: [1, 3, 111] }])
  })

  it.each<Setup>([
    { offset: 0.5 },
    { limit: priceTicks(0) },
    { interval: durationUs(0) },
    { timeout: durationUs(0) },
  ])('refuses %o', (setup) => {
    expect(() => started(setup)).toThrow('expected whole ticks, a positive limit and positive times')
  })
})
