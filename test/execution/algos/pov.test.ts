import { describe, expect, it } from 'vitest'
import { durationUs, qtyLots } from '../../../src/core/units.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench, startTime } from '../../support/fake-venue.ts'
import { playChildren } from '../../support/play-children.ts'

type PovSpec = Extract<AlgoSpec, { algo: 'pov' }>

function started({ qty = 100, ...changes }: Partial<PovSpec> & { qty?: number } = {}): Bench {
  const bench = new Bench()
  // Traded before the start: none of it counts.
  bench.market.volume = 5000
  const algo: PovSpec = {
    algo: 'pov',
    duration: durationUs(10_000_000),
    rate: 0.1,
    maxRate: 0.2,
    interval: durationUs(1_000_000),
    minChild: qtyLots(1),
    childType: 'market',
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(qty), algo })
  bench.drain()
  return bench
}

/** The market trades `lots` before the second of each look. */
const trading =
  (bench: Bench, lots: number) =>
  (at: number): void => {
    if (at % 1_000_000 === 990_000) bench.market.volume += lots
  }

const fillAll =
  (bench: Bench) =>
  (id: number, lots: number): void =>
    bench.fill(id, lots, 1001, 'taker')

describe('POV', () => {
  it('sends its share of what the market traded since the start, at each look', () => {
    const bench = started({ qty: 8 })
    const sent = playChildren(bench, { until: 9_000_000, answer: fillAll(bench), before: trading(bench, 25) })
    // ⌊2.5⌋, ⌊5⌋ − 2, ⌊7.5⌋ − 5, then the rest
    expect(sent).toEqual([
      [1_000_000, 2],
      [2_000_000, 3],
      [3_000_000, 2],
      [4_000_000, 1],
    ])
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 8, state: { kind: 'filled' } })
    // buy 0 + 2 × pov 5
    expect(bench.journal.ofKind('parentStart')).toMatchObject([{ sub: 10 }])
  })

  it('sends nothing while nothing trades, and ends when its time is over', () => {
    const bench = started()
    expect(playChildren(bench, { until: 11_000_000, answer: fillAll(bench) })).toEqual([])
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 0,
      state: { kind: 'done', reason: 'schedule-over' },
      doneAt: startTime + 10_000_000,
    })
  })

  it('waits until the smallest child is due, and sends a rest that is smaller', () => {
    const bench = started({ qty: 11, minChild: qtyLots(5) })
    const sent = playChildren(bench, { until: 9_000_000, answer: fillAll(bench), before: trading(bench, 20) })
    // 2 lots fall due at each look.
    expect(sent).toEqual([
      [3_000_000, 6],
      [6_000_000, 5],
    ])
  })

  it('counts what is out as if it were filled', () => {
    const bench = started()
    bench.market.volume += 50
    bench.runTo(1_000_000)
    bench.runTo(4_000_000)
    expect(bench.venue.take()).toMatchObject([{ qty: 5 }])
  })

  it('catches up after failures, at most at the higher rate', () => {
    const bench = started()
    let failing = true
    const sent = playChildren(bench, {
      until: 6_500_000,
      before: (at) => {
        trading(bench, 20)(at)
        if (at === 2_500_000) failing = false
      },
      answer: (id, lots) =>
        failing ? bench.expire(id, 'no-liquidity') : bench.fill(id, lots, 1001, 'taker'),
    })
    // Due 2 at 1 s; again 0.1 and 0.2 s later nothing is allowed: the market has not traded. From then on 0.2 × 20 a second,
    // until the share of 0.1 is reached.
    expect(sent.slice(0, 4)).toEqual([
      [1_000_000, 2],
      [2_000_000, 4],
      [3_000_000, 4],
      [4_000_000, 4],
    ])
    expect(bench.engine.parents[0]?.cumQty).toBe(12)
  })

  it('gives up when children are refused over and over', () => {
    const bench = started({ duration: durationUs(300_000_000), qty: 1000 })
    const sent = playChildren(bench, {
      until: 300_000_000,
      before: trading(bench, 100),
      answer: (id) => bench.reject(id),
    })
    expect(sent).toHaveLength(11)
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'done', reason: 'children-refused' })
  })
})

describe('POV with limit children', () => {
  it('leaves a child alone while the touch stands, and adds to it', () => {
    const bench = started({ childType: 'limit' })
    for (const second of [1, 2]) {
      bench.market.volume += 50
      bench.runTo(second * 1_000_000)
      bench.accept(second)
    }
    expect(bench.venue.take()).toMatchObject([
      { kind: 'submit', price: 999, qty: 5 },
      { kind: 'submit', price: 999, qty: 5 },
    ])
  })

  it('follows the touch with everything that is out, once it is known to be gone', () => {
    const bench = started({ childType: 'limit', priceOffset: 1 })
    for (const second of [1, 2]) {
      bench.market.volume += 50
      bench.runTo(second * 1_000_000)
      bench.accept(second)
    }
    bench.venue.take()
    bench.market.quote(1002, 1004)
    bench.runTo(3_000_000)
    expect(bench.venue.take()).toMatchObject([
      { kind: 'cancel', clientOrderId: 1 },
      { kind: 'cancel', clientOrderId: 2 },
    ])
    bench.fill(1, 2, 1000)
    bench.cancel(1)
    expect(bench.venue.take()).toEqual([])
    bench.cancel(2)
    expect(bench.venue.take()).toMatchObject([{ kind: 'submit', price: 1003, qty: 8 }])
  })

  it('waits for a price of its own side', () => {
    const bench = started({ childType: 'limit' })
    bench.market.quote(undefined, 1001)
    bench.market.volume += 50
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toEqual([])
    bench.market.quote(998, 1001)
    bench.runTo(2_000_000)
    expect(bench.venue.take()).toMatchObject([{ price: 998, qty: 5 }])
  })
})

describe('POV parameters', () => {
  it.each<Partial<PovSpec>>([
    { rate: 0 },
    { rate: 0.3 },
    { maxRate: 1.1 },
    { rate: Number.NaN },
    { minChild: qtyLots(0) },
    { interval: durationUs(0) },
    { duration: durationUs(0) },
    { priceOffset: 0.5 },
  ])('refuses %o', (changes) => {
    expect(() => started(changes)).toThrow(
      'expected 0 < rate ≤ maxRate ≤ 1, positive times, at least one lot',
    )
  })
})
