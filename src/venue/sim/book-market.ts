/**
 * Matching against a recorded order book (L2 or L1, or single orders) with its prints: VENUE.md A2, A3 and A9. What commands
 * do is here; what rows do is in book-feed.ts.
 */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { FlatBook } from '../../book/flat-book.ts'
import { MarkCursor } from '../../book/mark-cursor.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import { oppositeOf, type ReasonCode, type SelfTradePrevention, signOf } from '../../model/order.ts'
import type { PackedTape } from '../../model/packed.ts'
import { BookFeed } from './book-feed.ts'
import { BookMaking } from './book-making.ts'
import { BookTaking } from './book-taking.ts'
import { ContingentOrders, type OrderMatcher } from './contingent-orders.ts'
import type { LiquidationOrder, MatchingMarket } from './matching-market.ts'
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
  /** Of orders that do not name a mode; undefined: our orders do not see each other. */
  readonly selfTradePrevention?: SelfTradePrevention | undefined
}

export class BookMarket implements MatchingMarket, OrderMatcher {
  private readonly instrument: Instrument
  private readonly book = new FlatBook()
  private readonly desk: OrderDesk
  private readonly taking: BookTaking
  private readonly making: BookMaking
  private readonly contingent: ContingentOrders
  private readonly feed: BookFeed

  constructor({ index, instrument, tapes, queueModel, pipe, selfTradePrevention }: BookMarketOptions) {
    const { book } = this
    const desk = new OrderDesk(index, pipe)
    const taking = new BookTaking(book, desk, selfTradePrevention)
    const isTouchOnly = tapes[0]?.level === 'l1'
    const isByOrder = tapes[0]?.level === 'l3'
    const making = new BookMaking({ book, desk, taking, queueModel, isTouchOnly, isByOrder })
    const contingent = new ContingentOrders(desk, this, MarkCursor.open(tapes, 'exchange'))
    const cursor = new ColumnCursor(tapes, 'exchange')
    if (!tapes.some(hasPrints)) desk.triggers.defaultSource = 'touch'
    this.instrument = instrument
    this.desk = desk
    this.taking = taking
    this.making = making
    this.contingent = contingent
    this.feed = new BookFeed({ cursor, book, desk, taking, making, contingent, pipe, isByOrder })
  }

  get isWatching(): boolean {
    return this.feed.isWatching
  }

  get nextTime(): number {
    return this.feed.nextTime
  }

  get referenceTimes2(): number | undefined {
    const bid = this.book.bestPrice('buy')
    const ask = this.book.bestPrice('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  close(): void {
    this.feed.close()
    this.contingent.close()
    this.book.close()
  }

  advance(until: number): void {
    this.feed.advance(until)
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
    if (order.canRest) {
      this.making.rest(order)
      this.updateWatch()
    } else desk.end('expired', order, this.remainderReason(order), at)
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

  liquidate(order: LiquidationOrder): number {
    this.contingent.onLiquidated(signOf(order.side) * order.lots)
    const left = this.taking.liquidate(order)
    this.updateWatch()
    return left
  }

  private updateWatch(): void {
    this.feed.updateWatch()
  }
}

const hasPrints = ({ facts }: PackedTape): boolean => (facts.rowsByKind.trade ?? 0) > 0
