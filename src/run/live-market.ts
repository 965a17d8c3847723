/** One instrument of a session whose market comes row by row: the book, and what the strategy is to be called for. */
import { BarBuilder } from '../book/bar-builder.ts'
import { LiveBook, type LiveLevel } from '../book/live-book.ts'
import type { SubscriptionHandler } from '../book/subscription-cursor.ts'
import { priceTicks, qtyLots, type TimeUs } from '../core/units.ts'
import type { Trade } from '../model/market-data.ts'
import type { MarketRow } from '../model/market-row.ts'
import { sideCode } from '../model/tape.ts'
import type { Subscriptions } from '../strategy/strategy.ts'

export interface LiveMarketOptions {
  readonly instrument: number
  readonly level: LiveLevel
  readonly subscriptions: Subscriptions
}

export class LiveMarket {
  readonly book: LiveBook
  private readonly options: LiveMarketOptions
  private readonly bars: BarBuilder | undefined
  /** Prints of the message that is being received. */
  private trades: Trade[] = []
  /** The last row changed the book. */
  private endsInBook = false
  private newestExchangeTime: TimeUs | undefined

  constructor(options: LiveMarketOptions) {
    const { instrument, level, subscriptions } = options
    const { barUs } = subscriptions
    this.options = options
    this.book = new LiveBook(level)
    this.bars = barUs === undefined ? undefined : new BarBuilder(instrument, barUs)
  }

  /** As for the start of a replay: a book with both sides, or a print where there is no book. */
  get isReady(): boolean {
    const { book } = this
    if (this.options.level === 'trades') return book.lastTradePrice() !== undefined
    return book.bestBid() !== undefined && book.bestAsk() !== undefined
  }

  /** Of the last row; undefined before the first. */
  get exchangeTime(): TimeUs | undefined {
    return this.newestExchangeTime
  }

  /**
   * Takes one row. What it means for the strategy is kept until the message is whole: see `deliver`.
   * @throws {DataError} BOOK_CROSSED
   */
  apply(row: MarketRow, time: TimeUs): void {
    const effect = this.book.apply(row, time)
    this.endsInBook = effect === 'book'
    this.newestExchangeTime = row.exchangeTime
    if (effect !== 'print') return
    this.trades.push({
      instrument: this.options.instrument,
      exchangeTime: row.exchangeTime,
      receiveTime: time,
      price: priceTicks(row.price),
      qty: qtyLots(row.qty),
      aggressorSide: row.side === sideCode.buy ? 'buy' : 'sell',
    })
  }

  /** After the last row of a message: bars and prints in their order, then the book. */
  deliver(handler: SubscriptionHandler): void {
    const { instrument, subscriptions } = this.options
    const { trades } = this
    this.trades = []
    for (const trade of trades) {
      const { price: tick, qty: lots, exchangeTime, receiveTime } = trade
      const bar = this.bars?.addPrint({ tick, lots, exchangeTime, receiveTime })
      if (bar !== undefined) handler.onBar(bar)
      if (subscriptions.trades) handler.onTrade(trade)
    }
    if (subscriptions.book && this.endsInBook) handler.onBook(instrument)
  }

  /** Forgets what a message that came before the start would have told. */
  discard(): void {
    this.trades = []
  }
}
