/**
 * Finds, in the rows we receive, those that a strategy asked to be called for: prints, bars, book messages.
 * It only looks ahead for the time of the next one; it applies nothing to a book.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { priceTicks, qtyLots, timeUs } from '../core/units.ts'
import type { Bar, Trade } from '../model/market-data.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  type PackedTape,
  packedKind,
  sideBit,
  tickOf,
} from '../model/packed.ts'
import { BarBuilder, type Print } from './bar-builder.ts'
import { ColumnCursor } from './column-cursor.ts'
import { pointsBeforeClose, startsWholeBar, wholeBarAt } from './whole-bar.ts'

export interface SubscriptionHandler {
  onTrade(trade: Trade): void
  onBar(bar: Bar): void
  onBook(instrument: number): void
}

export interface SubscriptionOptions {
  readonly instrument: number
  readonly tapes: readonly PackedTape[]
  readonly trades: boolean
  /** Bar length in microseconds; undefined for no bars. */
  readonly barUs: number | undefined
  readonly book: boolean
  /** Rows received before this time are passed over. Microseconds. */
  readonly from: number
}

export class SubscriptionCursor {
  /** Receive time of the next row of interest; Infinity when there is none left. */
  nextTime = Number.POSITIVE_INFINITY
  private readonly options: SubscriptionOptions
  private readonly cursor: ColumnCursor
  private readonly bars: BarBuilder | undefined
  private readonly barTerms: { readonly instrument: number; readonly barUs: number }
  private farTick = 0
  /** The row at `nextTime` is the close of a bar whose points nobody has looked at yet. */
  private isWholeBar = false

  constructor(options: SubscriptionOptions) {
    this.options = options
    const { instrument, barUs } = options
    this.bars = barUs === undefined ? undefined : new BarBuilder(instrument, barUs)
    this.barTerms = { instrument, barUs: barUs ?? 0 }
    this.cursor = new ColumnCursor(options.tapes, 'receive')
    while (this.cursor.nextTime < options.from) this.cursor.moveTo(this.cursor.rowAfter(options.from - 1))
    this.seek()
  }

  /** Hands over what the row at `nextTime` means, and looks for the next one. */
  deliver(handler: SubscriptionHandler): void {
    const { cursor, options } = this
    const { batch, row } = cursor
    const code = i32At(batch.code, row)
    const kind = code & kindMask
    if (this.isWholeBar) handler.onBar(wholeBarAt(batch, row - pointsBeforeClose, this.barTerms))
    else if (kind === packedKind.trade || kind === packedKind.farTrade) {
      const print = this.printAt(batch, row)
      const bar = this.bars?.addPrint(print)
      if (bar !== undefined) handler.onBar(bar)
      if (options.trades) handler.onTrade(tradeOf(options.instrument, print, code))
    } else if (kind === packedKind.barClose) {
      const bar = this.bars?.addPoint('close', this.printAt(batch, row))
      if (bar !== undefined) handler.onBar(bar)
    } else handler.onBook(options.instrument)
    this.cursor.moveTo(row + 1)
    this.seek()
  }

  close(): void {
    this.cursor.close()
  }

  private seek(): void {
    this.isWholeBar = false
    this.moveToWanted()
    this.nextTime = this.cursor.nextTime
  }

  private moveToWanted(): void {
    const { cursor } = this
    while (cursor.nextTime < Number.POSITIVE_INFINITY) {
      const { batch } = cursor
      let { row } = cursor
      if (this.bars !== undefined && startsWholeBar(batch, row)) {
        this.isWholeBar = true
        cursor.moveTo(row + pointsBeforeClose)
        return
      }
      while (row < batch.rows && !this.isWanted(batch, row)) row++
      cursor.moveTo(row)
      if (row < batch.rows) return
    }
  }

  /** False for a row that concerns nobody. One that only adds to the open bar is added at once: nobody is told. */
  private isWanted(batch: PackedBatch, row: number): boolean {
    const { bars } = this
    const { trades, book } = this.options
    const code = i32At(batch.code, row)
    const kind = code & kindMask
    if (kind === packedKind.farTick) this.farTick = f64At(batch.qty, row)
    else if (kind === packedKind.trade || kind === packedKind.farTrade) {
      if (trades || bars === undefined) return trades
      if (!bars.isWithin(f64At(batch.exchangeTime, row))) return true
      bars.extend(this.printTick(batch, code), f64At(batch.qty, row))
    } else if (isBarPoint(kind)) {
      if (bars === undefined || kind === packedKind.barClose) return bars !== undefined
      if (kind === packedKind.barOpen) bars.addPoint('open', this.printAt(batch, row))
      else bars.extend(tickOf(code, batch.baseTick), f64At(batch.qty, row))
    } else return book && code >= lastOfMessageBit && kind !== packedKind.idle
    return false
  }

  private printTick(batch: PackedBatch, code: number): number {
    return (code & kindMask) === packedKind.farTrade ? this.farTick : tickOf(code, batch.baseTick)
  }

  private printAt(batch: PackedBatch, row: number): Print {
    return {
      tick: this.printTick(batch, i32At(batch.code, row)),
      lots: f64At(batch.qty, row),
      exchangeTime: f64At(batch.exchangeTime, row),
      receiveTime: f64At(batch.receiveTime, row),
    }
  }
}

const isBarPoint = (kind: number): boolean => kind >= packedKind.barOpen && kind <= packedKind.barClose

function tradeOf(instrument: number, print: Print, code: number): Trade {
  return {
    instrument,
    exchangeTime: timeUs(print.exchangeTime),
    receiveTime: timeUs(print.receiveTime),
    price: priceTicks(print.tick),
    qty: qtyLots(print.lots),
    aggressorSide: (code & sideBit) === 0 ? 'buy' : 'sell',
  }
}
