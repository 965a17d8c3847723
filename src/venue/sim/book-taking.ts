/** Taking what a recorded book displays: VENUE.md A2. What is taken is gone until the feed refreshes that level. */
import type { FlatBook } from '../../book/flat-book.ts'
import { InvariantError } from '../../core/errors.ts'
import { oppositeOf, type SelfTradePrevention, type Side } from '../../model/order.ts'
import type { LiquidationOrder } from './matching-market.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'
import { preventSelfTrade } from './self-trade.ts'

export class BookTaking {
  /** Lots we took from a displayed level since the feed last refreshed it, by tick. */
  readonly bids = new Map<number, number>()
  readonly asks = new Map<number, number>()
  private readonly book: FlatBook
  private readonly desk: OrderDesk
  private readonly selfTrade: SelfTradePrevention | undefined

  /** @param selfTrade of orders that do not name a mode; undefined: our orders do not see each other */
  constructor(book: FlatBook, desk: OrderDesk, selfTrade: SelfTradePrevention | undefined) {
    this.book = book
    this.desk = desk
    this.selfTrade = selfTrade
  }

  takenOf(side: Side): Map<number, number> {
    return side === 'buy' ? this.bids : this.asks
  }

  clear(): void {
    this.bids.clear()
    this.asks.clear()
  }

  /** Lots displayed on the other side within a limit, less what we already took of them. Stops counting at `enough`. */
  offered(side: Side, limit: number | undefined, enough = 1): number {
    const other = oppositeOf(side)
    const taken = this.takenOf(other)
    let sum = 0
    let tick = this.book.bestPrice(other)
    while (tick !== undefined && isWithin(side, tick, limit)) {
      sum += this.book.qtyAt(other, tick) - (taken.get(tick) ?? 0)
      // The next level is looked for only when it is needed: in a thin book it lies far away, if there is one at all.
      tick = sum < enough ? this.book.nextWorse(other, tick) : undefined
    }
    return sum
  }

  /** True when it would trade at once at this limit: with what is displayed, or with an order of ours. */
  wouldTake(order: RestingOrder, limit = order.limit): boolean {
    return this.offered(order.side, limit) > 0 || this.ownMet(order, limit) !== undefined
  }

  /** True when all of it is displayed within its limit, in front of any order of ours that would end it. */
  canFillWhole(order: RestingOrder): boolean {
    const { side, leaves } = order
    const own = this.modeOf(order) === 'cancel-oldest' ? undefined : this.ownMet(order)
    const limit = own === undefined ? order.limit : own.tick + (side === 'buy' ? -1 : 1)
    return this.offered(side, limit, leaves) >= leaves
  }

  /** Walks the displayed levels of the other side up to its limit. @returns true when something changed */
  take(order: RestingOrder, at: number): boolean {
    const { book } = this
    const other = oppositeOf(order.side)
    const ladder = this.desk.ladder(other)
    let tick = book.bestPrice(other)
    let hasChanged = false
    for (;;) {
      const own = this.ownMet(order)
      const isOffered = tick !== undefined && isWithin(order.side, tick, order.limit)
      const isOwnFirst =
        own !== undefined && (!isOffered || tick === undefined || ladder.isBetter(own.tick, tick))
      if (!isOwnFirst && tick !== undefined && isOffered) {
        // At the price of our own order only what stands ahead of it comes first.
        const most = own?.tick === tick ? Math.floor(own.ahead) : Number.POSITIVE_INFINITY
        hasChanged = this.takeLevel(order, tick, most, at) || hasChanged
        if (order.place === 'over') return true
        if (own?.tick !== tick) {
          tick = book.nextWorse(other, tick)
          continue
        }
      }
      if (own === undefined) return hasChanged
      hasChanged = true
      const mode = this.modeOf(order)
      if (mode !== undefined) preventSelfTrade(this.desk, { mode, newest: order, oldest: own, at })
      if (order.place === 'over') return true
    }
  }

  /**
   * A level told anew shows all of it again, except by orders: there a row tells of one order, and what we took stays
   * gone until it is executed, because the first in the queue are those we took from, or the level is smaller than it.
   *
   * @param byOrder lots that the level has now, and that a print has just taken of it; undefined where levels are told
   * @returns whether the level is no longer among those we took from
   */
  refresh(
    side: Side,
    tick: number,
    byOrder: { readonly lots: number; readonly executed: number } | undefined,
  ): boolean {
    const taken = this.takenOf(side)
    const before = taken.get(tick) ?? 0
    const gone = byOrder === undefined ? 0 : Math.min(before - byOrder.executed, byOrder.lots)
    if (gone <= 0) return taken.delete(tick)
    taken.set(tick, gone)
    return false
  }

  /** The venue takes for a position of ours that it closes. @returns lots that found nobody */
  liquidate({ side, lots, limit, onTrade }: LiquidationOrder): number {
    const other = oppositeOf(side)
    const taken = this.takenOf(other)
    let left = lots
    let tick = this.book.bestPrice(other)
    while (left > 0 && tick !== undefined && isWithin(side, tick, limit)) {
      const already = taken.get(tick) ?? 0
      const filled = Math.min(left, this.book.qtyAt(other, tick) - already)
      if (filled > 0) {
        taken.set(tick, already + filled)
        left -= filled
        onTrade(tick, filled, this.desk.takeTradeId())
      }
      tick = this.book.nextWorse(other, tick)
    }
    return left
  }

  private takeLevel(order: RestingOrder, tick: number, most: number, at: number): boolean {
    const other = oppositeOf(order.side)
    const taken = this.takenOf(other)
    const already = taken.get(tick) ?? 0
    const displayed = this.book.qtyAt(other, tick)
    const lots = Math.min(order.leaves, displayed - already, most)
    if (lots <= 0) return false
    if (already + lots > displayed) throw new InvariantError(`more taken at ${tick} than is displayed`)
    taken.set(tick, already + lots)
    this.desk.fill({ order, tick, lots, liquidity: 'taker', at })
    return true
  }

  private modeOf(order: RestingOrder): SelfTradePrevention | undefined {
    return order.terms?.selfTradePrevention ?? this.selfTrade
  }

  /** The best order of ours on the other side within its limit; undefined when nothing prevents that they meet. */
  private ownMet(order: RestingOrder, limit = order.limit): RestingOrder | undefined {
    const own = this.desk.ladder(oppositeOf(order.side)).best
    if (own === undefined || !isWithin(order.side, own.tick, limit)) return undefined
    return this.modeOf(order) === undefined ? undefined : own
  }
}

/** True when a taker of `side` with this limit may trade at `tick`; no limit allows any price. */
export const isWithin = (side: Side, tick: number, limit: number | undefined): boolean =>
  limit === undefined || (side === 'buy' ? tick <= limit : tick >= limit)
