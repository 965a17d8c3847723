/** Market data as strategies see it, and the view of the book that we know (not the one the venue knows). */
import type { PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { Side } from './order.ts'

/** A public print. */
export interface Trade {
  readonly instrument: number
  readonly exchangeTime: TimeUs
  readonly receiveTime: TimeUs
  readonly price: PriceTicks
  readonly qty: QtyLots
  /** Side of the taker. */
  readonly aggressorSide: Side
}

/** One closed bar. Known at `receiveTime`, which is never before `closeTime`. */
export interface Bar {
  readonly instrument: number
  /** First instant of the bar, inclusive. */
  readonly openTime: TimeUs
  /** First instant after the bar. */
  readonly closeTime: TimeUs
  readonly receiveTime: TimeUs
  readonly open: PriceTicks
  readonly high: PriceTicks
  readonly low: PriceTicks
  readonly close: PriceTicks
  readonly volume: QtyLots
}

export interface Level {
  readonly price: PriceTicks
  /** > 0. */
  readonly qty: QtyLots
}

/**
 * What we know of one instrument at this moment. Reading it makes a lazy book catch up, which costs time and changes
 * nothing. Absent values are `undefined`: an empty side, a book between a gap and its next snapshot, a tape without book.
 */
export interface MarketView {
  bestBid(): PriceTicks | undefined
  bestAsk(): PriceTicks | undefined
  bestBidQty(): QtyLots | undefined
  bestAskQty(): QtyLots | undefined
  lastTradePrice(): PriceTicks | undefined
  /** Best first, length ≤ depth. */
  levels(side: Side, depth: number): Level[]
  /**
   * Twice the mid price in ticks, so that it stays an integer: bid + ask. Without a two-sided book, twice the last
   * trade or bar price; undefined before the first.
   */
  midTimes2(): number | undefined
  /**
   * The venue's valuation price, in ticks; undefined where the data have none, before the first, and when the last came more
   * than ten seconds ago.
   */
  markPrice(): PriceTicks | undefined
  /** Receive time of the newest row we know; undefined before the first. */
  lastUpdate(): TimeUs | undefined
  /**
   * True while nothing can be said about the present: the feed is down, or came back and has not shown the market whole
   * yet. What the other methods tell then is the last that was known. Never in a replay.
   */
  isStale(): boolean
  /** Sum of all trades received so far, in lots. */
  tradedQty(): number
  /** Sum of price × qty of all trades received so far, in tick·lots (a double: for analysis). */
  tradedNotional(): number
}
