import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../src/core/units.ts'
import { ChaoticVenue } from '../support/chaotic-venue.ts'
import { Bench } from '../support/fake-venue.ts'

/** A strategy that submits, amends and cancels at random. */
function act(bench: Bench, next: (bound: number) => number): void {
  const what = next(6)
  const working = bench.engine.workingOrders()
  const order = working[next(Math.max(1, working.length))]
  if (what === 0) {
    const side = next(2) === 0 ? 'buy' : 'sell'
    const [qty, price] = [qtyLots(1 + next(20)), priceTicks(990 + next(20))]
    bench.engine.submit({ instrument: 0, type: 'limit', side, qty, price })
  } else if (order !== undefined && what < 4) {
    const change = { price: priceTicks(990 + next(20)), qty: qtyLots(1 + next(25)) }
    bench.engine.amend(order.clientOrderId, change)
  } else if (order !== undefined && what === 4) bench.engine.cancel(order.clientOrderId)
  bench.drain()
}

describe('orders at a venue that does anything a venue may do', () => {
  it('end as the venue has them, whatever overtakes what', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 100, maxLength: 400 }), (numbers) => {
        let drawn = 0
        const next = (bound: number): number => (numbers[drawn++ % numbers.length] ?? 0) % bound
        const bench = new Bench({ engine: { answerTimeout: durationUs(300_000) } })
        const venue = new ChaoticVenue(bench, next)
        for (let i = 0; i < 150; i++) {
          act(bench, next)
          venue.step()
        }
        venue.settle()
        expect(venue.isQuiet).toBe(true)
        expect(bench.positions.position(0).qty).toBe(venue.position)
        expect(bench.engine.workingOrders()).toEqual([])
        expect(bench.risk.reservedQuanta).toBe(0)
        expect(bench.engine.oddities).toMatchObject({ unknownOrders: 0, contradictions: 0 })
        for (const order of venue.orders) {
          if (order === undefined) continue
          const { id, cumQty, qty, price } = order
          expect(bench.engine.order(id)).toMatchObject({ cumQty, qty, price, isWorking: false })
        }
      }),
      { seed: 15, numRuns: 60 },
    )
  })
})
