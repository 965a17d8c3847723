/** How many messages left within the last while: a ring with the times of the newest `count` of them. */
import { f64At } from '../core/typed-array.ts'
import type { TimeUs } from '../core/units.ts'

export class MessageWindow {
  private readonly times: Float64Array
  private readonly windowUs: number
  private readonly reserve: number
  private next = 0

  /**
   * @param count largest number of messages in any `windowUs`, ≥ 1
   * @param reserve of them, 0 … count − 1: full without them
   */
  constructor(count: number, windowUs: number, reserve = 0) {
    this.reserve = reserve
    this.times = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
    this.windowUs = windowUs
  }

  add(now: TimeUs): void {
    this.times[this.next] = now
    this.next = this.next + 1 === this.times.length ? 0 : this.next + 1
  }

  /** True when the oldest of the newest `count` (less the reserve) messages is still inside the window. */
  isFull(now: TimeUs): boolean {
    const oldest = this.next + this.reserve
    const { length } = this.times
    return f64At(this.times, oldest < length ? oldest : oldest - length) > now - this.windowUs
  }

  /** As if none had left yet. */
  clear(): void {
    this.times.fill(Number.NEGATIVE_INFINITY)
  }
}
