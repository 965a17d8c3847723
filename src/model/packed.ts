/**
 * Packed columns: the form in which the replay reads a tape. One row of a tape is one int32 `code`, a quantity and
 * two times, so that the hot loop does one array write and one or two compares per row.
 *
 * `code`, from the low bit:
 *   bits 0–20  slot: side in bit 20 (0 bid, 1 ask), index within the side's window in bits 0–19
 *   bits 21–24 packed kind
 *   bit 25     set on the last row of one venue message; the book is consistent only after such a row
 *
 * A window holds 2^20 − 2 price levels around the touch, starting at the batch's `baseTick`. Bids: index = tick − baseTick + 1.
 * Asks are mirrored: index = baseTick + levels − tick. So on either side a higher index is a better price, and
 * index 0 is a sentinel that stops the scan for the next best price.
 *
 * Trades and bar points are packed on the slot of the *aggressor's own side*: a sell print at tick p lies on the ask
 * side, where "index ≥ the ask index of an own bid" means "at or through that bid", exactly like an arriving ask.
 * Bar points are packed on the bid side.
 *
 * A price outside the window takes two rows: `farTick`, whose quantity is the tick, then the row itself
 * with its kind + `far` (slot index 0, side bit set as usual). Both carry the same times.
 */
import type { DataLevel, TapeFacts } from './tape.ts'

export const windowBits = 20
export const sideBit = 1 << windowBits
export const indexMask = sideBit - 1
export const slotMask = (sideBit << 1) - 1
/** Price levels of one window; indices 1 … windowLevels. */
export const windowLevels = sideBit - 2
export const kindShift = windowBits + 1
export const kindMask = 15 << kindShift
export const lastOfMessageBit = 1 << 25

/** Kinds as they stand in `code`, already shifted. `depth` is 0: a plain level update is its slot. */
export const packedKind = {
  depth: 0,
  trade: 1 << kindShift,
  clear: 2 << kindShift,
  barOpen: 3 << kindShift,
  barHigh: 4 << kindShift,
  barLow: 5 << kindShift,
  barClose: 6 << kindShift,
  /** Quantity = tick of the next row, which is a `far*` one. */
  farTick: 7 << kindShift,
  farDepth: 8 << kindShift,
  farTrade: 9 << kindShift,
  /** The time passes and nothing else happens (off-market print, mark price). */
  idle: 10 << kindShift,
  /** One side is forgotten, from its best price to the tick in the quantity; 0: the whole side. */
  clearSide: 15 << kindShift,
} as const

/** Price in ticks of a row inside the window. */
export function tickOf(code: number, baseTick: number): number {
  const index = code & indexMask
  return (code & sideBit) === 0 ? baseTick + index - 1 : baseTick + windowLevels - index
}

/** True for a print or a point of a bar inside the window. Tapes without a book have no prints outside it. */
export function isNearPrint(code: number): boolean {
  const kind = code & kindMask
  return kind === packedKind.trade || (kind >= packedKind.barOpen && kind <= packedKind.barClose)
}

/** Up to `batchRows` rows in one order. Arrays may be reused: valid until the source's next call of `next`. */
export interface PackedBatch {
  /** Rows, the sentinel not counted. */
  readonly rows: number
  /** Tick of index 1 on the bid side. */
  readonly baseTick: number
  /**
   * Microseconds, length ≥ rows + 1. The column the source is ordered by ends with Infinity at [rows], so that
   * `while (time[i] <= until)` needs no bound check.
   */
  readonly exchangeTime: Float64Array
  /** Corrected for clock offset and drift, so always ≥ exchangeTime. */
  readonly receiveTime: Float64Array
  readonly code: Int32Array
  /** Lots. */
  readonly qty: Float64Array
  /**
   * Level `l3` in exchange order only. Of a `trade` row, which is then the execution of one order: when that order had
   * joined the queue at its price (exchange time, microseconds). Infinity for a hidden order, which stands behind all;
   * 0 for one that was never reported, which is taken to stand ahead of all. The `depth` row after it has the same
   * value, unless the book has not changed. 0 in all other rows.
   */
  readonly joinedAt?: Float64Array
}

/** One cursor's stream of batches. Synchronous: nothing in the loop awaits. */
export interface PackedSource {
  next(): PackedBatch | undefined
  /**
   * True when `undefined` means "no more yet". The last batch then grows: `rows` rises, and the new row stands where the
   * sentinel stood. A batch that has a successor ends in an `idle` row, so that whoever waits at its end gets there.
   */
  readonly isGrowing?: true
  close(): void
}

export type PackedOrder = 'exchange' | 'receive'

/**
 * What is known after each message of an L2 or L3 tape, in receive order, without its levels: enough for whoever reads best
 * prices and prints only, and a tenth of the rows. Arrays may be reused: valid until the source's next call of `next`.
 */
export interface TouchBatch {
  /** Messages, the sentinel not counted. */
  readonly rows: number
  /** Microseconds, length ≥ rows + 1, Infinity at [rows]. */
  readonly receiveTime: Float64Array
  /** Ticks; 0 where the side is empty. */
  readonly bestBid: Float64Array
  readonly bestAsk: Float64Array
  /** Tick of the last print; 0 before the first. */
  readonly lastPrice: Float64Array
  /** Sums over all prints up to here: lots, and tick·lots. */
  readonly tradedQty: Float64Array
  readonly tradedNotional: Float64Array
}

export interface TouchSource {
  next(): TouchBatch | undefined
  close(): void
}

/** Mark prices, in exchange order. Arrays may be reused: valid until the source's next call of `next`. */
export interface MarkBatch {
  /** The sentinel not counted; > 0. */
  readonly rows: number
  /** Microseconds, rising, length ≥ rows + 1, Infinity at [rows]. */
  readonly exchangeTime: Float64Array
  /** Never falls, either: see `MarkRecorder`. */
  readonly receiveTime: Float64Array
  /** Ticks, > 0. */
  readonly price: Float64Array
}

export interface MarkSource {
  next(): MarkBatch | undefined
  close(): void
}

/** Feed latency along the tape, for the measured latency model: whole microseconds per bucket of exchange time. */
export interface LatencyProfile {
  readonly startTime: number
  readonly bucketUs: number
  /** Median latency of each bucket; empty buckets repeat the one before. */
  readonly medianUs: readonly number[]
}

/** Feed latency along the tape with its tails: what each bucket of exchange time showed at `profilePercents`. */
export interface QuantileProfile {
  readonly startTime: number
  readonly bucketUs: number
  readonly buckets: number
  /** us[bucket × profilePercents.length + i], whole microseconds ≥ 0; empty buckets repeat the one before. */
  readonly us: Int32Array
}

/** The last tells the slowest message of the bucket: a tail is drawn as often as it occurred, and no further. */
export const profilePercents = [0, 5, 25, 50, 75, 90, 95, 99, 100] as const

/** A decoded tape, ready to replay. `open` may be called any number of times; each call is an independent cursor. */
export interface PackedTape {
  readonly facts: TapeFacts
  readonly level: DataLevel
  readonly latencyProfile: LatencyProfile | undefined
  open(order: PackedOrder): PackedSource
  /** Undefined where the level is neither `l3` nor `l2`: there it would be as long as the rows themselves. */
  openTouch(): TouchSource | undefined
  /** Undefined where the tape has no mark prices. */
  openMarks(): MarkSource | undefined
  /** Microseconds, of the last row received; 0 for a tape without rows. Found without reading the tape. */
  lastReceiveTime(): number
}

export const batchRows = 131_072
/** Messages of a touch batch: few, because six columns of them are in memory at once. */
export const touchBatchRows = 16_384
