/**
 * Mark prices of a tape, in exchange order → batches of their own (`MarkBatch`), so that a replay finds them without
 * looking at any other row.
 */
import { type MarkBatch, touchBatchRows } from '../model/packed.ts'

export interface MarkRecorderOptions {
  /** Called with each full batch and the last one; its arrays are reused after the call. */
  readonly emit: (batch: MarkBatch) => void
  /** Only tests need another number than the usual. */
  readonly batchRows?: number
}

export class MarkRecorder {
  private readonly emit: (batch: MarkBatch) => void
  private readonly capacity: number
  private readonly columns: Omit<MarkBatch, 'rows'>
  private rows = 0
  private latest = Number.NEGATIVE_INFINITY

  constructor({ emit, batchRows = touchBatchRows }: MarkRecorderOptions) {
    this.emit = emit
    this.capacity = batchRows
    const column = (): Float64Array => new Float64Array(batchRows + 1)
    this.columns = { exchangeTime: column(), receiveTime: column(), price: column() }
  }

  /** Exchange times never fall. A mark that an older one overtook on its way to us is known with that one: never too early. */
  add(exchangeTime: number, receiveTime: number, price: number): void {
    if (this.rows === this.capacity) this.flush()
    const { columns, rows } = this
    this.latest = Math.max(this.latest, receiveTime)
    columns.exchangeTime[rows] = exchangeTime
    columns.receiveTime[rows] = this.latest
    columns.price[rows] = price
    this.rows++
  }

  /** Emits what is left. */
  finish(): void {
    if (this.rows > 0) this.flush()
  }

  private flush(): void {
    const { columns, rows } = this
    columns.exchangeTime[rows] = Number.POSITIVE_INFINITY
    columns.receiveTime[rows] = Number.POSITIVE_INFINITY
    this.emit({ rows, ...columns })
    this.rows = 0
  }
}
