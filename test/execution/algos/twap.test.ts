import { describe, expect, it } from 'vitest'
import { durationUs, qtyLots } from '../../../src/core/units.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench, startTime } from '../../support/fake-venue.ts'

type TwapSpec = Extract<AlgoSpec, { algo: 'twap' }>

interface Setup extends Partial<TwapSpec> {
  readonly qty?: number
  readonly seed?: number
  readonly limits?: object
}

function started({ qty = 10, seed = 1, limits = {}, ...changes }: Setup = {}): Bench {
  const bench = new Bench({ seed, limits })
  const algo: TwapSpec = {
    algo: 'twap',
    duration: durationUs(3_000_000),
    slices: 3,
    childType: 'market',
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(qty), algo })
  bench.drain()
  return bench
}

/** Lets time pass in steps of 10 ms and answers each new child with `answer`. @returns [sent at, lots] of each */
function play(bench: Bench, until: number, answer: (id: number, qty: number) => void): [number, number][] {
  const sent: [number, number][] = []
  for (let t = bench.clock.now() - startTime; t <= until; t += 10_000) {
    bench.runTo(t)
    for (const command of bench.venue.take()) {
      if (command.kind !== 'submit') continue
      sent.push([t, command.qty])
      answer(command.clientOrderId, command.qty)
    }
  }
  return sent
}

const parent = (bench: Bench) => bench.engine.parents[0]

describe('TWAP with market children', () => {
  it.each([
    // ⌊10/3⌋ = 3, ⌊20/3⌋ = 6, 10
    [10, 3, [3, 3, 4]],
    [7, 7, [1, 1, 1, 1, 1, 1, 1]],
    // ⌊k × 3 ÷ 5⌋ = 0, 1, 1, 2, 3: a slice without a lot sends nothing
    [3, 5, [1, 1, 1]],
    [5, 1, [5]],
  ])('splits %i lots over %i slices without losing one', (qty, slices, lots) => {
    const bench = started({ qty, slices })
    const sent = play(bench, 3_000_000, (id, lots) => bench.fill(id, lots, 1001, 'taker'))
    expect(sent.map(([, lots]) => lots)).toEqual(lots)
    expect(parent(bench)).toMatchObject({ cumQty: qty, state: { kind: 'filled' } })
  })

  it('starts slice k at k × duration ÷ slices', () => {
    const bench = started()
    const sent = play(bench, 3_000_000, (id, lots) => bench.fill(id, lots, 1001, 'taker'))
    expect(sent.map(([at]) => at)).toEqual([0, 1_000_000, 2_000_000])
  })

  it('carries over what a slice did not get', () => {
    const bench = started({ qty: 12 })
    const sent = play(bench, 2_000_000, (id, lots) => {
      bench.fill(id, 1, 1001, 'taker')
      if (lots > 1) bench.expire(id)
    })
    // 4, then 8 − 1, then 12 − 2
    expect(sent.map(([, lots]) => lots)).toEqual([4, 7, 10])
  })

  it('carries over what was denied or rejected', () => {
    const bench = started({ limits: { staleDataUsMax: durationUs(1) } })
    bench.market.updatedAt = 0
    bench.runTo(1_000_000)
    expect(bench.engine.orders.map(({ state }) => state.kind)).toEqual(['submitted', 'denied'])
    bench.reject(1)
    bench.market.updatedAt = undefined
    bench.venue.take()
    const sent = play(bench, 3_000_000, (id, lots) => bench.fill(id, lots, 1001, 'taker'))
    expect(sent).toEqual([[2_000_000, 10]])
    expect(parent(bench)?.state).toEqual({ kind: 'filled' })
  })

  it('does not send again what is still on its way', () => {
    const bench = started()
    bench.runTo(1_000_000)
    bench.runTo(2_000_000)
    expect(bench.venue.take().map((command) => command.kind === 'submit' && command.qty)).toEqual([3, 3, 4])
    bench.fill(2, 3, 1001, 'taker')
    bench.fill(3, 4, 1001, 'taker')
    bench.fill(1, 3, 1001, 'taker')
    expect(parent(bench)?.state).toEqual({ kind: 'filled' })
  })

  it('tries the rest again in the last slice, until the schedule is over', () => {
    const bench = started()
    const sent = play(bench, 3_500_000, (id) => bench.expire(id, 'no-liquidity'))
    // The last slice starts at 2 s with all 10; again after 0.1, 0.2, 0.4 s.
    expect(sent).toEqual([
      [0, 3],
      [1_000_000, 6],
      [2_000_000, 10],
      [2_100_000, 10],
      [2_300_000, 10],
      [2_700_000, 10],
    ])
    expect(parent(bench)).toMatchObject({ cumQty: 0, state: { kind: 'done', reason: 'schedule-over' } })
    expect(parent(bench)?.doneAt).toBe(startTime + 3_000_000)
  })

  it('gives up in a long last slice when children are refused over and over', () => {
    const bench = started({ slices: 1, duration: durationUs(100_000_000) })
    const sent = play(bench, 100_000_000, (id) => bench.reject(id))
    expect(sent).toHaveLength(11)
    expect(parent(bench)?.state).toEqual({ kind: 'done', reason: 'children-refused' })
  })
})

describe('TWAP with jitter', () => {
  it('moves slices later by a part of a slice, alike for one seed', () => {
    const times = (seed: number): number[] => {
      const bench = started({ seed, slices: 10, qty: 100, jitter: 0.5 })
      return play(bench, 3_000_000, (id, lots) => bench.fill(id, lots, 1001, 'taker')).map(([at]) => at)
    }
    const first = times(1)
    expect(first).toHaveLength(10)
    // A slice is 300 ms; sent times are seen in steps of 10 ms.
    first.forEach((at, k) => {
      expect(at).toBeGreaterThanOrEqual(k * 300_000)
      expect(at).toBeLessThanOrEqual(k * 300_000 + 160_000)
    })
    expect(new Set(first.map((at, k) => at - k * 300_000)).size).toBeGreaterThan(5)
    expect(times(1)).toEqual(first)
    expect(times(2)).not.toEqual(first)
  })
})

describe('TWAP with limit children', () => {
  it('stands off the touch of its own side by the offset', () => {
    const toward = started({ childType: 'limit', priceOffset: 1 })
    expect(toward.venue.take()).toMatchObject([{ side: 'buy', price: 1000, timeInForce: 'gtc' }])
    const away = started({ childType: 'limit', priceOffset: -2 })
    expect(away.venue.take()).toMatchObject([{ price: 997 }])
  })

  it('replaces the child of the slice before when it is known to be gone, with its rest', () => {
    const bench = started({ childType: 'limit', qty: 12 })
    bench.accept(1)
    bench.fill(1, 1, 999)
    bench.venue.take()
    bench.market.quote(1003, 1005)
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel', clientOrderId: 1 }])
    // A last fill on the way out.
    bench.fill(1, 1, 999)
    bench.cancel(1)
    // 8 by the end of the second slice, 2 done
    expect(bench.venue.take()).toMatchObject([{ kind: 'submit', price: 1003, qty: 6 }])
  })

  it('leaves without waiting when the child before was filled', () => {
    const bench = started({ childType: 'limit', qty: 12 })
    bench.fill(1, 4, 999)
    bench.venue.take()
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'submit', qty: 4 }])
  })

  it('sends what belongs to the slice when the cancel comes too late', () => {
    const bench = started({ childType: 'limit', qty: 12 })
    bench.venue.take()
    bench.runTo(1_000_000)
    bench.fill(1, 4, 999)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel' }, { kind: 'submit', qty: 4 }])
  })

  it('cancels the last child when the schedule is over and ends with what is left', () => {
    const bench = started({ childType: 'limit', slices: 1 })
    bench.accept(1)
    bench.fill(1, 4, 999)
    bench.runTo(3_000_000)
    expect(bench.venue.take().map(({ kind }) => kind)).toEqual(['submit', 'cancel'])
    bench.cancel(1)
    expect(parent(bench)).toMatchObject({ cumQty: 4, state: { kind: 'done', reason: 'schedule-over' } })
  })

  it('leaves a slice out when its side has no price', () => {
    const bench = started({ childType: 'limit', qty: 12 })
    bench.fill(1, 4, 999)
    bench.venue.take()
    bench.market.quote(undefined, 1001)
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toEqual([])
    bench.market.quote(998, 1001)
    bench.runTo(2_000_000)
    expect(bench.venue.take()).toMatchObject([{ price: 998, qty: 8 }])
  })

  it('does not hurry after a child that somebody else canceled', () => {
    const bench = started({ childType: 'limit', qty: 12 })
    bench.accept(1)
    bench.engine.cancel(1)
    bench.cancel(1)
    bench.venue.take()
    bench.runTo(999_999)
    expect(bench.venue.take()).toEqual([])
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toMatchObject([{ qty: 8 }])
  })
})

describe('TWAP', () => {
  it.each<Setup>([
    { slices: 0 },
    { slices: 1.5 },
    { jitter: 1 },
    { jitter: -0.1 },
    { duration: durationUs(0) },
  ])('refuses %o', (setup) => {
    expect(() => started(setup)).toThrow('expected a positive duration, at least one slice')
  })
})
