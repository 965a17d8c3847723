/**
 * Between importers and the tape writer. An importer parses a source into rows in receive order;
 * the writer counts, checks and stores them. Neither knows the other.
 */
import type { InstrumentKind, InstrumentSpec } from '../model/instrument.ts'
import type { DataLevel, RowKind, SideCode, Visibility } from '../model/tape.ts'

export interface TapeSink {
  /**
   * One row, in receive order. Times are raw whole microseconds (no clock correction), price in ticks, qty in lots.
   * `isLast` marks the last row of one venue message: the book is consistent only after it.
   *
   * Left out, `seenBy` is both. A row that one side does not see counts in the order of the other's times only.
   * `orderId` belongs to the rows about single orders, and only to them.
   *
   * Gap: a lone `clear` row with isLast. Snapshot: a `clear` row (not last), then `snapshot` rows, the last one marked.
   */
  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    seenBy?: Visibility,
    orderId?: number,
  ): void
}

/** What only the importer can know; the writer adds what it can count from the rows. */
export interface ImportCounters {
  readonly gaps: number
  readonly offLotQuantities: number
  readonly touchChecks: number
  readonly touchAgreed: number
  /** As `TapeFacts.funding`. */
  readonly funding?: readonly { readonly time: number; readonly rate: string }[]
  readonly notes: readonly string[]
}

/** A recognized source, ready to be read once. */
export interface Importer {
  readonly format: string
  readonly instrument: InstrumentSpec
  readonly levels: readonly DataLevel[]
  readonly barUs: number | undefined
  readonly hasReceiveTime: boolean
  /** The receive times are to be taken as they are: no clock is fitted to them. */
  readonly isClockTrusted?: boolean
  /** @throws {DataError} with file and line */
  read(sink: TapeSink): Promise<ImportCounters>
}

/** What a user may say about a file that does not say it itself. All optional. */
export interface ImportOptions {
  readonly instrument?: string
  readonly venue?: string
  readonly kind?: InstrumentKind
  readonly tickSize?: string
  readonly lotSize?: string
  /** Of an inverse contract in quote currency, else in base currency, per unit of quantity. */
  readonly contractSize?: string
  /** Day of a recording that has times of day only: `2012-06-21`. */
  readonly date?: string
  /** Our name of a column → the file's, from `--columns time=ts,price=px`. */
  readonly columns?: Readonly<Record<string, string>>
}
