/** The newest mark price of one instrument, over its tapes one after the other, by the venue's clock or by ours. */
import { f64At } from '../core/typed-array.ts'
import type { MarkBatch, MarkSource, PackedOrder, PackedTape } from '../model/packed.ts'

const never = new Float64Array([Number.POSITIVE_INFINITY])
const empty: MarkBatch = { rows: 0, exchangeTime: never, receiveTime: never, price: new Float64Array(1) }

/** Venues publish one every second or every three: when none has come for this long, the last one says nothing any more. */
export const freshMarkUs = 10_000_000

export class MarkCursor {
  /** Time of the next mark price; Infinity at the end. */
  nextTime = Number.POSITIVE_INFINITY
  private readonly tapes: readonly PackedTape[]
  private readonly order: PackedOrder
  private tapeIndex = 0
  private source: MarkSource | undefined
  private batch = empty
  private row = 0
  private tick = 0
  private time = Number.NEGATIVE_INFINITY

  /** Undefined where no tape has mark prices. @param tapes in order of time */
  static open(tapes: readonly PackedTape[], order: PackedOrder): MarkCursor | undefined {
    const cursor = new MarkCursor(tapes, order)
    return cursor.nextTime === Number.POSITIVE_INFINITY ? undefined : cursor
  }

  private constructor(tapes: readonly PackedTape[], order: PackedOrder) {
    this.tapes = tapes
    this.order = order
    this.nextBatch()
  }

  /** Ticks, after everything up to `until`; undefined before the first, and when the last is older than ten seconds. */
  at(until: number): number | undefined {
    while (this.nextTime <= until) this.step()
    return this.tick === 0 || until - this.time > freshMarkUs ? undefined : this.tick
  }

  /** Takes in the next mark price. @returns it, in ticks */
  step(): number {
    const { batch, row } = this
    this.tick = f64At(batch.price, row)
    this.time = this.nextTime
    this.row = row + 1
    if (this.row === batch.rows) this.nextBatch()
    else this.nextTime = f64At(this.column(batch), this.row)
    return this.tick
  }

  close(): void {
    this.source?.close()
    this.source = undefined
    this.batch = empty
    this.nextTime = Number.POSITIVE_INFINITY
  }

  private nextBatch(): void {
    for (; this.tapeIndex < this.tapes.length; this.tapeIndex++) {
      this.source ??= this.tapes[this.tapeIndex]?.openMarks()
      const batch = this.source?.next()
      if (batch !== undefined) {
        this.batch = batch
        this.row = 0
        this.nextTime = f64At(this.column(batch), 0)
        return
      }
      this.source?.close()
      this.source = undefined
    }
    this.batch = empty
    this.nextTime = Number.POSITIVE_INFINITY
  }

  private column({ exchangeTime, receiveTime }: MarkBatch): Float64Array {
    return this.order === 'exchange' ? exchangeTime : receiveTime
  }
}
