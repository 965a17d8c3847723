/**
 * Where the window of a batch lies: the touch near its middle, and as seldom moved as possible, because a book that
 * moves copies all its levels.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { kindMask, lastOfMessageBit, packedKind, sideBit, windowLevels } from '../model/packed.ts'

/** Inclusive, in ticks. */
export interface TickRange {
  readonly low: number
  readonly high: number
}

/** The rows of one batch: codes without slot index, ticks (any value where the kind has no price), lots. */
export interface BatchPrices {
  readonly code: Int32Array
  readonly tick: Float64Array
  readonly qty: Float64Array
  readonly rows: number
  /** Given when there is no book: all of it must lie inside the window. */
  readonly prints: TickRange | undefined
  /** Base of the batch before. */
  readonly before: number | undefined
}

const half = windowLevels / 2
const quarter = windowLevels / 4

/** Tick of index 1 on the bid side, ≥ 1. */
export function chooseBaseTick(batch: BatchPrices): number {
  const { prints, before } = batch
  if (prints !== undefined) {
    const fits = before !== undefined && prints.low >= before && prints.high < before + windowLevels
    return fits ? before : baseAround(Math.floor((prints.low + prints.high) / 2))
  }
  const touch = middlePrint(batch) ?? narrowestPair(batch) ?? anyPrice(batch)
  if (before !== undefined && (touch === undefined || Math.abs(touch - before - half) <= quarter))
    return before
  return touch === undefined ? 1 : baseAround(touch)
}

/** Ticks are positive, so a window never needs to reach below 1. */
const baseAround = (tick: number): number => Math.max(1, Math.floor(tick - half))

/** The print nearest the middle of the batch: a single stray price at either end does not move the window. */
function middlePrint(batch: BatchPrices): number | undefined {
  const middle = batch.rows >> 1
  for (let away = 0; away <= middle; away++) {
    for (const row of [middle - away, middle + away]) {
      if (row < batch.rows && (i32At(batch.code, row) & kindMask) === packedKind.trade) {
        return f64At(batch.tick, row)
      }
    }
  }
  return undefined
}

/** Without a print: the middle of the closest bid and ask that one message set. */
function narrowestPair(batch: BatchPrices): number | undefined {
  let found: number | undefined
  let narrowest = Number.POSITIVE_INFINITY
  let bid = Number.NEGATIVE_INFINITY
  let ask = Number.POSITIVE_INFINITY
  for (let row = 0; row < batch.rows; row++) {
    const code = i32At(batch.code, row)
    if ((code & kindMask) === packedKind.depth && f64At(batch.qty, row) > 0) {
      const tick = f64At(batch.tick, row)
      if ((code & sideBit) === 0) bid = Math.max(bid, tick)
      else ask = Math.min(ask, tick)
    }
    if ((code & lastOfMessageBit) === 0) continue
    if (ask - bid < narrowest) {
      narrowest = ask - bid
      found = Math.floor((bid + ask) / 2)
    }
    bid = Number.NEGATIVE_INFINITY
    ask = Number.POSITIVE_INFINITY
  }
  return found
}

/** Last resort, one-sided messages only: the level nearest the middle of the batch. */
function anyPrice(batch: BatchPrices): number | undefined {
  const middle = batch.rows >> 1
  for (let i = 0; i < batch.rows; i++) {
    const row = (middle + i) % batch.rows
    if ((i32At(batch.code, row) & kindMask) === packedKind.depth && f64At(batch.qty, row) > 0) {
      return f64At(batch.tick, row)
    }
  }
  return undefined
}
