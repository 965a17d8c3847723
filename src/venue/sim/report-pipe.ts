/**
 * Reports on their way to us. One connection: reports never overtake each other, so each is due at the earliest when
 * the one before it is.
 */
import { InvariantError } from '../../core/errors.ts'
import { TimedQueue } from '../../core/timed-queue.ts'
import { isAccountReport, type VenueReport } from '../../model/account-report.ts'
import type { ExecutionReport, Liquidity } from '../../model/execution-report.ts'
import type { Side } from '../../model/order.ts'
import type { LatencyModel } from './latency-model.ts'

/** Sees each report as the venue makes it, and may change what it says. */
export type ReportFilter = (report: ExecutionReport) => ExecutionReport

/** A fill of an order of ours, as the venue books it. */
export interface VenueFill {
  readonly instrument: number
  readonly side: Side
  /** Ticks and lots. */
  readonly tick: number
  readonly lots: number
  readonly liquidity: Liquidity
  readonly tradeId: number
  /** Exchange time in microseconds. */
  readonly at: number
}

export class ReportPipe {
  /** Set before the first report, if at all. Of reports on orders. */
  filter: ReportFilter | undefined
  // Times that are asked for at every event are fields: see timed-queue.ts. Only read them.
  /** When the next report reaches us, on our clock; Infinity when none is on its way. */
  nextDue = Number.POSITIVE_INFINITY
  /** Market data must not go on past this: a report reaches us, or the venue acts. */
  nextStop = Number.POSITIVE_INFINITY
  /** Told of every fill the moment it is made, where the venue keeps an account of ours. */
  onFill: ((fill: VenueFill) => void) | undefined
  /** Signed lots of an instrument by the venue's account, where our fills do not add up to them: fees take a part. */
  qtyOf: ((instrument: number) => number) | undefined
  private readonly latency: LatencyModel
  private readonly reports = new TimedQueue<VenueReport>()
  private readonly onReport: ((latencyUs: number) => void) | undefined
  private alarm = Number.POSITIVE_INFINITY
  private lastDue = 0
  private lastExchangeTime = 0

  /** @param onReport told how long each report is under way, in microseconds */
  constructor(latency: LatencyModel, onReport?: (latencyUs: number) => void) {
    this.latency = latency
    this.onReport = onReport
  }

  /** @param at exchange time at which the venue itself must act next; Infinity when it need not */
  setAlarm(at: number): void {
    this.alarm = at
    this.noteNext()
  }

  /** @returns the report as it will reach us */
  push(report: VenueReport): VenueReport {
    const { exchangeTime, instrument } = report
    return this.pushDue(report, exchangeTime + this.latency.responseUs(exchangeTime, instrument))
  }

  /** @param due microseconds, our clock: when it would reach us, were it alone */
  pushDue(report: VenueReport, due: number): VenueReport {
    const { exchangeTime } = report
    if (exchangeTime < this.lastExchangeTime) {
      throw new InvariantError(`report at ${exchangeTime} made after one at ${this.lastExchangeTime}`)
    }
    this.lastExchangeTime = exchangeTime
    this.lastDue = Math.max(this.lastDue, exchangeTime + 1, due)
    this.onReport?.(this.lastDue - exchangeTime)
    const sent = this.filter === undefined || isAccountReport(report) ? report : this.filter(report)
    this.reports.push(this.lastDue, sent)
    this.noteNext()
    return sent
  }

  take(): VenueReport {
    const report = this.reports.take()
    this.noteNext()
    return report
  }

  private noteNext(): void {
    this.nextDue = this.reports.nextTime
    this.nextStop = Math.min(this.nextDue, this.alarm)
  }
}
