/**
 * Finds, in the rows we receive, those that a strategy asked to be called for: prints, bars, book messages.
 * It only looks ahead for the time of the next one; it applies nothing to a book.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { priceTicks, qtyLots, timeUs } from '../core/units.ts'
import type { Bar, Trade } from '../model/market-data.ts'
import {
  indexMask,
  kindMask,
  lastOfMessageBit,
  type PackedTape,
  packedKind,
  sideBit,
  windowLevels,
} from '../model/packed.ts'
import { BarBuilder, type BarPoint, type Print } from './bar-builder.ts'
import { ColumnCursor } from './column-cursor.ts'

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
  private readonly options: SubscriptionOptions
  private readonly cursor: ColumnCursor
  private readonly bars: BarBuilder | undefined
  private farTick = 0

  constructor(options: SubscriptionOptions) {
    this.options = options
    const { instrument, barUs } = options
    this.bars = barUs === undefined ? undefined : new BarBuilder(instrument, barUs)
    this.cursor = new ColumnCursor(options.tapes, 'receive')
    while (this.cursor.nextTime < options.from) this.cursor.moveTo(this.cursor.rowAfter(options.from - 1))
    this.seek()
  }

  /** Receive time of the next row of interest; Infinity when there is none left. */
  get nextTime(): number {
    return this.cursor.nextTime
  }

  /** Hands over what the row at `nextTime` means, and looks for the next one. */
  deliver(handler: SubscriptionHandler): void {
    const { cursor, options } = this
    const { batch, row } = cursor
    const code = i32At(batch.code, row)
    const kind = code & kindMask
    const receiveTime = f64At(batch.receiveTime, row)
    const exchangeTime = f64At(batch.exchangeTime, row)
    const lots = f64At(batch.qty, row)
    if (kind === packedKind.trade || kind === packedKind.farTrade) {
      const tick = kind === packedKind.trade ? tickOf(code, batch.baseTick) : this.farTick
      const print = { tick, lots, exchangeTime, receiveTime }
      const bar = this.bars?.addPrint(print)
      if (bar !== undefined) handler.onBar(bar)
      if (options.trades) handler.onTrade(tradeOf(options.instrument, print, code))
    } else if (isBarPoint(kind)) {
      const bar = this.bars?.addPoint(pointOf(kind), {
        tick: tickOf(code, batch.baseTick),
        lots,
        exchangeTime,
        receiveTime,
      })
      if (bar !== undefined) handler.onBar(bar)
    } else handler.onBook(options.instrument)
    this.cursor.moveTo(row + 1)
    this.seek()
  }

  close(): void {
    this.cursor.close()
  }

  private seek(): void {
    const { cursor } = this
    const wantsPrints = this.options.trades || this.options.barUs !== undefined
    while (cursor.nextTime < Number.POSITIVE_INFINITY) {
      const { batch } = cursor
      const { code, rows } = batch
      let row = cursor.row
      for (; row < rows; row++) {
        const c = i32At(code, row)
        const kind = c & kindMask
        if (kind === packedKind.farTick) this.farTick = f64At(batch.qty, row)
        else if (kind === packedKind.trade || kind === packedKind.farTrade) {
          if (wantsPrints) break
        } else if (isBarPoint(kind)) {
          if (this.options.barUs !== undefined) break
        } else if (this.options.book && c >= lastOfMessageBit && kind !== packedKind.idle) break
      }
      cursor.moveTo(row)
      if (row < rows) return
    }
  }
}

const isBarPoint = (kind: number): boolean => kind >= packedKind.barOpen && kind <= packedKind.barClose

function pointOf(kind: number): BarPoint {
  if (kind === packedKind.barOpen) return 'open'
  return kind === packedKind.barClose ? 'close' : 'between'
}

function tickOf(code: number, baseTick: number): number {
  const index = code & indexMask
  return (code & sideBit) === 0 ? baseTick + index - 1 : baseTick + windowLevels - index
}

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
