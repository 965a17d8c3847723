/**
 * The replay: asks when somebody outside the venue must act next, lets the venue's time pass up to then at full speed,
 * and hands that one event to the session. Nothing in here awaits.
 *
 * Order at one instant: exchange data, arriving orders (both in the venue), reports due to us, market data the
 * strategy subscribed to, timers, samples for the record.
 */

import type { SubscriptionCursor } from '../book/subscription-cursor.ts'
import type { SimulatedClock } from '../clock/simulated-clock.ts'
import type { TimerBackend } from '../clock/timer-table.ts'
import { EventQueue } from '../core/event-queue.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import type { ReplayVenue } from '../venue/replay/replay-venue.ts'
import type { Session } from './session.ts'

/** Timers of a replay: a queue of ids by time. */
export class TimerQueue implements TimerBackend {
  private readonly queue = new EventQueue<number>()

  get nextTime(): number {
    return this.queue.nextTime
  }

  schedule(at: TimeUs, id: number): void {
    this.queue.push(at, 0, id)
  }

  /** A canceled timer stays in the queue; the table does not know its id any more when it comes up. */
  unschedule(): void {}

  pop(): number {
    return this.queue.pop()
  }
}

/** Takes samples of the market and the account at times of its own. */
export interface Sampler {
  readonly nextTime: number
  sample(): void
}

export interface ReplayLoopOptions {
  readonly clock: SimulatedClock
  readonly session: Session
  readonly venue: ReplayVenue
  readonly timers: TimerQueue
  readonly subscriptions: readonly SubscriptionCursor[]
  readonly sampler: Sampler | undefined
}

export class ReplayLoop {
  private readonly options: ReplayLoopOptions

  constructor(options: ReplayLoopOptions) {
    this.options = options
  }

  /** Everything up to and including `end`. May be called with growing ends: where it is cut changes nothing. */
  runTo(end: number): void {
    const { clock, session, venue, timers, sampler } = this.options
    for (;;) {
      const feed = this.nextFeed()
      const feedTime = feed === undefined ? Number.POSITIVE_INFINITY : feed.nextTime
      const timerTime = timers.nextTime
      const sampleTime = sampler === undefined ? Number.POSITIVE_INFINITY : sampler.nextTime
      const next = Math.min(feedTime, timerTime, sampleTime, end)
      venue.advance(next)
      if (venue.reports.nextDue <= next) this.takeReport()
      else if (feed !== undefined && feedTime <= next) {
        clock.advanceTo(timeUs(feedTime))
        feed.deliver(session)
      } else if (timerTime <= next) {
        // A timer set for the past fires now.
        clock.advanceTo(timeUs(Math.max(timerTime, clock.now())))
        session.fireTimer(timers.pop())
      } else if (sampler !== undefined && sampleTime <= next) {
        clock.advanceTo(timeUs(sampleTime))
        sampler.sample()
      } else {
        clock.advanceTo(timeUs(Math.max(end, clock.now())))
        return
      }
    }
  }

  /** The data is over: what the venue has already done still reaches us, nothing new happens there. */
  drain(): void {
    const { venue } = this.options
    while (venue.nextReportTime < Number.POSITIVE_INFINITY) this.takeReport()
  }

  private takeReport(): void {
    const { clock, session, venue } = this.options
    clock.advanceTo(timeUs(venue.nextReportTime))
    session.applyReport(venue.takeReport())
  }

  /** The subscription with the earliest row; the lower instrument first at the same time. */
  private nextFeed(): SubscriptionCursor | undefined {
    let first: SubscriptionCursor | undefined
    for (const cursor of this.options.subscriptions) {
      if (first === undefined || cursor.nextTime < first.nextTime) first = cursor
    }
    return first
  }
}
