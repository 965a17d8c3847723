/** Time as the loop says. */
import { InvariantError } from '../core/errors.ts'
import type { TimeUs } from '../core/units.ts'
import type { Clock } from './clock.ts'

export class SimulatedClock implements Clock {
  private time: TimeUs

  constructor(start: TimeUs) {
    this.time = start
  }

  now(): TimeUs {
    return this.time
  }

  /** @throws {InvariantError} when `time` lies in the past */
  advanceTo(time: TimeUs): void {
    if (time < this.time) throw new InvariantError(`time would go back from ${this.time} to ${time}`)
    this.time = time
  }
}
