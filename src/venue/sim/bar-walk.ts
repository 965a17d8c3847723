/**
 * In which order the two extremes of a bar are visited: the data do not say. The tape has the nearer one first; any
 * other order is made here, at the first of the two, from the orders that wait at the venue at that moment.
 *
 * A bar is ambiguous when a stop and an order on its side that gains from the other direction (a take-profit or a
 * resting limit) both lie inside it: whichever extreme comes first decides which of the two is executed.
 */
import { i32At } from '../../core/typed-array.ts'
import { kindMask, type PackedBatch, packedKind, tickOf } from '../../model/packed.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'
import { isReached, isRising } from './trigger-book.ts'

/** `pessimistic`: in ambiguous bars the stop's extreme comes first; `optimistic`: the other. Elsewhere the nearer one. */
export const barPaths = ['nearer', 'high-first', 'low-first', 'pessimistic', 'optimistic'] as const
export type BarPath = (typeof barPaths)[number]

export interface BarWalkOptions {
  readonly path: BarPath
  readonly desk: OrderDesk
  /** What the trigger source of an order shows at a print. */
  readonly priceSeen: (order: RestingOrder, tick: number) => number
  /** @param at exchange time of the first extreme, microseconds */
  readonly onAmbiguous?: ((at: number) => void) | undefined
}

interface Extremes {
  /** Ticks. */
  readonly low: number
  readonly high: number
}

export class BarWalk {
  private readonly options: BarWalkOptions
  private isSecond = false
  private isSwapped = false

  constructor(options: BarWalkOptions) {
    this.options = options
  }

  /** Bars are walked as they stand, and nobody looks at those without an order of ours. */
  get isTapeOrder(): boolean {
    return this.options.path === 'nearer'
  }

  /** The row whose price and quantity come at the time of `row`. To be asked for each row once, in order. */
  rowFor(batch: PackedBatch, row: number, at: number): number {
    const kind = i32At(batch.code, row) & kindMask
    if (kind !== packedKind.barHigh && kind !== packedKind.barLow) {
      this.isSecond = false
      return row
    }
    if (this.isSecond) {
      this.isSecond = false
      return this.isSwapped ? row - 1 : row
    }
    this.isSecond = true
    this.isSwapped = this.isLowWanted(batch, row, at) !== (kind === packedKind.barLow)
    return this.isSwapped ? row + 1 : row
  }

  /** A bar wider than the window of a batch has its points in several, and is walked as it stands. */
  private isLowWanted(batch: PackedBatch, row: number, at: number): boolean {
    const { path, onAmbiguous } = this.options
    const asItStands = (i32At(batch.code, row) & kindMask) === packedKind.barLow
    if (row + 1 >= batch.rows) return asItStands
    const first = tickOf(i32At(batch.code, row), batch.baseTick)
    const second = tickOf(i32At(batch.code, row + 1), batch.baseTick)
    const stop = this.contested({ low: Math.min(first, second), high: Math.max(first, second) })
    if (stop !== undefined) onAmbiguous?.(at)
    if (path === 'high-first' || path === 'low-first') return path === 'low-first'
    if (path === 'nearer' || stop === undefined) return asItStands
    return isRising(stop) === (path === 'optimistic')
  }

  /** The first stop, in order of arrival, that competes with another order inside the bar. */
  private contested(bar: Extremes): RestingOrder | undefined {
    const { desk, priceSeen } = this.options
    return desk.triggers.orders.find((stop) => {
      if (stop.terms?.trigger?.kind === 'take-profit') return false
      const [own, other] = isRising(stop) ? [bar.high, bar.low] : [bar.low, bar.high]
      return isReached(stop, priceSeen(stop, own)) && this.hasTarget(stop, other)
    })
  }

  private hasTarget({ side }: RestingOrder, extreme: number): boolean {
    const { desk, priceSeen } = this.options
    const ladder = desk.ladder(side)
    if (ladder.best !== undefined && ladder.isBetter(ladder.best.tick, extreme)) return true
    return desk.triggers.orders.some(
      (order) =>
        order.side === side &&
        order.terms?.trigger?.kind === 'take-profit' &&
        isReached(order, priceSeen(order, extreme)),
    )
  }
}
