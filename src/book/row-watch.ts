/**
 * Which rows stop the loop over a flat book: levels at a few exact prices (where orders of ours stand, or that we took
 * from), and whatever reaches a price or goes beyond it (where orders of ours would trade). In slots: see model/packed.ts.
 */
import { i32At, u8At } from '../core/typed-array.ts'
import { sideBit, windowBits } from '../model/packed.ts'

/** Higher than any slot. */
const nowhere = 0x7fffffff

export class RowWatch {
  /** By slot: 1 where a level stops. Empty until the first one is wanted. */
  marks: Uint8Array = new Uint8Array(0)
  /** The slots that are marked: the first `markedCount` entries. */
  private readonly marked: number[] = []
  private markedCount = 0
  /** By side (0 bid, 1 ask): rows from this slot on stop, prints as well as levels. */
  private readonly reach = new Int32Array([nowhere, nowhere])

  get hasLevels(): boolean {
    return this.markedCount > 0
  }

  get isEmpty(): boolean {
    return !this.hasLevels && this.reachOf(0) === nowhere && this.reachOf(1) === nowhere
  }

  reachOf(side: number): number {
    return i32At(this.reach, side)
  }

  stopsLevel(slot: number): boolean {
    return slot >= this.reachOf(slot >> windowBits) || (this.hasLevels && u8At(this.marks, slot) !== 0)
  }

  stopsPrint(slot: number): boolean {
    return slot >= this.reachOf(slot >> windowBits)
  }

  clear(): void {
    for (let i = 0; i < this.markedCount; i++) this.marks[this.marked[i] ?? 0] = 0
    this.markedCount = 0
    this.reach[0] = nowhere
    this.reach[1] = nowhere
  }

  /** A level on exactly this slot, inside the window, stops. */
  addLevel(slot: number): void {
    if (this.marks.length === 0) this.marks = new Uint8Array(2 * sideBit)
    this.marks[slot] = 1
    this.marked[this.markedCount++] = slot
  }

  /** Levels and prints on this slot of a side or a higher one stop. A slot below the window: all of the side. */
  addReach(side: number, slot: number): void {
    if (slot < this.reachOf(side)) this.reach[side] = slot
  }
}
