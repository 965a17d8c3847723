/**
 * Reports on their way to us. One connection: reports never overtake each other, so each is due at the earliest when
 * the one before it is.
 */
import { InvariantError } from '../../core/errors.ts'
import { TimedQueue } from '../../core/timed-queue.ts'
import type { ExecutionReport } from '../../model/execution-report.ts'
import type { LatencyModel } from './latency-model.ts'

/** Sees each report as the venue makes it, and may change what it says. */
export type ReportFilter = (report: ExecutionReport) => ExecutionReport

export class ReportPipe {
  /** Set before the first report, if at all. */
  filter: ReportFilter | undefined
  private readonly latency: LatencyModel
  private readonly reports = new TimedQueue<ExecutionReport>()
  private readonly onReport: ((latencyUs: number) => void) | undefined
  private lastDue = 0
  private lastExchangeTime = 0

  /** @param onReport told how long each report is under way, in microseconds */
  constructor(latency: LatencyModel, onReport?: (latencyUs: number) => void) {
    this.latency = latency
    this.onReport = onReport
  }

  /** When the next report reaches us, on our clock; Infinity when none is on its way. */
  get nextDue(): number {
    return this.reports.nextTime
  }

  push(report: ExecutionReport): void {
    const { exchangeTime, instrument } = report
    this.pushDue(report, exchangeTime + this.latency.responseUs(exchangeTime, instrument))
  }

  /** @param due microseconds, our clock: when it would reach us, were it alone */
  pushDue(report: ExecutionReport, due: number): void {
    const { exchangeTime } = report
    if (exchangeTime < this.lastExchangeTime) {
      throw new InvariantError(`report at ${exchangeTime} made after one at ${this.lastExchangeTime}`)
    }
    this.lastExchangeTime = exchangeTime
    this.lastDue = Math.max(this.lastDue, exchangeTime + 1, due)
    this.onReport?.(this.lastDue - exchangeTime)
    this.reports.push(this.lastDue, this.filter === undefined ? report : this.filter(report))
  }

  take(): ExecutionReport {
    return this.reports.take()
  }
}
