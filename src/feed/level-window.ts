/**
 * Which levels of one side of a book exist, and the best of them: a byte per slot of the packed window, a map for the
 * few levels outside. No quantities. Slots as in model/packed.ts: on either side a higher index is a better price.
 */
import { u8At } from '../core/typed-array.ts'
import { indexMask, type sideBit, tickOf, windowLevels } from '../model/packed.ts'
import { BookSide } from './touch-tracker.ts'

export class LevelWindow {
  /** 1 where there is a level; [0] is a sentinel that ends every scan. */
  private present = new Uint8Array(windowLevels + 1)
  private top = 0
  private baseTick = 0
  private far: BookSide
  private readonly side: 0 | typeof sideBit

  /** @param side 0 for bids, the side bit for asks */
  constructor(side: 0 | typeof sideBit) {
    this.side = side
    this.far = new BookSide(this.away)
    this.present[0] = 1
  }

  /** Ticks; undefined when the side is empty. */
  get best(): number | undefined {
    const near = this.top === 0 ? undefined : tickOf(this.top | this.side, this.baseTick)
    const far = this.far.best
    if (near === undefined || far === undefined) return near ?? far
    return (far - near) * this.away < 0 ? far : near
  }

  /** A level inside the window; `code` of a packed row. */
  set(code: number, qty: number): void {
    const index = code & indexMask
    const { present } = this
    if (qty > 0) {
      present[index] = 1
      if (index > this.top) this.top = index
      return
    }
    present[index] = 0
    if (index !== this.top) return
    let next = index
    while (u8At(present, next) === 0) next--
    this.top = next
  }

  setFar(tick: number, qty: number): void {
    this.far.set(tick, qty)
  }

  clear(): void {
    this.present.fill(0, 1, this.top + 1)
    this.top = 0
    this.far = new BookSide(this.away)
  }

  /** Forgets the levels from the best to `tick`, both included; all of them when it is 0. */
  clearTo(tick: number): void {
    if (tick === 0) this.clear()
    for (let best = this.best; best !== undefined && (best - tick) * this.away <= 0; best = this.best) {
      const index = this.indexOf(best)
      if (index >= 1 && index <= windowLevels) this.set(index, 0)
      else this.setFar(best, 0)
    }
  }

  /** Moves the window to that of the next batch. */
  rebase(baseTick: number): void {
    if (baseTick === this.baseTick) return
    const ticks = [...this.far.prices()]
    for (let index = this.top; index > 0; index--) {
      if (u8At(this.present, index) === 1) ticks.push(tickOf(index | this.side, this.baseTick))
    }
    this.clear()
    this.baseTick = baseTick
    for (const tick of ticks) {
      const index = this.indexOf(tick)
      if (index >= 1 && index <= windowLevels) this.set(index, 1)
      else this.far.set(tick, 1)
    }
  }

  /** Outside 1 … windowLevels when the tick lies outside the window. */
  private indexOf(tick: number): number {
    return this.side === 0 ? tick - this.baseTick + 1 : this.baseTick + windowLevels - tick
  }

  private get away(): 1 | -1 {
    return this.side === 0 ? -1 : 1
  }
}
