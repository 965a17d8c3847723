/**
 * What we know of one instrument: rows up to the present receive time, applied only when somebody asks.
 * Until then the book lies behind, and an idle strategy never pays for it.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { type PriceTicks, priceTicks, type QtyLots, qtyLots, type TimeUs, timeUs } from '../core/units.ts'
import type { Level, MarketView } from '../model/market-data.ts'
import type { Side } from '../model/order.ts'
import { lastOfMessageBit, type PackedTape } from '../model/packed.ts'
import { ColumnCursor } from './column-cursor.ts'
import { FlatBook } from './flat-book.ts'

/** All that a book needs of a `Clock`. */
interface PresentTime {
  now(): TimeUs
}

export class LocalBook implements MarketView {
  private readonly clock: PresentTime
  private readonly cursor: ColumnCursor
  /** The venue's book checks the same rows. */
  private readonly book = new FlatBook({ isChecked: false })
  private lastRowTime = -1
  private caughtUpTo = -1

  constructor(tapes: readonly PackedTape[], clock: PresentTime) {
    this.clock = clock
    this.cursor = new ColumnCursor(tapes, 'receive')
    this.book.rebase(this.cursor.batch.baseTick)
  }

  /** Receive time of the first row that is not applied yet; Infinity at the end of the data. */
  get nextTime(): number {
    return this.cursor.nextTime
  }

  bestBid(): PriceTicks | undefined {
    return this.catchUp().bestPrice('buy')
  }

  bestAsk(): PriceTicks | undefined {
    return this.catchUp().bestPrice('sell')
  }

  bestBidQty(): QtyLots | undefined {
    return this.bestQty('buy')
  }

  bestAskQty(): QtyLots | undefined {
    return this.bestQty('sell')
  }

  lastTradePrice(): PriceTicks | undefined {
    const { lastTick } = this.catchUp()
    return lastTick === undefined ? undefined : priceTicks(lastTick)
  }

  levels(side: Side, depth: number): Level[] {
    return this.catchUp().levels(side, depth)
  }

  midTimes2(): number | undefined {
    const book = this.catchUp()
    const bid = book.bestPrice('buy')
    const ask = book.bestPrice('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return book.lastTick === undefined ? undefined : 2 * book.lastTick
  }

  lastUpdate(): TimeUs | undefined {
    this.catchUp()
    return this.lastRowTime < 0 ? undefined : timeUs(this.lastRowTime)
  }

  tradedQty(): number {
    return this.catchUp().tradedQty
  }

  tradedNotional(): number {
    return this.catchUp().tradedNotional
  }

  close(): void {
    this.cursor.close()
    this.book.close()
  }

  private bestQty(side: Side): QtyLots | undefined {
    const book = this.catchUp()
    const price = book.bestPrice(side)
    return price === undefined ? undefined : qtyLots(book.qtyAt(side, price))
  }

  private catchUp(): FlatBook {
    const now = this.clock.now()
    if (now > this.caughtUpTo) {
      this.caughtUpTo = now
      if (this.cursor.nextTime <= now) this.advance(now)
    }
    return this.book
  }

  private advance(until: number): void {
    const { cursor, book } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const end = cursor.rowAfter(until)
      let row = cursor.row
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row < end) this.applySpecial(row++)
      }
      this.lastRowTime = f64At(cursor.time, end - 1)
      if (cursor.moveTo(end)) book.rebase(cursor.batch.baseTick)
    }
  }

  private applySpecial(row: number): void {
    const { batch } = this.cursor
    const code = i32At(batch.code, row)
    this.book.applyRow(code, f64At(batch.qty, row))
    if (code >= lastOfMessageBit) this.book.endMessage(f64At(batch.exchangeTime, row))
  }
}
