/**
 * Finds, in the rows we receive, those that a strategy asked to be called for: prints, bars, book messages.
 * It only looks ahead for the time of the next one; it applies nothing to a book.
 */
import { assert } from '../core/errors.ts'
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

/** The bar being built; prices in ticks, volume in lots. */
interface OpenBar {
  openTime: number
  open: number
  high: number
  low: number
  close: number
  volume: number
}

export class SubscriptionCursor {
  private readonly options: SubscriptionOptions
  private readonly cursor: ColumnCursor
  private bar: OpenBar | undefined
  private farTick = 0

  constructor(options: SubscriptionOptions) {
    this.options = options
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
      if (options.barUs !== undefined) this.addPrint({ tick, lots, exchangeTime, receiveTime }, handler)
      if (options.trades)
        handler.onTrade(tradeOf(options.instrument, { tick, lots, exchangeTime, receiveTime }, code))
    } else if (isBarPoint(kind)) {
      this.addBarPoint(kind, { tick: tickOf(code, batch.baseTick), lots, exchangeTime, receiveTime }, handler)
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

  private addPrint(print: Print, handler: SubscriptionHandler): void {
    const { barUs } = this.options
    assert(barUs !== undefined, 'bars are wanted')
    const openTime = Math.floor(print.exchangeTime / barUs) * barUs
    const { bar } = this
    if (bar !== undefined && openTime <= bar.openTime) {
      // A print of a bar that is already closed belongs to the present one: nothing known is changed.
      bar.high = Math.max(bar.high, print.tick)
      bar.low = Math.min(bar.low, print.tick)
      bar.close = print.tick
      bar.volume += print.lots
      return
    }
    if (bar !== undefined) handler.onBar(this.closeBar(bar, barUs, print.receiveTime))
    const { tick, lots } = print
    this.bar = { openTime, open: tick, high: tick, low: tick, close: tick, volume: lots }
  }

  private addBarPoint(kind: number, print: Print, handler: SubscriptionHandler): void {
    const { barUs } = this.options
    assert(barUs !== undefined, 'bars are wanted')
    const { tick, lots, exchangeTime } = print
    if (kind === packedKind.barOpen) {
      this.bar = { openTime: exchangeTime, open: tick, high: tick, low: tick, close: tick, volume: lots }
      return
    }
    const { bar } = this
    assert(bar !== undefined, 'a bar starts with its open')
    bar.high = Math.max(bar.high, tick)
    bar.low = Math.min(bar.low, tick)
    bar.close = tick
    bar.volume += lots
    if (kind === packedKind.barClose) handler.onBar(this.closeBar(bar, barUs, print.receiveTime))
  }

  private closeBar(bar: OpenBar, barUs: number, receiveTime: number): Bar {
    return {
      instrument: this.options.instrument,
      openTime: timeUs(bar.openTime),
      closeTime: timeUs(bar.openTime + barUs),
      receiveTime: timeUs(receiveTime),
      open: priceTicks(bar.open),
      high: priceTicks(bar.high),
      low: priceTicks(bar.low),
      close: priceTicks(bar.close),
      volume: qtyLots(bar.volume),
    }
  }
}

interface Print {
  readonly tick: number
  readonly lots: number
  readonly exchangeTime: number
  readonly receiveTime: number
}

const isBarPoint = (kind: number): boolean => kind >= packedKind.barOpen && kind <= packedKind.barClose

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
