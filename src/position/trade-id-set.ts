/**
 * Ids of trades seen before. Venues number trades upward, so nearly every id is larger than all before it: those go
 * into one sorted array without a lookup; only latecomers need a set.
 */
import { f64At } from '../core/typed-array.ts'

export class TradeIdSet {
  private sorted = new Float64Array(64)
  private size = 0
  private last = Number.NEGATIVE_INFINITY
  private readonly late = new Set<number>()

  /** @returns false when it was there before */
  add(id: number): boolean {
    if (id > this.last) {
      this.append(id)
      return true
    }
    if (this.late.has(id) || this.isSorted(id)) return false
    this.late.add(id)
    return true
  }

  private append(id: number): void {
    if (this.size === this.sorted.length) {
      const grown = new Float64Array(this.size * 2)
      grown.set(this.sorted)
      this.sorted = grown
    }
    this.sorted[this.size++] = id
    this.last = id
  }

  private isSorted(id: number): boolean {
    let low = 0
    let high = this.size - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = f64At(this.sorted, middle)
      if (found === id) return true
      if (found < id) low = middle + 1
      else high = middle - 1
    }
    return false
  }
}
