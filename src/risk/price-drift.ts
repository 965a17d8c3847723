/**
 * How far a market has moved within the last while, as seen at each look: a few samples of the mid, no two of them nearer
 * than a part of the window, so that the cost of a look does not depend on how often one looks.
 */
import { f64At } from '../core/typed-array.ts'
import type { TimeUs } from '../core/units.ts'

const samples = 32

export class PriceDrift {
  private readonly bpsMax: number
  private readonly windowUs: number
  private readonly times = new Float64Array(samples).fill(Number.NEGATIVE_INFINITY)
  private readonly mids = new Float64Array(samples)
  private next = 0
  private newest = Number.NEGATIVE_INFINITY

  constructor({ bpsMax, windowUs }: { readonly bpsMax: number; readonly windowUs: number }) {
    this.bpsMax = bpsMax
    this.windowUs = windowUs
  }

  /** Takes a sample. @param midTimes2 twice the mid in ticks */
  observe(midTimes2: number, now: TimeUs): void {
    if (now - this.newest < this.windowUs / samples) return
    this.times[this.next] = now
    this.mids[this.next] = midTimes2
    this.next = this.next + 1 === samples ? 0 : this.next + 1
    this.newest = now
  }

  /** True when the mid is further from any sample inside the window than is allowed. */
  isBroken(midTimes2: number, now: TimeUs): boolean {
    for (let i = 0; i < samples; i++) {
      if (f64At(this.times, i) <= now - this.windowUs) continue
      const mid = f64At(this.mids, i)
      if (Math.abs(midTimes2 - mid) * 10_000 > mid * this.bpsMax) return true
    }
    return false
  }
}
