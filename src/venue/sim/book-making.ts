/**
 * Orders of ours that rest in a recorded book: VENUE.md A3. How much stands ahead of them, and what prints and quotes that
 * arrive fill of them.
 */
import type { FlatBook } from '../../book/flat-book.ts'
import { InvariantError } from '../../core/errors.ts'
import { oppositeOf, type Side } from '../../model/order.ts'
import { type BookTaking, isWithin } from './book-taking.ts'
import type { OrderDesk } from './order-desk.ts'
import type { QueueModel } from './queue-model.ts'
import type { RestingOrder } from './resting-orders.ts'

export interface BookMakingOptions {
  readonly book: FlatBook
  readonly desk: OrderDesk
  readonly taking: BookTaking
  readonly queueModel: QueueModel
  /** L1: a level that disappears because a better one came has not been consumed. */
  readonly isTouchOnly: boolean
  /** L3: executions name their order, so places in the queue are known and no queue model is asked. */
  readonly isByOrder: boolean
}

export class BookMaking {
  /** Of the row under way: when the order of the recording that it is about came to the book, 0 where that is not known. */
  joinedAt = 0
  private readonly book: FlatBook
  private readonly desk: OrderDesk
  private readonly taking: BookTaking
  private readonly queueModel: QueueModel
  private readonly isTouchOnly: boolean
  private readonly isByOrder: boolean

  constructor(options: BookMakingOptions) {
    this.book = options.book
    this.desk = options.desk
    this.taking = options.taking
    this.queueModel = options.queueModel
    this.isTouchOnly = options.isTouchOnly
    this.isByOrder = options.isByOrder
  }

  /** Behind all that is displayed at its price. */
  rest(order: RestingOrder): void {
    order.ahead = this.isQueueKnown(order)
      ? this.book.qtyAt(order.side, order.tick)
      : Number.POSITIVE_INFINITY
    order.tradedSinceUpdate = 0
    order.joinedAt = order.arrivedAt
    order.shown = order.terms?.displayQty ?? 0
    this.desk.rest(order)
  }

  /**
   * A level was told anew.
   *
   * @returns true when it is a quote at or through an order of ours: to be matched when the message is whole
   */
  onLevel(side: Side, tick: number, previous: number, lots: number): boolean {
    const { desk } = this
    this.updateQueues(side, tick, previous, lots)
    const met = side === 'buy' ? desk.asks.best : desk.bids.best
    return lots > 0 && met !== undefined && isWithin(met.side, tick, met.tick)
  }

  /** A quote at or through an order of ours fills it at its own price, up to the quantity that arrived. */
  meetArrived(side: Side, at: number): void {
    const other = oppositeOf(side)
    const taken = this.taking.takenOf(other)
    for (;;) {
      const order = this.desk.ladder(side).best
      if (order === undefined) return
      let tick = this.book.bestPrice(other)
      let lots = 0
      while (tick !== undefined && isWithin(side, tick, order.tick)) {
        lots = Math.min(order.leaves, this.book.qtyAt(other, tick) - (taken.get(tick) ?? 0))
        if (lots > 0) break
        tick = this.book.nextWorse(other, tick)
      }
      if (tick === undefined || lots <= 0) return
      taken.set(tick, (taken.get(tick) ?? 0) + lots)
      this.desk.fillMaker(order, lots, at)
    }
  }

  /**
   * A print. Orders at a better price than it are filled first, then those at its price by what is left of it after
   * the queue ahead; all together never more than was traded.
   *
   * @returns true when something was filled
   */
  onPrint(aggressor: Side, tick: number, lots: number, at: number): boolean {
    const ladder = this.desk.ladder(oppositeOf(aggressor))
    let left = lots
    let best = ladder.best
    while (left > 0 && best !== undefined && ladder.isBetter(best.tick, tick)) {
      const filled = Math.min(best.leaves, left)
      left -= filled
      this.desk.fillMaker(best, filled, at)
      best = ladder.best
    }
    const side = oppositeOf(aggressor)
    const ours = this.isByOrder ? this.fillAhead(side, tick, left, at) : this.fillQueue(side, tick, left, at)
    if (left < 0 || ours > left) {
      throw new InvariantError(`${lots - left + ours} lots filled from a trade of ${lots}`)
    }
    return left < lots || ours > 0
  }

  /**
   * An order of the recording was hit: of ours at its price, those that came before it would have been, in its stead.
   *
   * @param left lots that orders of ours at better prices have not taken
   * @returns lots of ours that were filled
   */
  private fillAhead(side: Side, tick: number, left: number, at: number): number {
    let ours = 0
    for (const order of this.desk.ladder(side).at(tick)) {
      // It may have left: the fill of another order can cancel it.
      if (order.place !== 'ladder' || order.joinedAt >= this.joinedAt) continue
      const filled = Math.min(order.displayed, left - ours)
      if (filled <= 0) break
      ours += filled
      // The next slice of an iceberg has come now.
      if (this.fillSlice(order, filled, at)) order.joinedAt = at
    }
    return ours
  }

  /** Our orders at the price of a print, first come first. @returns lots filled of the `left` ones */
  private fillQueue(side: Side, tick: number, left: number, at: number): number {
    const ladder = this.desk.ladder(side)
    if (ladder.orders[ladder.firstAt(tick)]?.tick !== tick) return 0
    if (!this.isTouchOnly) this.learnQueues(ladder.orders, tick)
    let ours = 0
    let isOpenBefore = false
    for (const order of ladder.at(tick)) {
      // It may have left: the fill of another order can cancel it.
      if (order.place !== 'ladder') continue
      const excess = Math.floor(left - order.ahead - ours)
      order.ahead = Math.max(0, order.ahead - (left - ours))
      order.tradedSinceUpdate += left
      const filled = Math.min(order.displayed, excess)
      if (filled > 0 && !isOpenBefore) {
        ours += filled
        if (this.fillSlice(order, filled, at)) continue
      }
      isOpenBefore ||= order.place === 'ladder'
    }
    return ours
  }

  /** An iceberg shows its next slice when one is filled, behind everything else at its price. @returns true when it did */
  private fillSlice(order: RestingOrder, lots: number, at: number): boolean {
    order.shown -= lots
    this.desk.fillMaker(order, lots, at)
    if (order.place !== 'ladder' || order.terms?.displayQty === undefined || order.shown > 0) return false
    this.desk.remove(order)
    this.rest(order)
    return true
  }

  /** What stands ahead of an order that came while the book was unknown, now that it is known. */
  private learnQueues(orders: readonly RestingOrder[], tick: number): void {
    for (const order of orders) {
      if (order.tick !== tick || order.ahead !== Number.POSITIVE_INFINITY || !this.isBookKnown()) continue
      order.ahead = this.book.qtyAt(order.side, tick)
    }
  }

  private updateQueues(side: Side, tick: number, previous: number, lots: number): void {
    const ladder = this.desk.ladder(side)
    const { orders } = ladder
    const first = ladder.firstAt(tick)
    if (orders[first]?.tick !== tick) return
    // L1 shows one level a side: a touch that a better one replaced is hidden, not gone.
    if (this.isTouchOnly && lots === 0 && this.isBehindTouch(side, tick)) return
    for (let i = first; i < orders.length; i++) {
      const order = orders[i]
      if (order === undefined || order.tick !== tick) return
      if (this.isByOrder) this.noteAhead(order, previous, lots)
      else this.queueModel.onDepth(order, previous, lots)
    }
  }

  /**
   * By orders, what stands ahead of ours only matters where we meet ourselves. Executions tell it; of a cancel nobody says
   * on which side of ours it was, but more than there is cannot stand ahead.
   */
  private noteAhead(order: RestingOrder, previous: number, lots: number): void {
    const isAheadHit = this.joinedAt > 0 && this.joinedAt <= order.joinedAt
    order.ahead = Math.min(isAheadHit ? order.ahead - (previous - lots) : order.ahead, lots)
  }

  /** L1 tells nothing of prices behind the touch: what stands there is known when they become the touch. */
  private isQueueKnown({ side, tick }: RestingOrder): boolean {
    return this.isBookKnown() && !(this.isTouchOnly && this.isBehindTouch(side, tick))
  }

  private isBehindTouch(side: Side, tick: number): boolean {
    const best = this.book.bestPrice(side)
    return best !== undefined && this.desk.ladder(side).isBetter(best, tick)
  }

  /** Not between a gap and the next snapshot: what stands ahead of an order is not known then. */
  private isBookKnown(): boolean {
    return this.book.bestPrice('buy') !== undefined || this.book.bestPrice('sell') !== undefined
  }
}
