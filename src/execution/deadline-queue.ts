/**
 * One deadline per order, all equally long after its submission. Nothing is kept for it: the working orders stand in
 * the order of their submission, so the first that still matters is the next one due, and a single timer stands for it.
 */
import type { Clock, Timers } from '../clock/clock.ts'
import { type DurationUs, timeUs } from '../core/units.ts'
import type { OrderStore } from './order-store.ts'
import type { TrackedOrder } from './tracked-order.ts'

export interface DeadlineQueueOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly store: OrderStore
  readonly delay: DurationUs
  /** Asked for working orders. False when this deadline does not concern the order, or not any more. */
  readonly isPending: (order: TrackedOrder) => boolean
  readonly onDue: (order: TrackedOrder) => void
}

export class DeadlineQueue {
  private readonly options: DeadlineQueueOptions
  private isArmed = false
  /** Deadlines of orders created up to then are over. */
  private handledUpTo = Number.NEGATIVE_INFINITY
  private readonly fire = (): void => this.onTimer()

  constructor(options: DeadlineQueueOptions) {
    this.options = options
  }

  /** The order works from now on. */
  add(order: TrackedOrder): void {
    if (!this.isArmed) this.arm(order)
  }

  private arm(order: TrackedOrder): void {
    this.isArmed = true
    this.options.timers.set(timeUs(order.createdAt + this.options.delay), this.fire)
  }

  private onTimer(): void {
    const { clock, delay, store, isPending, onDue } = this.options
    const { handledUpTo } = this
    this.isArmed = false
    this.handledUpTo = clock.now() - delay
    let next = store.firstWorking
    while (next !== undefined) {
      const order = next
      // Before anything is done to the order: it may be taken out of the list.
      next = order.next
      if (order.createdAt <= handledUpTo || !isPending(order)) continue
      if (order.createdAt > this.handledUpTo) {
        this.arm(order)
        return
      }
      onDue(order)
    }
  }
}
