/**
 * The numbers of orders that are too large for V8's small integers, in one array for all orders. As fields of the orders
 * each would be a heap object of its own: with 20 orders a second, copying those took half of the engine's time.
 */
import { f64At } from '../core/typed-array.ts'

export const orderColumn = {
  createdAt: 0,
  acceptedAt: 1,
  doneAt: 2,
  cumNotional: 3,
  /** Exchange time of the newest answer to an amend. */
  amendAnsweredAt: 4,
  /** When the trigger was known to us. */
  triggeredAt: 5,
  /** Exchange time of the newest quantity that the venue set by itself. */
  restatedAt: 6,
} as const
export type OrderColumn = (typeof orderColumn)[keyof typeof orderColumn]
const width = 7

export class OrderColumns {
  private values = new Float64Array(width * 256)
  private rows = 0

  /** A new row: the time of creation, nothing else yet. @returns its number */
  add(createdAt: number): number {
    const row = this.rows++
    if (this.values.length < width * this.rows) {
      const grown = new Float64Array(this.values.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.set(row, orderColumn.createdAt, createdAt)
    this.set(row, orderColumn.acceptedAt, Number.NaN)
    this.set(row, orderColumn.doneAt, Number.NaN)
    this.set(row, orderColumn.amendAnsweredAt, Number.NaN)
    this.set(row, orderColumn.triggeredAt, Number.NaN)
    this.set(row, orderColumn.restatedAt, Number.NaN)
    return row
  }

  /** NaN: absent. */
  get(row: number, column: OrderColumn): number {
    return f64At(this.values, width * row + column)
  }

  set(row: number, column: OrderColumn, value: number): void {
    this.values[width * row + column] = value
  }
}
