import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mulDivFloor } from '../../../src/core/mul-div.ts'
import { durationUs, qtyLots } from '../../../src/core/units.ts'
import { scheduleByWeights } from '../../../src/execution/algos/vwap.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench } from '../../support/fake-venue.ts'
import { playChildren } from '../../support/play-children.ts'

type VwapSpec = Extract<AlgoSpec, { algo: 'vwap' }>

function started({ qty = 12, ...changes }: Partial<VwapSpec> & { qty?: number } = {}): Bench {
  const bench = new Bench()
  const algo: VwapSpec = {
    algo: 'vwap',
    weights: [1, 2, 3],
    duration: durationUs(3_000_000),
    slices: 3,
    childType: 'market',
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(qty), algo })
  bench.drain()
  return bench
}

const slicesOf = (targets: readonly number[]): number[] =>
  targets.map((target, k) => target - (targets[k - 1] ?? 0))

describe('a schedule by weights', () => {
  it.each([
    // 12 × 1/6, 3/6, 6/6
    ['one bin a slice', 12, 3, [1, 2, 3], [2, 4, 6]],
    // ⌊10 × 1/6⌋ = 1, ⌊10 × 3/6⌋ = 5, 10
    ['lots that do not divide', 10, 3, [1, 2, 3], [1, 4, 5]],
    ['bins without volume', 10, 4, [1, 0, 0, 1], [5, 0, 0, 5]],
    // Two slices a bin: half of each bin's weight.
    ['fewer bins than slices', 8, 4, [1, 3], [1, 1, 3, 3]],
    // Slice 1 has bin 1 and half of bin 2: (2 + 1) ÷ 8 of 16.
    ['more bins than slices', 16, 2, [2, 2, 4], [6, 10]],
    ['a flat profile', 10, 3, [1], [3, 3, 4]],
    ['weights in any unit', 12, 3, [0.125, 0.25, 0.375], [2, 4, 6]],
  ])('splits by %s', (_title, qty, slices, weights, lots) => {
    expect(slicesOf(scheduleByWeights(qty, { slices, weights }))).toEqual(lots)
  })

  it('never falls, never passes the quantity and ends with it', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 50 }),
        weights,
        (qty, slices, w) => {
          fc.pre(w.some((weight) => weight > 0))
          const targets = scheduleByWeights(qty, { slices, weights: w })
          expect(targets.at(-1)).toBe(qty)
          for (const lots of slicesOf(targets)) expect(lots).toBeGreaterThanOrEqual(0)
        },
      ),
      { seed: 21 },
    )
  })

  it('is TWAP, lot by lot, when the weights are equal', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (qty, slices, bins) => {
          const targets = scheduleByWeights(qty, { slices, weights: Array.from({ length: bins }, () => 7) })
          expect(targets).toEqual(targets.map((_, k) => mulDivFloor(qty, k + 1, slices)))
        },
      ),
      { seed: 22 },
    )
  })
})

describe('VWAP', () => {
  it('sends the slices of its profile at even times', () => {
    const bench = started()
    const answer = (id: number, lots: number): void => bench.fill(id, lots, 1001, 'taker')
    expect(playChildren(bench, { until: 3_000_000, answer })).toEqual([
      [0, 2],
      [1_000_000, 4],
      [2_000_000, 6],
    ])
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 12, state: { kind: 'filled' } })
    // buy 0 + 2 × vwap 4
    expect(bench.journal.ofKind('parentStart')).toMatchObject([{ sub: 8 }])
  })

  it('carries over what a slice did not get, and ends with the schedule', () => {
    const bench = started()
    const sent = playChildren(bench, {
      until: 3_500_000,
      answer: (id) => {
        bench.fill(id, 1, 1001, 'taker')
        bench.expire(id)
      },
    })
    // 2, then 6 − 1, then 12 − 2; in the last slice again after each failure, 0.1 s later when something filled.
    expect(sent.slice(0, 4)).toEqual([
      [0, 2],
      [1_000_000, 5],
      [2_000_000, 10],
      [2_100_000, 9],
    ])
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'filled' })
  })

  it('moves slices by a seeded jitter', () => {
    const bench = started({ jitter: 0.9, qty: 300, slices: 10 })
    const answer = (id: number, lots: number): void => bench.fill(id, lots, 1001, 'taker')
    const times = playChildren(bench, { until: 3_000_000, answer }).map(([at]) => at % 300_000)
    expect(new Set(times).size).toBeGreaterThan(5)
  })

  it('stands off the touch with limit children', () => {
    const bench = started({ childType: 'limit', priceOffset: -2 })
    expect(bench.venue.take()).toMatchObject([{ price: 997, qty: 2 }])
  })

  it.each([[[]], [[0, 0]], [[1, -1]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[1e308]], [[1e307, 1]]])(
    'refuses the profile %j',
    (weights) => {
      expect(() => started({ weights })).toThrow('expected finite weights, none negative, not all zero')
    },
  )

  it.each([{ slices: 0 }, { duration: durationUs(0) }, { jitter: 1 }])('refuses %o', (changes) => {
    expect(() => started(changes)).toThrow('vwap over')
  })
})
