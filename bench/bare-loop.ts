/**
 * The fastest pass over the packed columns that we know of: every level written, the best of both sides kept, and nothing
 * else. No times, no orders, no check of the data. What everything else is measured against, in the same process.
 */
import { assert } from '../src/core/errors.ts'
import { f64At, i32At } from '../src/core/typed-array.ts'
import { kindMask, type PackedBatch, packedKind, sideBit, slotMask, windowBits } from '../src/model/packed.ts'

/** Kept between passes, and emptied outside the time: a fresh one costs more than the pass. */
const lots = new Float64Array(2 * sideBit)

export interface Touch {
  /** Slots of the best bid and ask. */
  readonly bid: number
  readonly ask: number
}

export function emptyBareBook(): void {
  lots.fill(0)
  lots[0] = Number.POSITIVE_INFINITY
  lots[sideBit] = Number.POSITIVE_INFINITY
}

/** Over an empty book. */
export function runBareLoop(batches: readonly PackedBatch[]): Touch {
  const best = new Int32Array([0, sideBit])
  for (const batch of batches) {
    assert(batch.baseTick === batches[0]?.baseTick, 'the tape of the bench stays in one window')
    passBatch(batch, best)
  }
  return { bid: i32At(best, 0), ask: i32At(best, 1) }
}

/** Stops of the inner loop: a level at or better than the best, and rows that are no levels. */
function passBatch({ code, qty, rows }: PackedBatch, best: Int32Array): void {
  const mask = kindMask | slotMask
  for (let i = 0; i < rows; i++) {
    const c = i32At(code, i) & mask
    const side = (c >> windowBits) & 1
    if (c < i32At(best, side)) {
      lots[c] = f64At(qty, i)
      continue
    }
    if ((c & kindMask) === packedKind.clear) clearSides(best)
    if ((c & kindMask) !== packedKind.depth) continue
    const value = f64At(qty, i)
    lots[c] = value
    if (value !== 0) best[side] = c
    else if (c === i32At(best, side)) {
      let next = c - 1
      while (f64At(lots, next) === 0) next--
      best[side] = next
    }
  }
}

/** Nothing stands above the best. */
function clearSides(best: Int32Array): void {
  lots.fill(0, 1, i32At(best, 0) + 1)
  lots.fill(0, sideBit + 1, i32At(best, 1) + 1)
  best[0] = 0
  best[1] = sideBit
}
