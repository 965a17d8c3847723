/**
 * The mean of the last closes, with work per bar that does not grow with their number. Ticks are integers, so the sum
 * that is carried along is the sum that would be added up anew: nothing drifts.
 */
export class MovingAverage {
  /** A ring; before it is full its empty places count as 0. */
  private readonly window: Float64Array
  private next = 0
  private sum = 0
  private missing: number

  /** @param length bars, ≥ 1 */
  constructor(length: number) {
    this.window = new Float64Array(length)
    this.missing = length
  }

  /**
   * @param ticks a whole number
   * @returns the mean in ticks; undefined while there are fewer bars than it is over
   */
  add(ticks: number): number | undefined {
    const { window, next } = this
    this.sum += ticks - (window[next] ?? 0)
    window[next] = ticks
    this.next = next + 1 === window.length ? 0 : next + 1
    if (this.missing > 0) this.missing--
    return this.missing > 0 ? undefined : this.sum / window.length
  }
}
