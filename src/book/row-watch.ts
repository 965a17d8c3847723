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
  /** By side: prints from `printMax` on stop, and those up to `printMin`. */
  private readonly printMax = new Int32Array([nowhere, nowhere])
  private readonly printMin = new Int32Array([-1, -1])
  private hasPrintBand = false

  get hasLevels(): boolean {
    return this.markedCount > 0
  }

  get isEmpty(): boolean {
    return !this.hasLevels && !this.hasPrintBand && this.reachOf(0) === nowhere && this.reachOf(1) === nowhere
  }

  reachOf(side: number): number {
    return i32At(this.reach, side)
  }

  stopsLevel(slot: number): boolean {
    return slot >= this.reachOf(slot >> windowBits) || (this.hasLevels && u8At(this.marks, slot) !== 0)
  }

  stopsPrint(slot: number): boolean {
    const side = slot >> windowBits
    return slot >= i32At(this.printMax, side) || slot <= i32At(this.printMin, side)
  }

  clear(): void {
    for (let i = 0; i < this.markedCount; i++) this.marks[this.marked[i] ?? 0] = 0
    this.markedCount = 0
    this.reach[0] = nowhere
    this.reach[1] = nowhere
    this.printMax[0] = nowhere
    this.printMax[1] = nowhere
    this.printMin[0] = -1
    this.printMin[1] = -1
    this.hasPrintBand = false
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
    if (slot < i32At(this.printMax, side)) this.printMax[side] = slot
  }

  /**
   * Prints at or below one price and at or above another stop, whichever side they lie on. In slots of either side, also
   * outside the window and infinite: on the ask side the lower price is the higher slot.
   */
  addPrintBand(
    low: { readonly bid: number; readonly ask: number },
    high: { readonly bid: number; readonly ask: number },
  ): void {
    this.hasPrintBand = true
    this.printMin[0] = Math.max(i32At(this.printMin, 0), within(low.bid))
    this.printMax[0] = Math.min(i32At(this.printMax, 0), within(high.bid))
    this.printMin[1] = Math.max(i32At(this.printMin, 1), within(high.ask))
    this.printMax[1] = Math.min(i32At(this.printMax, 1), within(low.ask))
  }
}

/** What an Int32Array can hold. */
const within = (slot: number): number => Math.max(-1, Math.min(slot, nowhere))
