/**
 * Which rows stop the loop over a flat book: levels at a few exact prices (where orders of ours stand, or that we took
 * from), and whatever reaches a price or goes beyond it (where orders of ours would trade). In slots: see model/packed.ts.
 */
import { i32At } from '../core/typed-array.ts'
import { sideBit, windowBits } from '../model/packed.ts'

/** Higher than any slot. */
const nowhere = 0x7fffffff

export class RowWatch {
  /** By side: rows from this slot on stop, prints as well as levels. */
  private readonly reach = new Int32Array([nowhere, nowhere])
  /** By side: the lowest slot that is watched for either reason. */
  private readonly lowest = new Int32Array([nowhere, nowhere])
  /** By slot: 1 where a level stops. Made when the first one is wanted. */
  private marks: Uint8Array = new Uint8Array(0)
  private marked: number[] = []

  /** Rows of a side (0 bid, 1 ask) on lower slots never stop. */
  from(side: number): number {
    return i32At(this.lowest, side)
  }

  get isEmpty(): boolean {
    return this.from(0) === nowhere && this.from(1) === nowhere
  }

  stopsLevel(slot: number): boolean {
    const side = slot >> windowBits
    return slot >= i32At(this.lowest, side) && (slot >= i32At(this.reach, side) || this.marks[slot] === 1)
  }

  stopsPrint(slot: number): boolean {
    return slot >= i32At(this.reach, slot >> windowBits)
  }

  clear(): void {
    for (const slot of this.marked) this.marks[slot] = 0
    this.marked.length = 0
    this.reach.fill(nowhere)
    this.lowest.fill(nowhere)
  }

  /** A level on exactly this slot, inside the window, stops. */
  addLevel(slot: number): void {
    if (this.marks.length === 0) this.marks = new Uint8Array(2 * sideBit)
    this.marks[slot] = 1
    this.marked.push(slot)
    this.lower(slot >> windowBits, slot)
  }

  /** Levels and prints on this slot of a side or a higher one stop. A slot below the window: all of the side. */
  addReach(side: number, slot: number): void {
    this.reach[side] = Math.min(i32At(this.reach, side), slot)
    this.lower(side, slot)
  }

  private lower(side: number, slot: number): void {
    if (slot < i32At(this.lowest, side)) this.lowest[side] = slot
  }
}
