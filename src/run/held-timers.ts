/** Timers of a session that is executed again and then goes on: none goes off until those still set are handed over. */
import type { TimerId } from '../clock/clock.ts'
import type { TimerBackend } from '../clock/timer-table.ts'
import type { TimeUs } from '../core/units.ts'

export class HeldTimers implements TimerBackend {
  private held: Map<TimerId, TimeUs> | undefined = new Map()
  private readonly backend: TimerBackend

  /** @param backend that takes over */
  constructor(backend: TimerBackend) {
    this.backend = backend
  }

  schedule(at: TimeUs, id: TimerId): void {
    if (this.held === undefined) this.backend.schedule(at, id)
    else this.held.set(id, at)
  }

  unschedule(id: TimerId): void {
    if (this.held === undefined) this.backend.unschedule(id)
    else this.held.delete(id)
  }

  /** It went off when the session was recorded. */
  fired(id: TimerId): void {
    this.held?.delete(id)
  }

  /** In the order in which they were set. */
  release(): void {
    const { held } = this
    this.held = undefined
    for (const [id, at] of held ?? []) this.backend.schedule(at, id)
  }
}
