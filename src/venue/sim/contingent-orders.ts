/**
 * Orders that depend on something besides their own place in the market: a trigger price, a time, the position, or
 * another order. What they do to quantities happens at once, with the fill that causes it; what enters the market
 * because of an event does so at the end of that instant, before arriving commands. Rules: docs/ORDERS.md.
 */
import type { MarkCursor } from '../../book/mark-cursor.ts'
import { EventQueue } from '../../core/event-queue.ts'
import type { AmendCommand } from '../../model/execution-report.ts'
import type { ReasonCode } from '../../model/order.ts'
import type { OrderDesk, OrderObserver } from './order-desk.ts'
import { OrderLinks } from './order-links.ts'
import { PositionCap } from './position-cap.ts'
import type { RestingOrder } from './resting-orders.ts'
import { isActivated, isReached } from './trigger-book.ts'

/** What matching offers to them. */
export interface OrderMatcher {
  /** What the trigger source of an order, last or touch, shows now; undefined when there is nothing yet. */
  triggerPrice(order: RestingOrder): number | undefined
  /** An accepted order that stands nowhere comes to the market: it takes, rests or expires. */
  enter(order: RestingOrder, at: number): void
}

export class ContingentOrders implements OrderObserver {
  private readonly desk: OrderDesk
  private readonly matcher: OrderMatcher
  private readonly cap: PositionCap
  private readonly links: OrderLinks
  private readonly expiries = new EventQueue<RestingOrder>()
  /** Orders that enter the market, or are sized by their entry, at `dueAt`: in the order in which that was decided. */
  private due: RestingOrder[] = []
  private dueAt = Number.POSITIVE_INFINITY
  /** By the venue's clock; undefined where the data have no mark prices. */
  private readonly marks: MarkCursor | undefined

  constructor(desk: OrderDesk, matcher: OrderMatcher, marks?: MarkCursor) {
    this.desk = desk
    this.matcher = matcher
    this.marks = marks
    this.cap = new PositionCap(desk)
    this.links = new OrderLinks(desk, (exit, at) => this.makeDue(exit, at))
    desk.observer = this
  }

  /** Exchange time at which something happens without any market data; Infinity when nothing is pending. */
  get nextTime(): number {
    return Math.min(this.dueAt, this.expiries.nextTime, this.nextMark)
  }

  /** Exchange time of the next mark price, if an order waits for one. */
  private get nextMark(): number {
    return this.marks !== undefined && this.desk.triggers.usesMark
      ? this.marks.nextTime
      : Number.POSITIVE_INFINITY
  }

  /** Market data can concern an order that stands in no ladder. */
  get isWaiting(): boolean {
    return !this.desk.triggers.isEmpty
  }

  /** Why an arriving order is rejected; undefined when it is not. */
  refusal(order: RestingOrder, at: number): ReasonCode | undefined {
    const { terms } = order
    if (this.links.isWithoutExit(order)) return 'linked-order-over'
    if (terms === undefined) return undefined
    if (terms.expireTime !== undefined && terms.expireTime <= at) return 'expire-time'
    if (this.links.isBroken(order)) return 'linked-order-over'
    if (terms.trigger?.source === 'mark' && this.marks === undefined) return 'no-mark-price'
    if (terms.trigger !== undefined && terms.exitOf === undefined) {
      const price = this.priceFor(order, at)
      if (price !== undefined && isPastAtOnce(order, price)) return 'trigger-reached'
    }
    const entersNow = terms.trigger === undefined && terms.exitOf === undefined
    return entersNow && terms.reduceOnly && this.cap.reducible(order) === 0
      ? 'no-position-to-reduce'
      : undefined
  }

  /**
   * An order that is not refused has been accepted.
   *
   * @param ocoFilled see SubmitCommand
   * @returns false when it does not enter the market now
   */
  admit(order: RestingOrder, at: number, ocoFilled = 0): boolean {
    this.links.adopt(order)
    const { terms } = order
    if (terms !== undefined || order.exits !== undefined) this.desk.keep(order)
    if (terms === undefined) return true
    if (terms.expireTime !== undefined) this.expiries.push(terms.expireTime, 0, order)
    this.links.join(order, ocoFilled, at)
    if (order.place === 'over') return false
    if (terms.exitOf !== undefined) {
      order.place = 'dormant'
      if (order.entry !== undefined && order.entry.cumQty > 0) this.makeDue(order, at)
      return false
    }
    if (terms.trigger === undefined) return true
    this.wait(order, at)
    return false
  }

  /** An order was rejected: its exits have nothing to wait for, the other of its pair is over, and so is a bracket. */
  onRejected(order: RestingOrder, at: number): void {
    this.links.adopt(order)
    order.place = 'over'
    this.links.meetRejected(order)
    this.links.onOver(order, at)
  }

  /** A reduce-only order comes to the market. @returns false when it is over, because there is nothing to reduce */
  cutToPosition(order: RestingOrder, at: number): boolean {
    return order.terms?.reduceOnly !== true || this.cap.enter(order, at)
  }

  /** @returns the orders that it triggers */
  onPrint(tick: number, at: number): readonly RestingOrder[] {
    const reached = this.desk.triggers.onPrint(tick)
    for (const order of reached) this.trigger(order, at)
    return reached
  }

  /** @returns the orders that it triggers */
  onTouch(at: number): readonly RestingOrder[] {
    const reached = this.desk.triggers.onTouch((order) => this.matcher.triggerPrice(order))
    for (const order of reached) this.trigger(order, at)
    return reached
  }

  /** The last call: what has been opened is closed. */
  close(): void {
    this.marks?.close()
  }

  /** What is pending up to `at` happens: expiries first, then what a new mark price triggers. */
  act(at: number): void {
    while (this.expiries.nextTime <= at) {
      const order = this.expiries.pop()
      if (order.place !== 'over') this.desk.end('expired', order, 'expire-time', at)
    }
    while (this.marks !== undefined && this.nextMark <= at) {
      for (const order of this.desk.triggers.onMark(this.marks.step())) this.trigger(order, at)
    }
    while (this.due.length > 0) {
      const batch = this.due
      this.due = []
      for (const order of batch) this.bring(order, at)
    }
    this.dueAt = Number.POSITIVE_INFINITY
  }

  /** Changes an order that stands in no ladder. @returns false when it is the market's to change */
  amend(order: RestingOrder, command: AmendCommand, at: number): boolean {
    const { place, terms } = order
    const isInside = place === 'dormant' || place === 'waiting' || place === 'due'
    const reason = this.amendRefusal(order, command, isInside, at)
    if (reason !== undefined) {
      this.desk.refuse('amend-rejected', order.clientOrderId, at, reason)
      return true
    }
    if (!isInside) return false
    order.qty = this.amendedQty(order, command)
    if (command.price !== undefined && order.tick > 0) order.tick = command.price
    if (command.triggerPrice !== undefined && terms?.trigger !== undefined) {
      order.triggerTick = command.triggerPrice
      this.desk.triggers.update()
    }
    this.desk.amended(order, at)
    return true
  }

  /** Total lots that an amend leaves an order with: as it is when none are asked for. */
  amendedQty(order: RestingOrder, { qty, restatedAt }: AmendCommand): number {
    if (qty === undefined) return order.qty
    const unknown = restatedAt === undefined ? 0 : order.decrementedAfter(restatedAt)
    return this.links.amendedQty(order, qty - unknown)
  }

  onFilled(order: RestingOrder, lots: number, at: number): void {
    this.links.onFilled(order, lots, at)
    this.cap.onFilled(order, lots, at)
  }

  onOver(order: RestingOrder, at: number, reason?: ReasonCode): void {
    if (order.terms?.reduceOnly === true) this.cap.leave(order)
    this.links.onOver(order, at, reason)
  }

  /** The venue closed a part of the position without an order. All orders are over by then. @param lots signed */
  onLiquidated(lots: number): void {
    this.cap.adjust(lots)
  }

  private amendRefusal(
    order: RestingOrder,
    command: AmendCommand,
    isInside: boolean,
    at: number,
  ): ReasonCode | undefined {
    const { triggerPrice, qty } = command
    if (order.terms?.exitOf !== undefined && qty !== undefined && qty !== order.qty) return 'sized-by-entry'
    if (triggerPrice === undefined) return undefined
    if (!isInside || order.place === 'due') return 'already-triggered'
    const price = order.place === 'waiting' ? this.priceFor(order, at) : undefined
    return price !== undefined && isReached(order, price, triggerPrice) ? 'trigger-reached' : undefined
  }

  private wait(order: RestingOrder, at: number): void {
    this.desk.triggers.add(order, this.priceFor(order, at))
  }

  /** What its source shows at `at`. */
  private priceFor(order: RestingOrder, at: number): number | undefined {
    const isByMark = this.desk.triggers.sourceOf(order) === 'mark'
    return isByMark ? this.marks?.at(at) : this.matcher.triggerPrice(order)
  }

  private trigger(order: RestingOrder, at: number): void {
    // What comes out with it when it fills may have canceled it.
    if (order.place !== 'waiting') return
    this.desk.triggers.remove(order)
    this.desk.triggered(order, at)
    order.place = 'due'
    this.makeDue(order, at)
  }

  private makeDue(order: RestingOrder, at: number): void {
    this.due.push(order)
    this.dueAt = Math.min(this.dueAt, at)
  }

  /** An order that has triggered, or an exit whose entry has filled (some more). */
  private bring(order: RestingOrder, at: number): void {
    const { place } = order
    if (place === 'over') return
    if (order.entry !== undefined) this.links.sizeExit(order, at)
    if (order.place === 'over') return
    const isReleased = place === 'dormant'
    if (isReleased && order.terms?.trigger !== undefined) {
      this.wait(order, at)
      const price = this.priceFor(order, at)
      if (price !== undefined && isReached(order, price)) this.trigger(order, at)
      return
    }
    // A larger quantity loses its place in the queue, as with an amend.
    if (place !== 'due' && place !== 'dormant' && place !== 'ladder') return
    if (place === 'ladder') this.desk.remove(order)
    order.place = 'new'
    order.arrivedAt = at
    this.desk.keep(order)
    this.matcher.enter(order, at)
  }
}

/** It would trigger with its arrival, or begin to follow although it names a price to begin at. */
function isPastAtOnce(order: RestingOrder, price: number): boolean {
  const trigger = order.terms?.trigger
  const isDelayed = trigger?.kind === 'trailing-stop' && trigger.activation !== undefined
  return isDelayed ? isActivated(order, price) : isReached(order, price)
}
