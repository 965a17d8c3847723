/**
 * Matching against a recorded order book (L2 or L1) with its prints: VENUE.md A2, A3 and A9.
 *
 * The loop runs over the rows at full speed and stops only at those that can concern us: levels where an order of
 * ours stands or could be met, prints that reach it, levels that we took from.
 */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { FlatBook } from '../../book/flat-book.ts'
import { MarkCursor } from '../../book/mark-cursor.ts'
import { InvariantError } from '../../core/errors.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import {
  oppositeOf,
  type ReasonCode,
  type SelfTradePrevention,
  type Side,
  signOf,
} from '../../model/order.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedTape,
  packedKind,
  sideBit,
  slotMask,
} from '../../model/packed.ts'
import { BookTaking, isWithin } from './book-taking.ts'
import { ContingentOrders, type OrderMatcher } from './contingent-orders.ts'
import type { LiquidationOrder, MatchingMarket } from './matching-market.ts'
import { OrderDesk } from './order-desk.ts'
import type { QueueModel } from './queue-model.ts'
import type { ReportPipe } from './report-pipe.ts'
import { RestingOrder } from './resting-orders.ts'
import { watchPrints, watchTouch } from './trigger-watch.ts'

export interface BookMarketOptions {
  readonly index: number
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  readonly queueModel: QueueModel
  readonly pipe: ReportPipe
  /** Of orders that do not name a mode; undefined: our orders do not see each other. */
  readonly selfTradePrevention?: SelfTradePrevention | undefined
}

export class BookMarket implements MatchingMarket, OrderMatcher {
  isWatching = false
  private readonly instrument: Instrument
  private readonly queueModel: QueueModel
  private readonly pipe: ReportPipe
  private readonly cursor: ColumnCursor
  private readonly book = new FlatBook()
  private readonly desk: OrderDesk
  private readonly taking: BookTaking
  private readonly contingent: ContingentOrders
  /** Inside a message that may have moved a touch that an order waits for. */
  private isTouchDue = false
  /** Inside a message that put a quote at or through an order of ours: matched when the message is whole. */
  private isMatchDue = false
  /** L1: a level that disappears because a better one came has not been consumed. */
  private readonly isTouchOnly: boolean
  /** L3: executions name their order, so places in the queue are known and no queue model is asked. */
  private readonly isByOrder: boolean
  /** Of the row under way: see `PackedBatch`. */
  private joinedAt = 0

  constructor(options: BookMarketOptions) {
    this.instrument = options.instrument
    this.queueModel = options.queueModel
    this.pipe = options.pipe
    this.cursor = new ColumnCursor(options.tapes, 'exchange')
    this.desk = new OrderDesk(options.index, options.pipe)
    this.taking = new BookTaking(this.book, this.desk, options.selfTradePrevention)
    this.contingent = new ContingentOrders(this.desk, this, MarkCursor.open(options.tapes, 'exchange'))
    this.isTouchOnly = options.tapes[0]?.level === 'l1'
    this.isByOrder = options.tapes[0]?.level === 'l3'
    if (!options.tapes.some(hasPrints)) this.desk.triggers.defaultSource = 'touch'
    this.book.rebase(this.cursor.batch.baseTick)
  }

  get nextTime(): number {
    return Math.min(this.cursor.nextTime, this.contingent.nextTime)
  }

  get referenceTimes2(): number | undefined {
    const bid = this.book.bestPrice('buy')
    const ask = this.book.bestPrice('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  close(): void {
    this.cursor.close()
    this.contingent.close()
    this.book.close()
  }

  advance(until: number): void {
    const { contingent, pipe } = this
    for (;;) {
      this.advanceRows(Math.min(until, pipe.nextStop, contingent.nextTime))
      const next = contingent.nextTime
      if (next > until || next > pipe.nextStop) return
      contingent.act(next)
      this.updateWatch()
    }
  }

  private advanceRows(until: number): void {
    const { cursor, book, contingent } = this
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, time } = cursor
      let end = cursor.rowAfter(stop)
      let row = cursor.row
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row === end) break
        this.joinedAt = batch.joinedAt === undefined ? 0 : f64At(batch.joinedAt, row)
        this.applyRow(i32At(batch.code, row), f64At(batch.qty, row), f64At(time, row))
        row++
        if (this.pipe.nextStop < stop || contingent.nextTime < stop) {
          stop = Math.min(this.pipe.nextStop, contingent.nextTime)
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
    const order = new RestingOrder(command, command.price ?? 0, 0, at)
    const reason = this.refusal(order, at)
    if (reason !== undefined) {
      this.desk.reject(command, reason, at)
      this.endLinked(order, at)
      return
    }
    this.desk.accept(order, at)
    if (this.contingent.admit(order, at, command.ocoFilled)) this.enter(order, at)
    this.settle(at)
  }

  refused(command: SubmitCommand, at: number): void {
    this.endLinked(new RestingOrder(command, command.price ?? 0, 0, at), at)
  }

  cancel(command: CancelCommand, at: number): void {
    if (!this.desk.cancel(command, at)) return
    this.settle(at)
    this.updateWatch()
  }

  /** VENUE.md A9: same price and smaller quantity keeps the place in the queue, anything else loses it. */
  amend(command: AmendCommand, at: number): void {
    const order = this.desk.find(command.clientOrderId)
    const reason = order === undefined ? 'unknown-order' : this.amendRefusal(order, command)
    if (order === undefined || reason !== undefined) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, reason)
      return
    }
    if (!this.contingent.amend(order, command, at)) this.change(order, command, at)
    this.settle(at)
    this.updateWatch()
  }

  /** What its trigger is compared with: the last print, or the best price that it would take. */
  triggerPrice(order: RestingOrder): number | undefined {
    return this.desk.triggers.sourceOf(order) === 'last'
      ? this.book.lastTick
      : this.book.bestPrice(oppositeOf(order.side))
  }

  /** VENUE.md A2: takes what is displayed up to its limit; the remainder rests or expires. */
  enter(order: RestingOrder, at: number): void {
    const { taking, desk } = this
    if (order.postOnly && taking.wouldTake(order)) {
      desk.end('expired', order, 'post-only-would-take', at)
      return
    }
    if (!this.contingent.cutToPosition(order, at)) return
    if (order.timeInForce === 'fok' && !taking.canFillWhole(order)) {
      desk.end('expired', order, 'fok-not-fillable', at)
      return
    }
    if (taking.take(order, at)) this.updateWatch()
    if (order.place === 'over') return
    if (order.canRest) this.rest(order)
    else desk.end('expired', order, this.remainderReason(order), at)
  }

  private endLinked(order: RestingOrder, at: number): void {
    this.contingent.onRejected(order, at)
    this.settle(at)
    this.updateWatch()
  }

  private refusal(order: RestingOrder, at: number): ReasonCode | undefined {
    const { limit, side, triggerTick, terms } = order
    const price = limit ?? (triggerTick > 0 ? triggerTick : this.book.bestPrice(oppositeOf(side)))
    if (this.instrument.isBelowMinNotional(price, order.qty)) return 'below-min-notional'
    const isImmediate = terms?.trigger === undefined && terms?.exitOf === undefined
    if (order.postOnly && isImmediate && this.taking.wouldTake(order)) return 'post-only-would-take'
    return this.contingent.refusal(order, at)
  }

  private amendRefusal(order: RestingOrder, command: AmendCommand): ReasonCode | undefined {
    const { price = order.limit } = command
    const qty = command.qty ?? order.qty
    const isSmall = qty > order.cumQty && this.instrument.isBelowMinNotional(price, qty)
    return isSmall ? 'below-min-notional' : undefined
  }

  /** What one command caused happens before the next one arrives. */
  private settle(at: number): void {
    if (this.contingent.nextTime > at) {
      if (this.contingent.isWaiting) this.updateWatch()
      return
    }
    this.contingent.act(at)
    this.updateWatch()
  }

  private change(order: RestingOrder, command: AmendCommand, at: number): void {
    const price = command.price ?? order.tick
    const qty = this.contingent.amendedQty(order, command)
    const keepsPlace = price === order.tick && qty <= order.qty
    if (!keepsPlace && order.postOnly && this.taking.wouldTake(order, price)) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, 'post-only-would-take')
      return
    }
    if (qty <= order.cumQty) {
      this.desk.end('canceled', order, 'amended-below-filled', at)
      return
    }
    order.qty = qty
    if (!keepsPlace) {
      this.desk.remove(order)
      order.tick = price
      order.arrivedAt = at
    }
    this.desk.amended(order, at)
    if (keepsPlace) return
    this.desk.keep(order)
    this.enter(order, at)
  }

  private rest(order: RestingOrder): void {
    order.ahead = this.isQueueKnown(order)
      ? this.book.qtyAt(order.side, order.tick)
      : Number.POSITIVE_INFINITY
    order.tradedSinceUpdate = 0
    order.joinedAt = order.arrivedAt
    order.shown = order.terms?.displayQty ?? 0
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

  private remainderReason(order: RestingOrder): ReasonCode {
    if (order.cumQty > 0) return 'ioc-remainder'
    return order.limit === undefined || this.book.bestPrice(oppositeOf(order.side)) === undefined
      ? 'no-liquidity'
      : 'not-marketable'
  }

  takeTradeId(): number {
    return this.desk.takeTradeId()
  }

  cancelAll(reason: ReasonCode, at: number): void {
    this.desk.cancelAll(reason, at)
    this.contingent.act(at)
    this.updateWatch()
  }

  liquidate({ side, lots, limit, onTrade }: LiquidationOrder): number {
    this.contingent.onLiquidated(signOf(side) * lots)
    const other = oppositeOf(side)
    const taken = this.taking.takenOf(other)
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
    this.updateWatch()
    return left
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
        this.applyPrint(code, book.tickOfSlot(code & slotMask), lots, at)
        break
      case packedKind.farTrade:
        this.applyPrint(code, book.farTick, lots, at)
        break
      case packedKind.clear:
        this.taking.clear()
        book.applyRow(code, lots)
        this.noteTouch()
        break
      default:
        book.applyRow(code, lots)
    }
    if (code >= lastOfMessageBit) this.endMessage(at)
  }

  private endMessage(at: number): void {
    this.book.endMessage(at)
    if (!this.isMatchDue && !this.isTouchDue) return
    if (this.isMatchDue) {
      this.isMatchDue = false
      this.meetArrived('buy', at)
      this.meetArrived('sell', at)
    }
    if (this.isTouchDue) {
      this.isTouchDue = false
      this.contingent.onTouch(at)
    }
    this.updateWatch()
  }

  private applyPrint(code: number, tick: number, lots: number, at: number): void {
    this.book.applyRow(code, lots)
    this.applyTrade((code & sideBit) === 0 ? 'buy' : 'sell', tick, lots, at)
    if (!this.contingent.isWaiting) return
    this.contingent.onPrint(tick, at)
    this.updateWatch()
  }

  private applyLevel(side: Side, tick: number, lots: number): void {
    const { book, desk } = this
    const previous = book.qtyAt(side, tick)
    book.set(side, tick, lots)
    const hasTaken = this.taking.takenOf(side).has(tick)
    if (hasTaken && this.refreshTaken(side, tick, { previous, lots })) this.updateWatch()
    // L1 shows one level a side: a touch that a better one replaced is hidden, not gone.
    const isHidden = this.isTouchOnly && lots === 0 && this.isBehindTouch(side, tick)
    const { orders } = desk.ladder(side)
    for (let i = desk.ladder(side).firstAt(tick); i < orders.length && !isHidden; i++) {
      const order = orders[i]
      if (order === undefined || order.tick !== tick) break
      if (this.isByOrder) this.noteAhead(order, previous, lots)
      else this.queueModel.onDepth(order, previous, lots)
    }
    const met = desk.ladder(oppositeOf(side)).best
    if (lots > 0 && met !== undefined && isWithin(met.side, tick, met.tick) && !this.isMatchDue) {
      this.isMatchDue = true
      this.watchAll()
    }
    this.noteTouch()
  }

  /**
   * By orders, what stands ahead of ours only matters where we meet ourselves. Executions tell it; of a cancel nobody says
   * on which side of ours it was, but more than there is cannot stand ahead.
   */
  private noteAhead(order: RestingOrder, previous: number, lots: number): void {
    const isAheadHit = this.joinedAt > 0 && this.joinedAt <= order.joinedAt
    order.ahead = Math.min(isAheadHit ? order.ahead - (previous - lots) : order.ahead, lots)
  }

  /** A row that an order waiting for the touch asked to see: looked at when the message is whole. */
  private noteTouch(): void {
    if (!this.desk.triggers.usesTouch || this.isTouchDue) return
    this.isTouchDue = true
    this.watchAll()
  }

  /**
   * A level told anew shows all of it again, except by orders: there a row tells of one order, and what we took stays
   * gone until it is executed, because the first in the queue are those we took from, or the level is smaller than it.
   *
   * @returns whether a level is no longer among those we took from
   */
  private refreshTaken(side: Side, tick: number, { previous, lots }: LevelChange): boolean {
    const taken = this.taking.takenOf(side)
    const before = taken.get(tick) ?? 0
    const executed = this.joinedAt > 0 ? previous - lots : 0
    const gone = this.isByOrder ? Math.min(before - executed, lots) : 0
    if (gone <= 0) return taken.delete(tick)
    taken.set(tick, gone)
    return false
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
    const side = oppositeOf(aggressor)
    const ours = this.isByOrder ? this.fillAhead(side, tick, left, at) : this.fillQueue(side, tick, left, at)
    if (left < 0 || ours > left) {
      throw new InvariantError(`${lots - left + ours} lots filled from a trade of ${lots}`)
    }
    if (left < lots || ours > 0) this.updateWatch()
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

  /** Rows that can concern us: on our own levels, on those we took from, at or through our best prices. */
  private updateWatch(): void {
    // The window may have moved inside the message, which forgets what is watched.
    if (this.isMatchDue || this.isTouchDue) return this.watchAll()
    const { book, desk, taking } = this
    const { watch } = book
    watch.clear()
    for (const { tick } of desk.bids.orders) this.watchLevel('buy', tick)
    for (const { tick } of desk.asks.orders) this.watchLevel('sell', tick)
    if (taking.bids.size > 0) for (const tick of taking.bids.keys()) this.watchLevel('buy', tick)
    if (taking.asks.size > 0) for (const tick of taking.asks.keys()) this.watchLevel('sell', tick)
    const bid = desk.bids.best
    const ask = desk.asks.best
    if (bid !== undefined) watch.addReach(1, book.slotOfTick('sell', bid.tick))
    if (ask !== undefined) watch.addReach(0, book.slotOfTick('buy', ask.tick))
    const { triggers } = desk
    if (!triggers.isEmpty) {
      watchPrints(book, triggers)
      if (triggers.usesTouch) watchTouch(book, triggers)
    }
    this.isWatching = !watch.isEmpty || this.contingent.isWaiting
    book.updateLimit()
  }

  /** Levels outside the window stop the loop anyway. */
  private watchLevel(side: Side, tick: number): void {
    const { book } = this
    if (book.isInWindow(tick)) book.watch.addLevel(book.slotOfTick(side, tick))
  }
}

const hasPrints = ({ facts }: PackedTape): boolean => (facts.rowsByKind.trade ?? 0) > 0

interface LevelChange {
  readonly previous: number
  readonly lots: number
}
