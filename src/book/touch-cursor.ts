/** What we know of one L2 tape without its levels: the touch and the prints after the last message received. */
import { f64At } from '../core/typed-array.ts'
import type { TouchBatch, TouchSource } from '../model/packed.ts'

const empty: TouchBatch = {
  rows: 0,
  receiveTime: new Float64Array([Number.POSITIVE_INFINITY]),
  bestBid: new Float64Array(1),
  bestAsk: new Float64Array(1),
  lastPrice: new Float64Array(1),
  tradedQty: new Float64Array(1),
  tradedNotional: new Float64Array(1),
}

export class TouchCursor {
  /** Of the last message received: ticks, 0 for an empty side or before the first print. */
  bestBid = 0
  bestAsk = 0
  lastPrice = 0
  /** Lots, and tick·lots. */
  tradedQty = 0
  tradedNotional = 0
  /** Receive time of the last message; −1 before the first. */
  lastTime = -1
  /** Receive time of the next message; Infinity at the end. */
  nextTime = Number.POSITIVE_INFINITY
  private readonly source: TouchSource
  private batch = empty
  private row = 0

  constructor(source: TouchSource) {
    this.source = source
    this.nextBatch()
  }

  /** Takes in all messages received up to `until`. */
  advance(until: number): void {
    while (this.nextTime <= until) {
      const { receiveTime, rows } = this.batch
      let { row } = this
      while (f64At(receiveTime, row) <= until) row++
      this.take(row - 1)
      this.row = row
      this.nextTime = f64At(receiveTime, row)
      if (row === rows) this.nextBatch()
    }
  }

  close(): void {
    this.source.close()
  }

  private take(row: number): void {
    const { batch } = this
    this.lastTime = f64At(batch.receiveTime, row)
    this.bestBid = f64At(batch.bestBid, row)
    this.bestAsk = f64At(batch.bestAsk, row)
    this.lastPrice = f64At(batch.lastPrice, row)
    this.tradedQty = f64At(batch.tradedQty, row)
    this.tradedNotional = f64At(batch.tradedNotional, row)
  }

  private nextBatch(): void {
    this.batch = this.source.next() ?? empty
    this.row = 0
    this.nextTime = f64At(this.batch.receiveTime, 0)
  }
}
