/**
 * The simulated market in which one account trades: the same matching as in replay, over the same columns of the tape.
 * Accounts do not meet each other; each trades against what was recorded.
 */
import { InvariantError } from '../core/errors.ts'
import { isAccountReport } from '../model/account-report.ts'
import type { AmendCommand, ExecutionReport, SubmitCommand } from '../model/execution-report.ts'
import type { ReasonCode } from '../model/order.ts'
import { BookMarket } from '../venue/sim/book-market.ts'
import { constantLatency } from '../venue/sim/latency-model.ts'
import type { MatchingMarket } from '../venue/sim/matching-market.ts'
import { PrintMarket } from '../venue/sim/print-market.ts'
import type { QueueModel } from '../venue/sim/queue-model.ts'
import { ReportPipe } from '../venue/sim/report-pipe.ts'
import type { PublicMarket } from './public-market.ts'

export interface MatchingRules {
  readonly queueModel: QueueModel
  /** What a taker pays on top of a print where there is no book, in ticks. */
  readonly spreadTicks: number
}

export class AccountMarket {
  readonly public: PublicMarket
  private readonly market: MatchingMarket
  private readonly pipe = new ReportPipe(constantLatency(1, 1))

  constructor(market: PublicMarket, { queueModel, spreadTicks }: MatchingRules) {
    this.public = market
    const { index, instrument, tapes } = market
    const shared = { index, instrument, tapes, pipe: this.pipe }
    this.market = market.hasBook
      ? new BookMarket({ ...shared, queueModel })
      : new PrintMarket({ ...shared, spreadTicks })
  }

  /** Lets exchange time pass, where an order of the account waits for it. @returns what happened, in order */
  advance(until: number): ExecutionReport[] {
    return this.market.isWatching ? this.passTime(until) : []
  }

  submit(command: SubmitCommand, at: number): ExecutionReport[] {
    const before = this.passTime(at)
    this.market.submit(command, at)
    return [...before, ...this.drain()]
  }

  amend(command: AmendCommand, at: number): ExecutionReport[] {
    const before = this.passTime(at)
    this.market.amend(command, at)
    return [...before, ...this.drain()]
  }

  /** @param reason why, when the venue itself cancels */
  cancel(clientOrderId: number, at: number, reason?: ReasonCode): ExecutionReport[] {
    const before = this.passTime(at)
    const why = reason === undefined ? {} : { reason }
    this.market.cancel({ clientOrderId, instrument: this.public.index, ...why }, at)
    return [...before, ...this.drain()]
  }

  close(): void {
    this.market.close()
  }

  /** A market stops in front of each report of its own: reports are taken at once and it goes on. */
  private passTime(until: number): ExecutionReport[] {
    const reports: ExecutionReport[] = []
    while (this.market.nextTime <= until) {
      this.market.advance(until)
      reports.push(...this.drain())
    }
    return reports
  }

  private drain(): ExecutionReport[] {
    const reports: ExecutionReport[] = []
    while (this.pipe.nextDue < Number.POSITIVE_INFINITY) {
      const report = this.pipe.take()
      if (isAccountReport(report)) throw new InvariantError('a report on an account that nobody keeps')
      reports.push(report)
    }
    return reports
  }
}
