/**
 * The time of day, for paper and live sessions; the only file that reads it. It is read once, at the start; from there
 * on a monotonic counter carries it, so that a step of the system's clock moves no timer.
 */
import { type TimeUs, timeUs } from '../core/units.ts'
import type { Clock } from './clock.ts'

/** Where the time comes from; tests bring their own. */
export interface TimeSource {
  /** Milliseconds since the Unix epoch. */
  readonly timeOfDay: () => number
  /** Milliseconds since some moment, never going back. */
  readonly monotonic: () => number
}

const systemTime: TimeSource = { timeOfDay: () => Date.now(), monotonic: () => performance.now() }

export class WallClock implements Clock {
  private readonly source: TimeSource
  /** Microseconds to add to the monotonic counter. */
  private readonly anchor: number
  private time: TimeUs

  constructor(source: TimeSource = systemTime) {
    this.source = source
    this.anchor = source.timeOfDay() * 1000 - Math.floor(source.monotonic() * 1000)
    this.time = this.present()
  }

  /** The time of the event that is being handled: as of the last `advance`. */
  now(): TimeUs {
    return this.time
  }

  /** Takes the present time for the event that comes next. */
  advance(): TimeUs {
    const present = this.present()
    if (present > this.time) this.time = present
    return this.time
  }

  /**
   * Shows a recorded time, while a session is executed again that is then gone on with: `advance` never goes back behind
   * the last one.
   */
  showRecorded(time: TimeUs): void {
    this.time = time
  }

  /** The time at this very moment, which changes nothing: for arming timers. */
  present(): TimeUs {
    return timeUs(Math.floor(this.anchor) + Math.floor(this.source.monotonic() * 1000))
  }
}
