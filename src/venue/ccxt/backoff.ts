/** Waiting times that double from try to try, up to a bound: nothing is asked in a tight loop. */
import { type DurationUs, durationUs } from '../../core/units.ts'

export interface BackoffBounds {
  readonly min: DurationUs
  readonly max: DurationUs
}

export class Backoff {
  private readonly bounds: BackoffBounds
  private delay: number

  constructor(bounds: BackoffBounds) {
    this.bounds = bounds
    this.delay = bounds.min
  }

  /** The wait before the next try. @param atLeast what the venue asks for, if it does */
  next(atLeast: DurationUs | undefined = undefined): DurationUs {
    const delay = Math.max(this.delay, atLeast ?? 0)
    this.delay = Math.min(this.delay * 2, this.bounds.max)
    return durationUs(delay)
  }

  /** Something was learned: the next question may come soon. */
  reset(): void {
    this.delay = this.bounds.min
  }
}
