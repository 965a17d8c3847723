/** A place in one packed stream: the batch it is in and the next row. */
import { f64At } from '../core/typed-array.ts'
import type { PackedBatch, PackedOrder, PackedSource, PackedTape } from '../model/packed.ts'

const noRows = new Float64Array([Number.POSITIVE_INFINITY])
const emptyBatch: PackedBatch = {
  rows: 0,
  baseTick: 0,
  exchangeTime: noRows,
  receiveTime: noRows,
  code: new Int32Array(1),
  qty: new Float64Array(1),
}

/** The places of several tapes of one instrument, one after the other (days). */
export class ColumnCursor {
  batch: PackedBatch = emptyBatch
  /** The column the stream is ordered by, Infinity at [rows]. */
  time: Float64Array = noRows
  /** Next row of the batch; always < batch.rows, but at the end of the data, or of what a growing tape has so far. */
  row = 0
  private readonly order: PackedOrder
  private readonly tapes: readonly PackedTape[]
  private tapeIndex = 0
  private source: PackedSource | undefined

  constructor(tapes: readonly PackedTape[], order: PackedOrder) {
    this.tapes = tapes
    this.order = order
    this.nextBatch()
  }

  /** Time of the next row; Infinity at the end. */
  get nextTime(): number {
    return f64At(this.time, this.row)
  }

  /** Index of the first row of the batch, from the next one on, that is later than `until`. */
  rowAfter(until: number): number {
    const { time } = this
    const { rows } = this.batch
    let low = this.row
    // Most spans are short: a few steps of one cache line each, which the machine reads ahead. Long ones in leaps.
    const stepwiseTo = low + 128
    let step = 8
    while (low + step < rows && f64At(time, low + step) <= until) {
      low += step
      if (low >= stepwiseTo) step *= 2
    }
    let high = Math.min(low + step, rows)
    while (low < high) {
      const middle = (low + high) >> 1
      if (f64At(time, middle) <= until) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Makes `row` the next row, and goes on to the next batch behind the last one.
   *
   * @returns true when the batch has changed: the caller's book must move to its `baseTick`
   */
  moveTo(row: number): boolean {
    this.row = row
    return row >= this.batch.rows && this.nextBatch()
  }

  /**
   * Goes on to the next batch that has rows. False at the end, where nextTime stays Infinity; and where a growing tape has
   * no more yet: there the cursor waits at the sentinel, and the next row takes its place.
   */
  private nextBatch(): boolean {
    for (;;) {
      const source = this.openSource()
      const isGrowing = source?.isGrowing === true
      const batch = source?.next()
      if (batch === undefined && isGrowing) return false
      if (batch !== undefined) {
        if (batch.rows === 0 && !isGrowing) continue
        this.batch = batch
        this.time = this.order === 'exchange' ? batch.exchangeTime : batch.receiveTime
        this.row = 0
        return true
      }
      this.close()
      this.tapeIndex++
      if (this.tapeIndex >= this.tapes.length) {
        this.batch = emptyBatch
        this.time = noRows
        this.row = 0
        return false
      }
    }
  }

  close(): void {
    this.source?.close()
    this.source = undefined
  }

  private openSource(): PackedSource | undefined {
    this.source ??= this.tapes[this.tapeIndex]?.open(this.order)
    return this.source
  }
}
