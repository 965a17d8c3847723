/** Questions that are asked again until they are answered, each with its own growing wait. */
import type { Clock, TimerId, Timers } from '../../clock/clock.ts'
import { type DurationUs, timeUs } from '../../core/units.ts'
import type { Pursuit } from './live-order.ts'

export class Pursuits {
  private readonly clock: Clock
  private readonly timers: Timers
  private isClosed = false

  constructor(clock: Clock, timers: Timers) {
    this.clock = clock
    this.timers = timers
  }

  /** Now, unless it is under way or waits for its turn. */
  start(pursuit: Pursuit, ask: () => void): void {
    if (this.isClosed || pursuit.isUnderWay || pursuit.timer !== undefined) return
    pursuit.isUnderWay = true
    ask()
  }

  /** Once more after a wait, unless it waits already. @param atLeast what the venue asks for */
  again(pursuit: Pursuit, ask: () => void, atLeast: DurationUs | undefined = undefined): void {
    pursuit.isUnderWay = false
    if (this.isClosed || pursuit.timer !== undefined) return
    const wait = pursuit.backoff.next(atLeast)
    pursuit.timer = this.timers.set(timeUs(this.clock.now() + wait), () => {
      pursuit.timer = undefined
      this.start(pursuit, ask)
    })
  }

  /** After a wait of this length. */
  after(wait: DurationUs, fire: () => void): TimerId | undefined {
    if (this.isClosed) return undefined
    return this.timers.set(timeUs(this.clock.now() + wait), () => {
      if (!this.isClosed) fire()
    })
  }

  /** What was to happen after a wait does not. */
  forget(timer: TimerId | undefined): void {
    if (timer !== undefined) this.timers.cancel(timer)
  }

  /** It is answered. */
  end(pursuit: Pursuit): void {
    pursuit.isUnderWay = false
    if (pursuit.timer !== undefined) this.timers.cancel(pursuit.timer)
    pursuit.timer = undefined
    pursuit.backoff.reset()
  }

  /** Nothing is asked any more. */
  close(): void {
    this.isClosed = true
  }
}
