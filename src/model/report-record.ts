/** Execution reports as journal records, there and back: what is read is what was written, for every kind. */
import { DataError } from '../core/errors.ts'
import { priceTicks, qtyLots, type TimeUs, timeUs } from '../core/units.ts'
import { nameOfCode } from './code-names.ts'
import { reasonNumber, reportKindCode } from './codes.ts'
import type { ExecutionReport } from './execution-report.ts'
import { type JournalSink, type RecordBody, recordKind } from './journal-record.ts'
import type { ReasonCode } from './order.ts'

/** @param time when we knew */
export function writeReport(journal: JournalSink, time: TimeUs, report: ExecutionReport): void {
  const isTaker = report.kind === 'fill' && report.liquidity === 'taker'
  const sub = reportKindCode[report.kind] * 2 + (isTaker ? 1 : 0)
  const { clientOrderId, exchangeTime, cumQty, instrument } = report
  let tradeId = 0
  let price = 0
  let qty = 0
  if (report.kind === 'fill') {
    tradeId = report.tradeId
    price = report.lastPrice
    qty = report.lastQty
  } else if (report.kind === 'amended') {
    price = report.price ?? 0
    qty = report.qty
    tradeId = report.triggerPrice ?? 0
  } else if (report.kind !== 'accepted' && report.kind !== 'triggered') {
    price = reasonNumber[report.reason]
    if (report.kind === 'restated') qty = report.qty
  }
  journal.record(
    recordKind.report,
    time,
    instrument,
    sub,
    clientOrderId,
    exchangeTime,
    cumQty,
    tradeId,
    price,
    qty,
  )
}

/** @throws {DataError} JOURNAL_DAMAGED when the numbers are no report's */
export function readReport({ instrument, sub, fields }: RecordBody): ExecutionReport {
  const [clientOrderId = 0, exchangeTime = 0, cumQty = 0, tradeId = 0, price = 0, qty = 0] = fields
  const kind = nameOfCode(reportKindCode, Math.floor(sub / 2))
  const base = { clientOrderId, instrument, exchangeTime: timeUs(exchangeTime), cumQty: qtyLots(cumQty) }
  switch (kind) {
    case 'accepted':
    case 'triggered':
      return { ...base, kind }
    case 'fill':
      return {
        ...base,
        kind,
        tradeId,
        lastPrice: priceTicks(price),
        lastQty: qtyLots(qty),
        liquidity: sub % 2 === 1 ? 'taker' : 'maker',
      }
    case 'amended':
      return {
        ...base,
        kind,
        price: price === 0 ? undefined : priceTicks(price),
        qty: qtyLots(qty),
        ...(tradeId === 0 ? {} : { triggerPrice: priceTicks(tradeId) }),
      }
    case 'restated':
      return { ...base, kind, qty: qtyLots(qty), reason: reasonOf(price) }
    case 'rejected':
    case 'canceled':
    case 'expired':
    case 'cancel-rejected':
    case 'amend-rejected':
      return { ...base, kind, reason: reasonOf(price) }
    default:
      throw new DataError('JOURNAL_DAMAGED', `a report of kind ${sub}, which does not exist`)
  }
}

function reasonOf(code: number): ReasonCode {
  const reason = nameOfCode(reasonNumber, code)
  if (reason === undefined) {
    throw new DataError('JOURNAL_DAMAGED', `a report with reason ${code}, which does not exist`)
  }
  return reason
}
