import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { AlgoSpec } from '../../src/model/parent-order.ts'
import { ChaoticVenue } from '../support/chaotic-venue.ts'
import { Bench } from '../support/fake-venue.ts'

const specs: readonly AlgoSpec[] = [
  { algo: 'market' },
  { algo: 'limit', timeout: durationUs(700_000), fallbackToMarket: true },
  { algo: 'limit', timeout: durationUs(700_000), fallbackToMarket: false, postOnly: true },
  { algo: 'twap', duration: durationUs(2_000_000), slices: 7, childType: 'market', jitter: 0.4 },
  { algo: 'twap', duration: durationUs(2_000_000), slices: 5, childType: 'limit', priceOffset: 1 },
  {
    algo: 'iceberg',
    price: priceTicks(1000),
    visiblePct: 0.2,
    minVisibleSize: qtyLots(3),
    maxRefreshTime: durationUs(50_000),
  },
  { algo: 'vwap', duration: durationUs(2_000_000), slices: 6, weights: [1, 3, 2], childType: 'limit' },
  {
    algo: 'is',
    duration: durationUs(2_000_000),
    slices: 5,
    childType: 'market',
    riskAversion: 1e-3,
    volatility: 20,
    temporaryImpact: 0.5,
    permanentImpact: 0.01,
  },
]

/** What must hold at every moment, whatever the venue does. */
function checkAccounts(bench: Bench): void {
  for (const parent of bench.engine.parents) {
    const children = parent.childOrderIds.map((id) => bench.engine.order(id))
    const filled = children.reduce((sum, child) => sum + (child?.cumQty ?? 0), 0)
    expect(parent.cumQty).toBe(filled)
    expect(parent.cumQty).toBeLessThanOrEqual(parent.qty)
    if (parent.state.kind === 'filled') expect(parent.cumQty).toBe(parent.qty)
  }
  const traded = bench.engine.fills.reduce((sum, { side, qty }) => sum + (side === 'buy' ? qty : -qty), 0)
  expect(bench.positions.position(0).qty).toBe(traded)
}

const start = fc.record({
  spec: fc.constantFrom(...specs),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  qty: fc.integer({ min: 1, max: 60 }),
})

describe('parents at a venue that does anything a venue may do', () => {
  it('are never overfilled, lose nothing, and end', () => {
    fc.assert(
      fc.property(
        fc.array(start, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(1_000_000), { minLength: 50, maxLength: 250 }),
        fc.nat(40),
        (starts, numbers, cancelAt) => {
          let drawn = 0
          const next = (bound: number): number => (numbers[drawn++ % numbers.length] ?? 0) % bound
          // Rejections by our own guard are part of it.
          const limits = { messageRate: { count: 12, windowUs: durationUs(1_000_000) } }
          const bench = new Bench({ limits, engine: { answerTimeout: durationUs(300_000) } })
          const venue = new ChaoticVenue(bench, next)
          for (const { spec, side, qty } of starts) {
            bench.engine.execute({ instrument: 0, side, qty: qtyLots(qty), algo: spec })
            bench.drain()
          }
          for (let i = 0; i < 120; i++) {
            venue.step()
            checkAccounts(bench)
            if (i === cancelAt) bench.engine.cancelParent(1)
            bench.drain()
          }
          venue.settle()
          checkAccounts(bench)
          expect(venue.isQuiet).toBe(true)
          expect(bench.positions.position(0).qty).toBe(venue.position)
          expect(bench.engine.workingOrders()).toEqual([])
          expect(bench.risk.reservedQuanta).toBe(0)
          expect(bench.engine.oddities).toMatchObject({ unknownOrders: 0, contradictions: 0 })
          expect(bench.engine.parents.map(({ state }) => state.kind)).not.toContain('working')
        },
      ),
      { seed: 14, numRuns: 60 },
    )
  })
})
