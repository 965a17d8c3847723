/**
 * Timers by id. What makes a timer go off is plugged in: the replay pushes it into its event queue, a live session
 * asks the operating system, offline re-execution does nothing because the journal says when each one fired.
 */
import { IdTable } from '../core/id-table.ts'
import type { TimeUs } from '../core/units.ts'
import type { TimerId, Timers } from './clock.ts'

/** Must call `fire(id)` of the table at `at` or as soon after as it gets to it. */
export interface TimerBackend {
  schedule(at: TimeUs, id: TimerId): void
  /** The timer need not go off any more; when it does all the same, nothing happens. */
  unschedule(id: TimerId): void
}

/** For offline re-execution: timers are fired from the journal. */
export const noTimerBackend: TimerBackend = { schedule: () => {}, unschedule: () => {} }

export class TimerTable implements Timers {
  private readonly backend: TimerBackend
  private readonly pending = new IdTable<() => void>()
  private lastId = 0

  constructor(backend: TimerBackend) {
    this.backend = backend
  }

  get size(): number {
    return this.pending.size
  }

  /** Ids count from 1 in order of setting, so that a re-execution gives the same ones. */
  set(at: TimeUs, fire: () => void): TimerId {
    const id = ++this.lastId
    this.pending.add(id, fire)
    this.backend.schedule(at, id)
    return id
  }

  cancel(id: TimerId): void {
    if (this.pending.take(id) !== undefined) this.backend.unschedule(id)
  }

  isPending(id: TimerId): boolean {
    return this.pending.has(id)
  }

  /** @returns false when it was canceled, has fired or never was */
  fire(id: TimerId): boolean {
    const fire = this.pending.take(id)
    if (fire === undefined) return false
    fire()
    return true
  }
}
