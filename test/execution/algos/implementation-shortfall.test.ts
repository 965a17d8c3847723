import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationUs, qtyLots } from '../../../src/core/units.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench } from '../../support/fake-venue.ts'
import { playChildren } from '../../support/play-children.ts'

type ShortfallSpec = Extract<AlgoSpec, { algo: 'is' }>

function started({ qty = 1_000_000, ...changes }: Partial<ShortfallSpec> & { qty?: number } = {}): Bench {
  const bench = new Bench()
  // The example of Almgren and Chriss with seconds for days: τ = 1 s.
  const algo: ShortfallSpec = {
    algo: 'is',
    duration: durationUs(5_000_000),
    slices: 5,
    childType: 'market',
    riskAversion: 1e-6,
    volatility: 0.95,
    temporaryImpact: 2.5e-6,
    permanentImpact: 2.5e-7,
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'sell', qty: qtyLots(qty), algo })
  bench.drain()
  return bench
}

function slicesOf(bench: Bench): readonly (readonly [number, number])[] {
  const answer = (id: number, lots: number): void => bench.fill(id, lots, 999, 'taker')
  return playChildren(bench, { until: 5_000_000, answer })
}

describe('implementation shortfall', () => {
  it('sells after the schedule of Almgren and Chriss, rounded to lots that add up', () => {
    const bench = started()
    // Differences of 1e6, 541955.55, 289854.22, 147897.49, 62141.80, 0, each rounded to the nearest lot.
    expect(slicesOf(bench)).toEqual([
      [0, 458_044],
      [1_000_000, 252_102],
      [2_000_000, 141_957],
      [3_000_000, 85_755],
      [4_000_000, 62_142],
    ])
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 1_000_000, state: { kind: 'filled' } })
    // sell 1 + 2 × is 6
    expect(bench.journal.ofKind('parentStart')).toMatchObject([{ sub: 13 }])
  })

  it.each([{ riskAversion: 0 }, { volatility: 0 }])('sends even slices with %o', (changes) => {
    expect(slicesOf(started({ qty: 10, ...changes })).map(([, lots]) => lots)).toEqual([2, 2, 2, 2, 2])
  })

  it('sends everything at once when waiting is dear', () => {
    expect(slicesOf(started({ riskAversion: 1e12 }))).toEqual([[0, 1_000_000]])
  })

  it('loses no lot, whatever the quantity and the slices', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1e-3, noNaN: true }),
        (qty, slices, riskAversion) => {
          const bench = started({ qty, slices, riskAversion })
          const lots = slicesOf(bench).map(([, sent]) => sent)
          expect(lots.reduce((sum, sent) => sum + sent, 0)).toBe(qty)
          expect(bench.engine.parents[0]?.state.kind).toBe('filled')
        },
      ),
      { seed: 23, numRuns: 40 },
    )
  })

  it('carries over what a slice did not get and ends with the schedule', () => {
    const bench = started({ childType: 'limit', qty: 10, riskAversion: 0 })
    bench.runTo(1_000_000)
    bench.cancel(1)
    // The touch of its own side; 4 by the end of the second slice.
    expect(bench.venue.take()).toMatchObject([{ qty: 2, price: 1001 }, { kind: 'cancel' }, { qty: 4 }])
    bench.runTo(4_000_000)
    bench.cancel(2)
    bench.runTo(5_000_000)
    bench.cancel(3)
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 0,
      state: { kind: 'done', reason: 'schedule-over' },
    })
  })

  it.each([
    [{ riskAversion: -1 }, 'expected finite numbers, none negative'],
    [{ volatility: Number.NaN }, 'expected finite numbers, none negative'],
    [{ permanentImpact: -1 }, 'expected finite numbers, none negative'],
    [{ temporaryImpact: Number.POSITIVE_INFINITY }, 'expected finite numbers, none negative'],
    // 2.5e-7 × 1 s ÷ 2 = 1.25e-7
    [{ temporaryImpact: 1.25e-7 }, 'expected temporary impact above permanent impact × slice ÷ 2'],
    [{ slices: 0 }, 'is over 5000000 µs in 0 slices'],
  ])('refuses %o', (changes, message) => {
    expect(() => started(changes)).toThrow(message)
  })
})
