/** A clock and timers that a test drives by hand. */
import type { Clock, TimerId, Timers } from '../../src/clock/clock.ts'
import { TimerTable } from '../../src/clock/timer-table.ts'
import { EventQueue } from '../../src/core/event-queue.ts'
import { type TimeUs, timeUs } from '../../src/core/units.ts'

export class SteppedTime implements Clock, Timers {
  private time: TimeUs
  private readonly queue = new EventQueue<TimerId>()
  private readonly table = new TimerTable({
    schedule: (at, id) => this.queue.push(Math.max(at, this.time), 0, id),
    unschedule: () => {},
  })

  constructor(start: number) {
    this.time = timeUs(start)
  }

  now(): TimeUs {
    return this.time
  }

  set(at: TimeUs, fire: () => void): TimerId {
    return this.table.set(at, fire)
  }

  cancel(id: TimerId): void {
    this.table.cancel(id)
  }

  /** Everything that is due within this long, in order. */
  pass(duration: number): void {
    const until = this.time + duration
    while (this.queue.nextTime <= until) {
      this.time = timeUs(this.queue.nextTime)
      this.table.fire(this.queue.pop())
    }
    this.time = timeUs(until)
  }
}
