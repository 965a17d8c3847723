/**
 * The arrays of closed books, for the next ones: a window takes 16 MB, and asking the system for it anew in each of
 * many runs costs more than clearing it, and sets off collections of garbage.
 */
import { sideBit } from '../model/packed.ts'

interface UsedWindow {
  readonly lots: Float64Array
  /** Slots above are zero, on the bid and the ask side. */
  readonly topBid: number
  readonly topAsk: number
}

const spare: UsedWindow[] = []
const spareMax = 8

/** Lots by slot of both sides, all zero. */
export function takeWindow(): Float64Array {
  const used = spare.pop()
  if (used === undefined) return new Float64Array(2 * sideBit)
  // Cleared here and not when it is left: a process that ends after one run need not do it.
  clearWindow(used)
  return used.lots
}

export function leaveWindow(used: UsedWindow): void {
  if (spare.length < spareMax) spare.push(used)
}

/** The sentinels at the ends of the sides are left as they are. */
export function clearWindow({ lots, topBid, topAsk }: UsedWindow): void {
  lots.fill(0, 1, topBid + 1)
  lots.fill(0, sideBit + 1, topAsk + 1)
}
