/**
 * The canonical tape and the packed columns that the replay reads. See docs/TAPE.md for both layouts.
 */
import type { InstrumentSpec } from './instrument.ts'
import type { TapeScan } from './tape-scan.ts'

/** Values of the `kind` column of a tape. Never re-use a retired value. */
export const rowKind = {
  /** New absolute quantity of one level; 0 removes it. */
  depth: 0,
  /** One level of a full snapshot; follows a `clear`. */
  snapshot: 1,
  /** Public print; `side` is the aggressor. */
  trade: 2,
  /** The whole book of both sides is forgotten: a gap (until the next snapshot) or the start of a snapshot. */
  clear: 3,
  /** Best price and quantity of one side, replacing that whole side (L1). */
  quote: 4,
  /** The four points of a bar in path order. Each carries a quarter of the bar's volume, the close also the rest. */
  barOpen: 5,
  barHigh: 6,
  barLow: 7,
  barClose: 8,
  /** A print that did not trade against the book (insurance fund, off-market): counted, shown, fills nobody. */
  offMarketTrade: 9,
  /** Mark price; no quantity. */
  markPrice: 10,
  /** An order by its id (L3) stands at its price, behind all others there. Quantity: what stands. */
  orderAdd: 11,
  /** New quantity of an order that stands, at the same price. A smaller one keeps its place, a larger one loses it. */
  orderChange: 12,
  /** An order is gone without a trade; quantity 0. */
  orderDelete: 13,
  /**
   * An order that stood was hit, at its own price; `side` is the order's. Quantity: what was executed, and the order is
   * gone when nothing is left. An id that does not stand: an order never reported, ahead of all others at its price.
   * Id 0: a hidden order, behind all that are displayed at its price. The print is a row of its own.
   */
  orderExecute: 14,
  /** One side is forgotten: from its best price to `price`, the whole of it when that is 0. A source that says no more. */
  clearSide: 15,
} as const
export type RowKind = (typeof rowKind)[keyof typeof rowKind]

export const sideCode = { buy: 0, sell: 1 } as const
export type SideCode = (typeof sideCode)[keyof typeof sideCode]

/** Rows about single orders, which carry an order id: a whole number from 1 to 2^53 − 1 (0: see `orderExecute`). */
export function isOrderKind(kind: RowKind): boolean {
  return kind >= rowKind.orderAdd && kind <= rowKind.orderExecute
}

/** Who sees a row. Almost always both. */
export const visibility = { exchange: 1, local: 2, both: 3 } as const
export type Visibility = (typeof visibility)[keyof typeof visibility]

/** The finest market data a tape offers; decides how the venue matches. */
export type DataLevel = 'l3' | 'l2' | 'l1' | 'trades' | 'bars'

/** Finest first. */
export const dataLevels = ['l3', 'l2', 'l1', 'trades', 'bars'] as const satisfies readonly DataLevel[]

/** Whether the whole book is in the data, and not just its touch. */
export function hasLevels(level: DataLevel): boolean {
  return level === 'l3' || level === 'l2'
}

/** Whether a book is in the data, be it no more than the touch. */
export function hasBook(level: DataLevel): boolean {
  return hasLevels(level) || level === 'l1'
}

export interface LatencyPercentiles {
  /** Microseconds, exchange to us, after clock-offset correction. */
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** How a note starts that tells of a hole between files read as one recording; a run warns of it. */
export const holeNoteStart = 'nothing was recorded for '

/** How a note ends that tells of book messages that a gap made useless; a run warns of it. */
export const lostBookNoteEnd =
  'book messages came after a gap without a new snapshot and were left out: there was no book meanwhile'

/** What is known about a tape: written into the Parquet file's metadata, printed by `sim data info`, shown in the report. */
export interface TapeFacts {
  readonly formatVersion: 1
  readonly instrument: InstrumentSpec
  /** True for generated data; a report says so on top. */
  readonly isSynthetic: boolean
  /** File names without folders, in order. */
  readonly sources: readonly string[]
  /** Which importer read it: `binance-raw`, `tardis`, … */
  readonly format: string
  readonly levels: readonly DataLevel[]
  /** Length of a bar in microseconds, for bar tapes. */
  readonly barUs?: number
  readonly rows: number
  /** Rows by name of kind. */
  readonly rowsByKind: Readonly<Record<string, number>>
  /** Microseconds, first and last exchange time. */
  readonly firstTime: number
  readonly lastTime: number
  /** False when the source has one time only; receive time then equals exchange time. */
  readonly hasReceiveTime: boolean
  /** The source vouches for its receive times: no clock is fitted to them. */
  readonly isClockTrusted?: boolean
  readonly gaps: number
  /** Times after a whole message at which best bid ≥ best ask. */
  readonly crossedBooks: number
  readonly offMarketTrades: number
  /** Quantities finer than the lot, rounded down. */
  readonly offLotQuantities: number
  /** bookTicker messages whose update id equals the book's, and how many of them agreed with it. */
  readonly touchChecks: number
  readonly touchAgreed: number
  /** receive = exchange + latency + offset + drift × (t − firstTime). Offset in µs (negative: our clock is behind), drift in ppm. */
  readonly clock: { readonly offsetUs: number; readonly driftPpm: number }
  readonly latency?: LatencyPercentiles
  /** Of a perpetual whose source has them: funding times in microseconds, rising, and the rate (decimal) paid then. */
  readonly funding?: readonly { readonly time: number; readonly rate: string }[]
  /** Sum of traded quantity in lots. */
  readonly tradedLots: number
  /** What a pass over the rows noticed; absent in tapes of older versions, which are scanned when they are decoded. */
  readonly scan?: TapeScan
  /** Anything a user should know, one sentence each. */
  readonly notes: readonly string[]
  /** SHA-256 over the rows themselves, not the file: compression and chunking do not change it. */
  readonly dataHash: string
}
