/** One row of market data as a live feed gives it, and as a journal record, there and back. */
import { DataError } from '../core/errors.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import { nameOfCode } from './code-names.ts'
import { type JournalSink, type RecordBody, recordKind } from './journal-record.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from './tape.ts'

/** Kinds and their meaning as on a tape. */
export interface MarketRow {
  readonly kind: RowKind
  readonly side: SideCode
  readonly exchangeTime: TimeUs
  /** Ticks; 0 where the kind has no price. */
  readonly price: number
  /** Lots; 0 where the kind has no quantity. */
  readonly qty: number
  /** Marks the last row of one venue message: the book is consistent only after it. */
  readonly isLast: boolean
}

/** @param time when we received it */
export function writeMarketRow(
  journal: JournalSink,
  time: TimeUs,
  instrument: number,
  { kind, side, exchangeTime, price, qty, isLast }: MarketRow,
): void {
  const last = isLast ? 1 : 0
  journal.record(recordKind.marketRow, time, instrument, 0, exchangeTime, price, qty, side, kind, last)
}

/** @throws {DataError} JOURNAL_DAMAGED when the numbers are no row's */
export function readMarketRow({ fields }: RecordBody): MarketRow {
  const [exchangeTime = 0, price = 0, qty = 0, sideNumber, kindNumber, last] = fields
  const side = nameOfCode(sideCode, sideNumber)
  const kind = nameOfCode(rowKind, kindNumber)
  if (side === undefined || kind === undefined) {
    throw new DataError(
      'JOURNAL_DAMAGED',
      `a market row of kind ${kindNumber} on side ${sideNumber}, which do not exist`,
    )
  }
  return {
    kind: rowKind[kind],
    side: sideCode[side],
    exchangeTime: timeUs(exchangeTime),
    price,
    qty,
    isLast: last === 1,
  }
}
