/** Counts one kind of thing while rows stream by. */
import type { ScanTally } from '../model/tape-scan.ts'

export class TallyCount {
  of = 0
  private count = 0
  private firstTime = 0
  private worst = Number.NEGATIVE_INFINITY
  private worstTime = 0

  /** @param size in the unit of the check @param time exchange time, microseconds */
  hit(size: number, time: number, count = 1): void {
    if (this.count === 0) this.firstTime = time
    this.count += count
    this.widen(size, time)
  }

  /** A size that is known later than the hit, or is no hit at all. */
  widen(size: number, time: number): void {
    if (size <= this.worst) return
    this.worst = size
    this.worstTime = time
  }

  /** Undefined when nothing was looked at. */
  finish(): ScanTally | undefined {
    const { count, of, firstTime, worst, worstTime } = this
    if (of === 0) return undefined
    return {
      count,
      of,
      ...(count === 0 ? {} : { firstTime }),
      ...(worst === Number.NEGATIVE_INFINITY ? {} : { worst, worstTime }),
    }
  }
}
