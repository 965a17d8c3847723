/**
 * Matching against a recorded order book (L2 or L1) with its prints: VENUE.md A2, A3 and A9.
 *
 * The loop runs over the rows at full speed and stops only at those that can concern us: levels where an order of
 * ours stands or could be met, prints that reach it, levels that we took from.
 */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { FlatBook } from '../../book/flat-book.ts'
import { InvariantError } from '../../core/errors.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import { oppositeOf, type Side } from '../../model/order.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedTape,
  packedKind,
  sideBit,
  slotMask,
} from '../../model/packed.ts'
import type { MatchingMarket } from './matching-market.ts'
import { OrderDesk } from './order-desk.ts'
import type { QueueModel } from './queue-model.ts'
import type { ReportPipe } from './report-pipe.ts'
import { RestingOrder } from './resting-orders.ts'

export interface BookMarketOptions {
  readonly index: number
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  readonly queueModel: QueueModel
  readonly pipe: ReportPipe
}

export class BookMarket implements MatchingMarket {
  isWatching = false
  private readonly instrument: Instrument
  private readonly queueModel: QueueModel
  private readonly pipe: ReportPipe
  private readonly cursor: ColumnCursor
  private readonly book = new FlatBook()
  private readonly desk: OrderDesk
  /** Lots we took from a displayed level since the feed last refreshed it, by tick. */
  private readonly takenBids = new Map<number, number>()
  private readonly takenAsks = new Map<number, number>()
  /** Inside a message that put a quote at or through an order of ours: matched when the message is whole. */
  private isMatchDue = false
  /** L1: a level that disappears because a better one came has not been consumed. */
  private readonly isTouchOnly: boolean

  constructor(options: BookMarketOptions) {
    this.instrument = options.instrument
    this.queueModel = options.queueModel
    this.pipe = options.pipe
    this.cursor = new ColumnCursor(options.tapes, 'exchange')
    this.desk = new OrderDesk(options.index, options.pipe)
    this.isTouchOnly = options.tapes[0]?.level === 'l1'
    this.book.rebase(this.cursor.batch.baseTick)
  }

  get nextTime(): number {
    return this.cursor.nextTime
  }

  get referenceTimes2(): number | undefined {
    const bid = this.book.bestPrice('buy')
    const ask = this.book.bestPrice('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  close(): void {
    this.cursor.close()
    this.book.close()
  }

  advance(until: number): void {
    const { cursor, book } = this
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, time } = cursor
      let end = cursor.rowAfter(stop)
      let row = cursor.row
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row === end) break
        this.applyRow(i32At(batch.code, row), f64At(batch.qty, row), f64At(time, row))
        row++
        if (this.pipe.nextDue < stop) {
          stop = this.pipe.nextDue
          cursor.row = row
          end = cursor.rowAfter(stop)
        }
      }
      if (cursor.moveTo(end)) {
        book.rebase(cursor.batch.baseTick)
        this.updateWatch()
      }
    }
  }

  submit(command: SubmitCommand, at: number): void {
    const { price } = command
    if (this.isBelowMinNotional(command)) {
      this.desk.reject(command, 'below-min-notional', at)
      return
    }
    const isMarketable = this.offered(command.side, price) > 0
    if (command.postOnly && isMarketable) {
      this.desk.reject(command, 'post-only-would-take', at)
      return
    }
    const order = new RestingOrder(command, price ?? 0, 0, at)
    this.desk.accept(order, at)
    if (command.timeInForce === 'fok' && this.offered(command.side, price, command.qty) < command.qty) {
      this.desk.end('expired', order, 'fok-not-fillable', at)
      return
    }
    if (isMarketable) this.take(order, price, at)
    if (order.leaves === 0) return
    if (price === undefined || command.timeInForce !== 'gtc') {
      this.desk.end('expired', order, this.remainderReason(order, price), at)
    } else this.rest(order)
  }

  cancel(command: CancelCommand, at: number): void {
    if (this.desk.cancel(command, at)) this.updateWatch()
  }

  /** VENUE.md A9: same price and smaller quantity keeps the place in the queue, anything else loses it. */
  amend(command: AmendCommand, at: number): void {
    const order = this.desk.find(command.clientOrderId)
    if (order === undefined) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at)
      return
    }
    const keepsPlace = command.price === order.tick && command.qty <= order.qty
    if (!keepsPlace && order.postOnly && this.offered(order.side, command.price) > 0) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, 'post-only-would-take')
      return
    }
    if (keepsPlace && command.qty > order.cumQty) {
      order.qty = command.qty
      this.desk.amended(order, at)
      return
    }
    this.desk.remove(order)
    if (command.qty <= order.cumQty) this.desk.end('canceled', order, 'amended-below-filled', at)
    else this.reenter(order, command, at)
    this.updateWatch()
  }

  private reenter(order: RestingOrder, command: AmendCommand, at: number): void {
    order.tick = command.price
    order.qty = command.qty
    order.arrivedAt = at
    this.desk.amended(order, at)
    this.take(order, command.price, at)
    if (order.leaves > 0) this.rest(order)
  }

  private rest(order: RestingOrder): void {
    order.ahead = this.isQueueKnown(order)
      ? this.book.qtyAt(order.side, order.tick)
      : Number.POSITIVE_INFINITY
    order.tradedSinceUpdate = 0
    this.desk.rest(order)
    this.updateWatch()
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

  private isBelowMinNotional(command: SubmitCommand): boolean {
    const price = command.price ?? this.book.bestPrice(oppositeOf(command.side))
    if (price === undefined || this.instrument.minNotionalQuanta === 0) return false
    return this.instrument.notionalQuanta(price, command.qty) < this.instrument.minNotionalQuanta
  }

  private remainderReason(order: RestingOrder, price: number | undefined) {
    if (order.cumQty > 0) return 'ioc-remainder'
    return price === undefined || this.book.bestPrice(oppositeOf(order.side)) === undefined
      ? 'no-liquidity'
      : 'not-marketable'
  }

  /**
   * Lots displayed on the other side within a limit, less what we already took of them. Stops counting at `enough`.
   */
  private offered(side: Side, limit: number | undefined, enough = 1): number {
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

  /** Walks the displayed levels of the other side; what is taken is gone until the feed refreshes the level. */
  private take(order: RestingOrder, limit: number | undefined, at: number): void {
    const other = oppositeOf(order.side)
    const taken = this.takenOf(other)
    let tick = this.book.bestPrice(other)
    while (tick !== undefined && isWithin(order.side, tick, limit)) {
      const already = taken.get(tick) ?? 0
      const lots = Math.min(order.leaves, this.book.qtyAt(other, tick) - already)
      if (lots > 0) {
        if (already + lots > this.book.qtyAt(other, tick)) {
          throw new InvariantError(`more taken at ${tick} than is displayed`)
        }
        taken.set(tick, already + lots)
        this.desk.fill({ order, tick, lots, liquidity: 'taker', at })
      }
      tick = order.leaves > 0 ? this.book.nextWorse(other, tick) : undefined
    }
    this.updateWatch()
  }

  private applyRow(code: number, lots: number, at: number): void {
    const { book } = this
    const isBid = (code & sideBit) === 0
    switch (code & kindMask) {
      case packedKind.depth:
        this.applyLevel(isBid ? 'buy' : 'sell', book.tickOfSlot(code & slotMask), lots)
        break
      case packedKind.farDepth:
        this.applyLevel(isBid ? 'buy' : 'sell', book.farTick, lots)
        break
      case packedKind.trade:
        this.applyTrade(isBid ? 'buy' : 'sell', book.tickOfSlot(code & slotMask), lots, at)
        break
      case packedKind.farTrade:
        this.applyTrade(isBid ? 'buy' : 'sell', book.farTick, lots, at)
        break
      case packedKind.clear:
        this.takenBids.clear()
        this.takenAsks.clear()
        book.applyRow(code, lots)
        break
      default:
        book.applyRow(code, lots)
    }
    if (code >= lastOfMessageBit) this.endMessage(at)
  }

  private endMessage(at: number): void {
    this.book.endMessage(at)
    if (!this.isMatchDue) return
    this.isMatchDue = false
    this.meetArrived('buy', at)
    this.meetArrived('sell', at)
    this.updateWatch()
  }

  private applyLevel(side: Side, tick: number, lots: number): void {
    const { book, desk } = this
    const previous = book.qtyAt(side, tick)
    book.set(side, tick, lots)
    if (this.takenOf(side).delete(tick)) this.updateWatch()
    // L1 shows one level a side: a touch that a better one replaced is hidden, not gone.
    const isHidden = this.isTouchOnly && lots === 0 && this.isBehindTouch(side, tick)
    const { orders } = desk.ladder(side)
    for (let i = desk.ladder(side).firstAt(tick); i < orders.length && !isHidden; i++) {
      const order = orders[i]
      if (order === undefined || order.tick !== tick) break
      this.queueModel.onDepth(order, previous, lots)
    }
    const met = desk.ladder(oppositeOf(side)).best
    if (lots > 0 && met !== undefined && isWithin(met.side, tick, met.tick) && !this.isMatchDue) {
      this.isMatchDue = true
      this.watchAll()
    }
  }

  /** Every further row of this message comes here, so that its end is seen. */
  private watchAll(): void {
    const { book } = this
    book.watch.addReach(0, 0)
    book.watch.addReach(1, 0)
    book.updateLimit()
  }

  /** A quote at or through an order of ours fills it at its own price, up to the quantity that arrived. */
  private meetArrived(side: Side, at: number): void {
    const other = oppositeOf(side)
    const taken = this.takenOf(other)
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
   */
  private applyTrade(aggressor: Side, tick: number, lots: number, at: number): void {
    const ladder = this.desk.ladder(oppositeOf(aggressor))
    let left = lots
    let best = ladder.best
    while (left > 0 && best !== undefined && ladder.isBetter(best.tick, tick)) {
      const filled = Math.min(best.leaves, left)
      left -= filled
      this.desk.fillMaker(best, filled, at)
      best = ladder.best
    }
    let ours = 0
    let i = ladder.firstAt(tick)
    if (!this.isTouchOnly) this.learnQueues(ladder.orders, tick)
    for (let order = ladder.orders[i]; order !== undefined && order.tick === tick; order = ladder.orders[i]) {
      const excess = Math.floor(left - order.ahead - ours)
      order.ahead = Math.max(0, order.ahead - (left - ours))
      order.tradedSinceUpdate += left
      const filled = Math.min(order.leaves, excess)
      if (filled > 0) {
        ours += filled
        this.desk.fillMaker(order, filled, at)
      }
      if (order.leaves > 0) i++
    }
    if (left < 0 || ours > left) {
      throw new InvariantError(`${lots - left + ours} lots filled from a trade of ${lots}`)
    }
    if (left < lots || ours > 0) this.updateWatch()
  }

  /** What stands ahead of an order that came while the book was unknown, now that it is known. */
  private learnQueues(orders: readonly RestingOrder[], tick: number): void {
    for (const order of orders) {
      if (order.tick !== tick || order.ahead !== Number.POSITIVE_INFINITY || !this.isBookKnown()) continue
      order.ahead = this.book.qtyAt(order.side, tick)
    }
  }

  private takenOf(side: Side): Map<number, number> {
    return side === 'buy' ? this.takenBids : this.takenAsks
  }

  /** Rows that can concern us: on our own levels, on those we took from, at or through our best prices. */
  private updateWatch(): void {
    // The window may have moved inside the message, which forgets what is watched.
    if (this.isMatchDue) return this.watchAll()
    const { book, desk } = this
    const { watch } = book
    watch.clear()
    for (const { tick } of desk.bids.orders) this.watchLevel('buy', tick)
    for (const { tick } of desk.asks.orders) this.watchLevel('sell', tick)
    if (this.takenBids.size > 0) for (const tick of this.takenBids.keys()) this.watchLevel('buy', tick)
    if (this.takenAsks.size > 0) for (const tick of this.takenAsks.keys()) this.watchLevel('sell', tick)
    const bid = desk.bids.best
    const ask = desk.asks.best
    if (bid !== undefined) watch.addReach(1, book.slotOfTick('sell', bid.tick))
    if (ask !== undefined) watch.addReach(0, book.slotOfTick('buy', ask.tick))
    this.isWatching = !watch.isEmpty
    book.updateLimit()
  }

  /** Levels outside the window stop the loop anyway. */
  private watchLevel(side: Side, tick: number): void {
    const { book } = this
    if (book.isInWindow(tick)) book.watch.addLevel(book.slotOfTick(side, tick))
  }
}

/** True when a taker of `side` with this limit may trade at `tick`; no limit allows any price. */
const isWithin = (side: Side, tick: number, limit: number | undefined): boolean =>
  limit === undefined || (side === 'buy' ? tick <= limit : tick >= limit)
