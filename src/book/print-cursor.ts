/**
 * What we know of tapes that have no book: the last print and how much was printed. Any number of rows costs one look;
 * they are added up only for whoever asks, on a way of their own through the tapes.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { isNearPrint, type PackedTape, tickOf } from '../model/packed.ts'
import { ColumnCursor } from './column-cursor.ts'

export class PrintCursor {
  /** There are no levels. */
  readonly bestBid = 0
  readonly bestAsk = 0
  /** Ticks; 0 before the first print. */
  lastPrice = 0
  /** Receive time of the newest row; −1 before the first. */
  lastTime = -1
  private readonly tapes: readonly PackedTape[]
  private readonly cursor: ColumnCursor
  private openedSums: PrintSums | undefined

  /** @param tapes in order of time, all without a book */
  constructor(tapes: readonly PackedTape[]) {
    this.tapes = tapes
    this.cursor = new ColumnCursor(tapes, 'receive')
  }

  /** Receive time of the first row that is not taken in; Infinity at the end of the data. */
  get nextTime(): number {
    return this.cursor.nextTime
  }

  /** Lots. */
  get tradedQty(): number {
    return this.sums().lots
  }

  /** Tick·lots. */
  get tradedNotional(): number {
    return this.sums().notional
  }

  /** Takes in all rows received up to `until`. */
  advance(until: number): void {
    const { cursor } = this
    while (cursor.nextTime <= until) {
      const { batch, row: from } = cursor
      const end = cursor.rowAfter(until)
      let row = end - 1
      this.lastTime = f64At(cursor.time, row)
      while (row >= from && !isNearPrint(i32At(batch.code, row))) row--
      if (row >= from) this.lastPrice = tickOf(i32At(batch.code, row), batch.baseTick)
      cursor.moveTo(end)
    }
  }

  close(): void {
    this.cursor.close()
    this.openedSums?.close()
  }

  private sums(): PrintSums {
    this.openedSums ??= new PrintSums(this.tapes)
    this.openedSums.advance(this.lastTime)
    return this.openedSums
  }
}

class PrintSums {
  lots = 0
  notional = 0
  private readonly cursor: ColumnCursor

  constructor(tapes: readonly PackedTape[]) {
    this.cursor = new ColumnCursor(tapes, 'receive')
  }

  advance(until: number): void {
    const { cursor } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const { code, qty, baseTick } = batch
      const end = cursor.rowAfter(until)
      for (let { row } = cursor; row < end; row++) {
        const printed = i32At(code, row)
        if (!isNearPrint(printed)) continue
        const lots = f64At(qty, row)
        this.lots += lots
        this.notional += tickOf(printed, baseTick) * lots
      }
      cursor.moveTo(end)
    }
  }

  close(): void {
    this.cursor.close()
  }
}
