/**
 * What we know of one instrument whose rows come one at a time: a live or paper feed, or a journal that is executed
 * again. Rows mean what they mean on a tape (model/tape.ts).
 *
 * | level  | rows used                                     |
 * | ------ | --------------------------------------------- |
 * | l2     | depth, snapshot, clear, clearSide, trade      |
 * | l1     | quote, clear that is a message alone, trade   |
 * | trades | trade                                         |
 *
 * Prints off the market and mark prices let the time pass; all other rows are passed over, as when a tape is read.
 */
import { type PriceTicks, priceTicks, type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import type { Level, MarketView } from '../model/market-data.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { Side } from '../model/order.ts'
import { packedKind, windowLevels } from '../model/packed.ts'
import { type DataLevel, rowKind, sideCode } from '../model/tape.ts'
import { FlatBook } from './flat-book.ts'
import { freshMarkUs } from './mark-cursor.ts'

/** Bars are no live feed: they are built from trades. No live feed of single orders is read yet. */
export type LiveLevel = Exclude<DataLevel, 'bars' | 'l3'>

/** What a row did: changed the book, printed, let the time pass, or nothing at this level of data. */
export type RowEffect = 'book' | 'print' | 'time' | 'nothing'

const half = windowLevels / 2
const quarter = windowLevels / 4

export class LiveBook implements MarketView {
  private readonly level: LiveLevel
  private readonly book: FlatBook
  private updatedAt: TimeUs | undefined
  private isFeedUp = true
  private isShown = true
  private mark: { readonly price: PriceTicks; readonly time: TimeUs } | undefined

  /** @param isChecked false: a crossed book is taken as it is */
  constructor(level: LiveLevel, { isChecked = true } = {}) {
    this.level = level
    this.book = new FlatBook({ isChecked })
  }

  /**
   * @param time when we received it
   * @throws {DataError} BOOK_CROSSED when a message leaves best bid ≥ best ask
   */
  apply(row: MarketRow, time: TimeUs): RowEffect {
    const effect = effectOf(row, this.level)
    if (effect !== 'nothing') this.updatedAt = time
    if (row.kind === rowKind.markPrice) this.mark = { price: priceTicks(row.price), time }
    if (effect === 'book') this.applyToBook(row)
    if (effect === 'print') {
      // A print by its price: it needs no place in the window.
      this.book.applyRow(packedKind.farTick, row.price)
      this.book.applyRow(packedKind.farTrade, row.qty)
    }
    if (row.isLast) {
      this.book.endMessage(row.exchangeTime)
      this.followTouch()
      if (!this.isShown && this.showsMarket(effect)) this.isShown = true
    }
    return effect
  }

  /** The feed went down, or came back: what is known is old until the market has been shown whole again. */
  setFeed(isUp: boolean): void {
    this.isFeedUp = isUp
    this.isShown = false
  }

  /** @see MarketView */
  isStale(): boolean {
    return !this.isFeedUp || !this.isShown
  }

  bestBid(): PriceTicks | undefined {
    return this.book.bestPrice('buy')
  }

  bestAsk(): PriceTicks | undefined {
    return this.book.bestPrice('sell')
  }

  bestBidQty(): QtyLots | undefined {
    return this.bestQty('buy')
  }

  bestAskQty(): QtyLots | undefined {
    return this.bestQty('sell')
  }

  lastTradePrice(): PriceTicks | undefined {
    const { lastTick } = this.book
    return lastTick === undefined ? undefined : priceTicks(lastTick)
  }

  levels(side: Side, depth: number): Level[] {
    return this.book.levels(side, depth)
  }

  midTimes2(): number | undefined {
    const bid = this.book.bestPrice('buy')
    const ask = this.book.bestPrice('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  markPrice(): PriceTicks | undefined {
    const { mark, updatedAt } = this
    return mark === undefined || updatedAt === undefined || updatedAt - mark.time > freshMarkUs
      ? undefined
      : mark.price
  }

  lastUpdate(): TimeUs | undefined {
    return this.updatedAt
  }

  tradedQty(): number {
    return this.book.tradedQty
  }

  tradedNotional(): number {
    return this.book.tradedNotional
  }

  /** @param effect of the last row of a message: a print tells nothing about a book */
  private showsMarket(effect: RowEffect): boolean {
    if (this.level === 'trades') return effect === 'print'
    return effect === 'book' && this.bestBid() !== undefined && this.bestAsk() !== undefined
  }

  private bestQty(side: Side): QtyLots | undefined {
    const price = this.book.bestPrice(side)
    return price === undefined ? undefined : qtyLots(this.book.qtyAt(side, price))
  }

  private applyToBook(row: MarketRow): void {
    if (row.kind === rowKind.clear) this.book.clear()
    else if (row.kind === rowKind.clearSide) this.book.clearTo(sideOf(row), row.price)
    else if (row.kind === rowKind.quote) this.applyQuote(row)
    else this.book.set(sideOf(row), row.price, row.qty)
  }

  /** A quote replaces its whole side; quantity 0 leaves it empty. */
  private applyQuote(row: MarketRow): void {
    const side = sideOf(row)
    const old = this.book.bestPrice(side)
    if (old !== undefined && old !== row.price) this.book.set(side, old, 0)
    if (row.qty > 0 || old === row.price) this.book.set(side, row.price, row.qty)
  }

  /** Prices wander; the flat window follows when the touch has left its middle half. */
  private followTouch(): void {
    const { book } = this
    const touch = book.bestPrice('buy') ?? book.bestPrice('sell')
    if (touch === undefined || Math.abs(touch - book.baseTick - half) <= quarter) return
    const base = Math.max(0, touch - half)
    if (base !== book.baseTick) book.rebase(base)
  }
}

const sideOf = ({ side }: MarketRow): Side => (side === sideCode.buy ? 'buy' : 'sell')

function effectOf({ kind, isLast }: MarketRow, level: LiveLevel): RowEffect {
  switch (kind) {
    case rowKind.depth:
    case rowKind.snapshot:
    case rowKind.clearSide:
      return level === 'l2' ? 'book' : 'nothing'
    case rowKind.quote:
      return level === 'l1' ? 'book' : 'nothing'
    case rowKind.clear:
      return level === 'l2' || (level === 'l1' && isLast) ? 'book' : 'nothing'
    case rowKind.trade:
      return 'print'
    case rowKind.offMarketTrade:
    case rowKind.markPrice:
      return 'time'
    default:
      return 'nothing'
  }
}
