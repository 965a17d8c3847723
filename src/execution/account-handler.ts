/** What a venue does to the account without an order of ours: funding and liquidations → positions and notifications. */
import type { Clock } from '../clock/clock.ts'
import { unreachable } from '../core/errors.ts'
import type { AccountReport, FundingReport, LiquidationReport } from '../model/account-report.ts'
import type { Fill } from '../model/fill.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Outbox } from './notification.ts'
import type { PositionBook } from './position-book.ts'
import { journalPosition } from './report-handler.ts'

export interface AccountHandlerOptions {
  readonly clock: Clock
  readonly risk: RiskGuard
  readonly positions: PositionBook
  readonly journal: JournalSink
  readonly outbox: Outbox
  /** Of all orders; a liquidation is added to them. */
  readonly fills: Fill[]
}

export class AccountHandler {
  /** In the order they became known. */
  readonly reports: AccountReport[] = []
  private readonly options: AccountHandlerOptions

  constructor(options: AccountHandlerOptions) {
    this.options = options
  }

  apply(report: AccountReport): void {
    this.reports.push(report)
    switch (report.kind) {
      case 'funding':
        this.pay(report)
        return
      case 'liquidation':
        this.liquidate(report)
        return
      default:
        unreachable(report)
    }
  }

  private pay({ instrument, amount }: FundingReport): void {
    const { clock, risk, positions, journal } = this.options
    const now = clock.now()
    positions.applyFunding(instrument, amount)
    const { qty, funding } = positions.position(instrument)
    journal.record(recordKind.fundingPaid, now, instrument, 0, qty, funding, amount, positions.equity())
    risk.revalue(now)
  }

  /** A fill like any other, of an order that is nobody's: number 0. */
  private liquidate({ kind: _kind, isInsured: _isInsured, ...execution }: LiquidationReport): void {
    const { clock, risk, positions, journal, outbox, fills } = this.options
    const now = clock.now()
    const fill: Fill = {
      clientOrderId: 0,
      parentOrderId: undefined,
      ...execution,
      liquidity: 'taker',
      time: now,
    }
    if (!positions.apply(fill)) return
    fills.push(fill)
    journalPosition(journal, positions, fill)
    risk.positionChanged(fill.instrument, now)
    outbox.push({ kind: 'liquidation', fill })
  }
}
