import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench, startTime } from '../../support/fake-venue.ts'

type IcebergSpec = Extract<AlgoSpec, { algo: 'iceberg' }>

interface Setup extends Partial<IcebergSpec> {
  readonly qty?: number
  readonly seed?: number
}

function started({ qty = 100, seed = 1, ...changes }: Setup = {}): Bench {
  const bench = new Bench({ seed })
  const algo: IcebergSpec = {
    algo: 'iceberg',
    price: priceTicks(998),
    visiblePct: 0.3,
    minVisibleSize: qtyLots(5),
    maxRefreshTime: durationUs(0),
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(qty), algo })
  bench.drain()
  return bench
}

/** Fills every piece whole, 1 ms after it was seen. @returns [sent at, lots] of each */
function fillAll(bench: Bench): [number, number][] {
  const sent: [number, number][] = []
  for (let t = 0; t < 10_000_000; t += 1_000) {
    bench.runTo(t)
    for (const command of bench.venue.take()) {
      if (command.kind !== 'submit') continue
      sent.push([t, command.qty])
      bench.fill(command.clientOrderId, command.qty, 998)
    }
  }
  return sent
}

describe('the iceberg', () => {
  it.each([
    // 30 % of 100; the last 10 are more than 5
    ['a share of the whole', {}, [30, 30, 30, 10]],
    ['its smallest size when the share is smaller', { visiblePct: 0.01, qty: 20 }, [5, 5, 5, 5]],
    // 3 would be left, less than 5
    ['a rest too small to be shown alone with the piece before', { qty: 23, visiblePct: 0.25 }, [5, 5, 5, 8]],
    ['the whole when it is small', { qty: 4 }, [4]],
    ['one lot at least', { qty: 3, visiblePct: 0.1, minVisibleSize: qtyLots(0) }, [1, 1, 1]],
  ])('shows %s', (_title, setup, lots) => {
    const bench = started(setup)
    expect(fillAll(bench).map(([, qty]) => qty)).toEqual(lots)
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'filled' })
  })

  it('shows one piece at a time, at its price', () => {
    const bench = started()
    expect(bench.venue.take()).toMatchObject([{ price: 998, qty: 30 }])
    bench.accept(1)
    bench.fill(1, 29, 998)
    expect(bench.venue.take()).toEqual([])
    bench.fill(1, 1, 998)
    expect(bench.venue.take()).toMatchObject([{ price: 998, qty: 30 }])
  })

  it('refills after a random while within the refresh time, alike for one seed', () => {
    const times = (seed: number): number[] =>
      fillAll(started({ seed, visiblePct: 0.05, maxRefreshTime: durationUs(200_000) })).map(([at]) => at)
    const first = times(1)
    const waits = first.slice(1).map((at, i) => at - (first[i] ?? 0))
    expect(first).toHaveLength(20)
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(0)
      // Fills are seen in steps of 1 ms.
      expect(wait).toBeLessThanOrEqual(201_000)
    }
    expect(new Set(waits).size).toBeGreaterThan(10)
    expect(times(1)).toEqual(first)
    expect(times(2)).not.toEqual(first)
  })

  it('shows the rest of a piece that was canceled again, and does not take that for a refusal', () => {
    const bench = started()
    bench.accept(1)
    bench.fill(1, 10, 998)
    // Fifteen times five minutes go by.
    for (let i = 1; i <= 15; i++) {
      bench.runTo(i * 301_000_000)
      bench.cancel(i)
    }
    bench.runTo(16 * 301_000_000)
    expect(bench.engine.parents[0]?.state.kind).toBe('working')
    expect(bench.engine.order(1)?.state).toEqual({ kind: 'canceled', reason: 'canceled-by-timeout' })
    expect(bench.engine.order(16)).toMatchObject({ qty: 30, cumQty: 0 })
  })

  it('gives up when pieces are refused over and over', () => {
    const bench = started()
    for (let t = 0; t < 120_000_000; t += 50_000) {
      bench.runTo(t)
      for (const { clientOrderId } of bench.venue.take()) bench.reject(clientOrderId)
    }
    expect(bench.engine.orders).toHaveLength(11)
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'done', reason: 'children-refused' })
    expect(bench.engine.parents[0]?.doneAt).toBeLessThan(startTime + 40_000_000)
  })

  it.each<Setup>([
    { visiblePct: 0 },
    { visiblePct: 1.1 },
    { price: priceTicks(0) },
    { minVisibleSize: qtyLots(-1) },
    { maxRefreshTime: durationUs(-1) },
  ])('refuses %o', (setup) => {
    expect(() => started(setup)).toThrow('expected a positive price, 0 < share ≤ 1, and nothing negative')
  })
})
