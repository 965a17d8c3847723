/** Where the engine gets the time and its timers from. Replay, live and offline re-execution plug in their own. */
import type { TimeUs } from '../core/units.ts'

export interface Clock {
  /** The time of the event that is being handled. Constant while one event is handled. */
  now(): TimeUs
}

export type TimerId = number

export interface Timers {
  /** Calls `fire` once, at `at` or as soon after as the loop gets to it. An `at` in the past fires next. */
  set(at: TimeUs, fire: () => void): TimerId
  /** No effect when it has fired or does not exist. */
  cancel(id: TimerId): void
}
