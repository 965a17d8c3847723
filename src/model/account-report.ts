/** What a venue does to an account without an order of ours, and the journal records of it, there and back. */
import { DataError } from '../core/errors.ts'
import {
  type MoneyQuanta,
  moneyQuanta,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  type TimeUs,
  timeUs,
} from '../core/units.ts'
import { nameOfCode } from './code-names.ts'
import { sideNumber } from './codes.ts'
import type { ExecutionReport } from './execution-report.ts'
import { type JournalSink, type RecordBody, recordKind } from './journal-record.ts'
import type { Side } from './order.ts'

/** Paid to, or received from, the other side of the market for holding a position at a funding time. */
export interface FundingReport {
  readonly kind: 'funding'
  readonly instrument: number
  /** The funding time. */
  readonly exchangeTime: TimeUs
  /** Positive was paid, negative received. */
  readonly amount: MoneyQuanta
  /** Signed position at the venue at that time. */
  readonly qty: QtyLots
  /** Twice the mark price in ticks. */
  readonly markTimes2: number
  /** In parts of `fundingRateUnit`; positive: longs pay. */
  readonly rate: number
}

/** The venue closed a part of our position because the margin ran out. */
export interface LiquidationReport {
  readonly kind: 'liquidation'
  readonly instrument: number
  readonly exchangeTime: TimeUs
  readonly tradeId: number
  /** Of the closing trade: `sell` closes a long. */
  readonly side: Side
  readonly price: PriceTicks
  readonly qty: QtyLots
  /** Taker and liquidation fee of all trades that closed the position, on the last of them; positive is a cost. */
  readonly fee: MoneyQuanta
  /** True for what the book could not take: the insurance fund took it over at the bankruptcy price. */
  readonly isInsured: boolean
}

export type AccountReport = FundingReport | LiquidationReport

/** Everything that a venue can tell us. */
export type VenueReport = ExecutionReport | AccountReport

/** Funding rates are whole parts of this: 0.0001 (1 bp) = 1,000,000. */
export const fundingRateUnit = 10_000_000_000

export function isAccountReport(report: VenueReport): report is AccountReport {
  return report.kind === 'funding' || report.kind === 'liquidation'
}

/** @param time when we knew */
export function writeAccountReport(journal: JournalSink, time: TimeUs, report: AccountReport): void {
  const { instrument, exchangeTime } = report
  if (report.kind === 'funding') {
    const { amount, qty, markTimes2, rate } = report
    journal.record(recordKind.funding, time, instrument, 0, exchangeTime, amount, qty, markTimes2, rate)
    return
  }
  const { tradeId, side, price, qty, fee, isInsured } = report
  const sub = sideNumber[side] + (isInsured ? 2 : 0)
  journal.record(recordKind.liquidation, time, instrument, sub, exchangeTime, tradeId, price, qty, fee)
}

/** Of a record of kind `funding`. */
export function readFunding({ instrument, fields }: RecordBody): FundingReport {
  const [exchangeTime = 0, amount = 0, qty = 0, markTimes2 = 0, rate = 0] = fields
  return {
    kind: 'funding',
    instrument,
    exchangeTime: timeUs(exchangeTime),
    amount: moneyQuanta(amount),
    qty: qtyLots(qty),
    markTimes2,
    rate,
  }
}

/** Of a record of kind `liquidation`. @throws {DataError} JOURNAL_DAMAGED */
export function readLiquidation({ instrument, sub, fields }: RecordBody): LiquidationReport {
  const [exchangeTime = 0, tradeId = 0, price = 0, qty = 0, fee = 0] = fields
  const side = nameOfCode(sideNumber, sub % 2)
  if (side === undefined || sub > 3) {
    throw new DataError('JOURNAL_DAMAGED', `a liquidation of kind ${sub}, which does not exist`)
  }
  return {
    kind: 'liquidation',
    instrument,
    exchangeTime: timeUs(exchangeTime),
    tradeId,
    side,
    price: priceTicks(price),
    qty: qtyLots(qty),
    fee: moneyQuanta(fee),
    isInsured: sub >= 2,
  }
}
