/**
 * One deadline per order, all equally long after its submission, so that a plain queue keeps them in order of time.
 * A single timer stands for the first order that still matters; orders that are over by then cost nothing.
 */
import type { Clock, Timers } from '../clock/clock.ts'
import { type DurationUs, timeUs } from '../core/units.ts'
import type { TrackedOrder } from './tracked-order.ts'

export interface DeadlineQueueOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly delay: DurationUs
  /** False once the deadline of this order does not matter any more; never true again. */
  readonly isPending: (order: TrackedOrder) => boolean
  readonly onDue: (order: TrackedOrder) => void
}

const compactAt = 1024

export class DeadlineQueue {
  private readonly options: DeadlineQueueOptions
  private orders: TrackedOrder[] = []
  private head = 0
  private isArmed = false
  private readonly fire = (): void => this.onTimer()

  constructor(options: DeadlineQueueOptions) {
    this.options = options
  }

  /** Orders come in the order of their submission. */
  add(order: TrackedOrder): void {
    this.orders.push(order)
    if (!this.isArmed) this.arm(order)
  }

  private arm(order: TrackedOrder): void {
    this.isArmed = true
    this.options.timers.set(timeUs(order.createdAt + this.options.delay), this.fire)
  }

  private onTimer(): void {
    const { clock, delay, isPending, onDue } = this.options
    this.isArmed = false
    const dueBefore = clock.now() - delay
    for (;;) {
      const order = this.orders[this.head]
      if (order === undefined) break
      if (isPending(order)) {
        if (order.createdAt > dueBefore) {
          this.arm(order)
          break
        }
        onDue(order)
      }
      this.head++
    }
    this.compact()
  }

  private compact(): void {
    if (this.head < compactAt && this.head < this.orders.length) return
    this.orders = this.orders.slice(this.head)
    this.head = 0
  }
}
