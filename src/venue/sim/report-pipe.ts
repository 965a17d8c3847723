/**
 * Reports on their way to us. One connection: reports never overtake each other, so each is due at the earliest when
 * the one before it is.
 */
import { assert } from '../../core/errors.ts'
import type { ExecutionReport } from '../../model/execution-report.ts'
import type { LatencyModel } from './latency-model.ts'

export class ReportPipe {
  private readonly latency: LatencyModel
  private readonly reports: ExecutionReport[] = []
  private readonly dueTimes: number[] = []
  private readonly onReport: ((latencyUs: number) => void) | undefined
  private head = 0
  private lastDue = 0
  private lastExchangeTime = 0

  /** @param onReport told how long each report is under way, in microseconds */
  constructor(latency: LatencyModel, onReport?: (latencyUs: number) => void) {
    this.latency = latency
    this.onReport = onReport
  }

  /** When the next report reaches us, on our clock; Infinity when none is on its way. */
  get nextDue(): number {
    return this.dueTimes[this.head] ?? Number.POSITIVE_INFINITY
  }

  push(report: ExecutionReport): void {
    const { exchangeTime } = report
    assert(
      exchangeTime >= this.lastExchangeTime,
      `report at ${exchangeTime} made after one at ${this.lastExchangeTime}`,
    )
    this.lastExchangeTime = exchangeTime
    this.lastDue = Math.max(this.lastDue, exchangeTime + this.latency.responseUs(exchangeTime))
    this.onReport?.(this.lastDue - exchangeTime)
    this.reports.push(report)
    this.dueTimes.push(this.lastDue)
  }

  take(): ExecutionReport {
    const report = this.reports[this.head]
    assert(report !== undefined, 'no report is on its way')
    this.head++
    if (this.head === this.reports.length) {
      this.reports.length = 0
      this.dueTimes.length = 0
      this.head = 0
    }
    return report
  }
}
