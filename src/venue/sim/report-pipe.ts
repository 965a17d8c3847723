/**
 * Reports on their way to us. One connection: reports never overtake each other, so each is due at the earliest when
 * the one before it is.
 */
import { InvariantError } from '../../core/errors.ts'
import { TimedQueue } from '../../core/timed-queue.ts'
import type { ExecutionReport } from '../../model/execution-report.ts'
import type { LatencyModel } from './latency-model.ts'

export class ReportPipe {
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
    const { exchangeTime } = report
    if (exchangeTime < this.lastExchangeTime) {
      throw new InvariantError(`report at ${exchangeTime} made after one at ${this.lastExchangeTime}`)
    }
    this.lastExchangeTime = exchangeTime
    this.lastDue = Math.max(this.lastDue, exchangeTime + this.latency.responseUs(exchangeTime))
    this.onReport?.(this.lastDue - exchangeTime)
    this.reports.push(this.lastDue, report)
  }

  take(): ExecutionReport {
    return this.reports.take()
  }
}
