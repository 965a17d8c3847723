/**
 * The algorithms in markets that move at random, at a venue that rejects, fills in parts, expires, refuses cancels and
 * amends, and reports late, twice and out of order. At every moment, by the venue's own books and not by ours: what the
 * children of a parent have filled and may still fill is at most the parent.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { Side } from '../../../src/model/order.ts'
import type { AlgoSpec, ParentOrder } from '../../../src/model/parent-order.ts'
import { ChaoticVenue } from '../../support/chaotic-venue.ts'
import { Bench, type Command } from '../../support/fake-venue.ts'

const time = { duration: durationUs(3_000_000) }
const limitOf = { buy: priceTicks(1003), sell: priceTicks(997) }
const pov = { algo: 'pov', ...time, interval: durationUs(90_000) } as const
const pegged = { algo: 'pegged', interval: durationUs(70_000), timeout: time.duration } as const
const risk = { riskAversion: 1e-3, volatility: 20, temporaryImpact: 0.5, permanentImpact: 0.01 }

const specs: readonly AlgoSpec[] = [
  { algo: 'vwap', ...time, slices: 6, weights: [3, 0, 1, 2], childType: 'market', jitter: 0.5 },
  { algo: 'vwap', ...time, slices: 5, weights: [1, 2], childType: 'limit' },
  { ...pov, rate: 0.3, maxRate: 0.5, minChild: qtyLots(1), childType: 'market' },
  { ...pov, rate: 0.2, maxRate: 1, minChild: qtyLots(3), childType: 'limit', priceOffset: 1 },
  { algo: 'is', ...time, slices: 6, childType: 'market', ...risk, jitter: 0.3 },
  { algo: 'is', ...time, slices: 4, childType: 'limit', ...risk },
  { ...pegged, peg: 'mid', offset: 1, replace: 'amend', postOnly: false },
  { ...pegged, peg: 'bid', offset: 0, replace: 'cancel', postOnly: true },
  { ...pegged, peg: 'ask', offset: -2, replace: 'amend', postOnly: true },
]

/** Does what a venue does, and lets the market move and trade in between. */
class Stage {
  readonly bench = new Bench({
    limits: { messageRate: { count: 15, windowUs: durationUs(1_000_000) } },
    engine: { answerTimeout: durationUs(300_000) },
  })
  readonly venue: ChaoticVenue
  readonly commands: Command[] = []
  private readonly next: (bound: number) => number

  constructor(numbers: readonly number[]) {
    let drawn = 0
    this.next = (bound) => (numbers[drawn++ % numbers.length] ?? 0) % bound
    this.venue = new ChaoticVenue(this.bench, this.next)
    const take = this.bench.venue.take.bind(this.bench.venue)
    this.bench.venue.take = () => {
      const commands = take()
      this.commands.push(...commands)
      return commands
    }
  }

  step(): void {
    const { market } = this.bench
    if (this.next(2) === 0) {
      const bid = 992 + this.next(14)
      const isOneSided = this.next(8) === 0
      market.quote(isOneSided ? undefined : bid, bid + 1 + this.next(3))
    }
    market.volume += this.next(9)
    this.venue.step()
  }
}

/** Lots that the venue filled for a parent, or still may. */
function atVenue({ childOrderIds }: ParentOrder, stage: Stage): number {
  return childOrderIds.reduce((sum, id) => sum + stage.venue.exposure(id), 0)
}

function check(stage: Stage, spec: AlgoSpec, side: Side): void {
  const { bench } = stage
  for (const parent of bench.engine.parents) {
    const children = parent.childOrderIds.map((id) => bench.engine.order(id))
    const filled = children.reduce((sum, child) => sum + (child?.cumQty ?? 0), 0)
    const leaves = children.reduce((sum, child) => sum + (child?.leavesQty ?? 0), 0)
    expect(parent.cumQty).toBe(filled)
    expect(filled + leaves).toBeLessThanOrEqual(parent.qty)
    expect(atVenue(parent, stage)).toBeLessThanOrEqual(parent.qty)
    if (spec.algo === 'pov') {
      expect(atVenue(parent, stage)).toBeLessThanOrEqual(spec.rate * bench.market.volume)
    }
  }
  if (spec.algo !== 'pegged' || spec.limit === undefined) return
  for (const command of stage.commands) {
    if (command.kind === 'cancel' || command.price === undefined) continue
    if (side === 'buy') expect(command.price).toBeLessThanOrEqual(spec.limit)
    else expect(command.price).toBeGreaterThanOrEqual(spec.limit)
  }
}

const withLimit = (spec: AlgoSpec, side: Side): AlgoSpec =>
  spec.algo === 'pegged' ? { ...spec, limit: limitOf[side] } : spec

describe('in a market that moves at random, at a venue that does anything', () => {
  it.each(
    specs.map((spec) => [`${spec.algo} ${'childType' in spec ? spec.childType : 'limit'}`, spec] as const),
  )('%s never overfills, keeps its own cap, loses nothing and ends: %j', (_title, given) => {
    let filled = 0
    let sent = 0
    fc.assert(
      fc.property(
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(1_000_000), { minLength: 50, maxLength: 250 }),
        fc.nat(300),
        (side, qty, numbers, cancelAt) => {
          const spec = withLimit(given, side)
          const stage = new Stage(numbers)
          const { bench, venue } = stage
          bench.engine.execute({ instrument: 0, side, qty: qtyLots(qty), algo: spec })
          bench.drain()
          for (let i = 0; i < 150; i++) {
            stage.step()
            check(stage, spec, side)
            if (i === cancelAt) bench.engine.cancelParent(1)
            bench.drain()
          }
          venue.settle()
          check(stage, spec, side)
          expect(venue.isQuiet).toBe(true)
          expect(bench.positions.position(0).qty).toBe(venue.position)
          expect(bench.risk.reservedQuanta).toBe(0)
          expect(bench.engine.oddities).toMatchObject({ unknownOrders: 0, contradictions: 0 })
          const [parent] = bench.engine.parents
          expect(parent?.state.kind).not.toBe('working')
          expect(parent?.cumQty).toBe(Math.abs(venue.position))
          filled += parent?.cumQty ?? 0
          sent += stage.commands.length
        },
      ),
      { seed: 31, numRuns: 25 },
    )
    // So that the property is not one of doing nothing.
    expect(filled).toBeGreaterThan(50)
    expect(sent).toBeGreaterThan(50)
  })
})
