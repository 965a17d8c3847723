/** Commands on their way out: past the risk guard, into the journal, to the venue; and the deadlines that start then. */
import type { Clock, Timers } from '../clock/clock.ts'
import type { DurationUs, PriceTicks, QtyLots } from '../core/units.ts'
import { riskRuleCode } from '../model/codes.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type { AmendRequest, OrderState, ReasonCode, RiskRule } from '../model/order.ts'
import { reservePrice } from '../risk/position-limits.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Venue } from '../venue/venue.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { journalTerms } from './journal-terms.ts'
import type { Outbox } from './notification.ts'
import { coveredLots, type OrderLife } from './order-life.ts'
import type { OrderStore } from './order-store.ts'
import { OwnOrders } from './own-orders.ts'
import { type AmendTarget, flagsOf, type TrackedOrder } from './tracked-order.ts'

export interface OrderSenderOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly venue: Venue
  readonly risk: RiskGuard
  readonly journal: JournalSink
  /** By instrument. */
  readonly markets: readonly MarketView[]
  readonly store: OrderStore
  readonly life: OrderLife
  readonly outbox: Outbox
  /** An order still open after this long is canceled. */
  readonly orderTimeout: DurationUs
  /** An order without any answer after this long becomes `unknown`. */
  readonly answerTimeout: DurationUs
}

const canceling: OrderState = { kind: 'canceling' }

export class OrderSender {
  private readonly clock: Clock
  private readonly timers: Timers
  private readonly store: OrderStore
  private readonly venue: Venue
  private readonly risk: RiskGuard
  private readonly journal: JournalSink
  private readonly own: OwnOrders
  private readonly life: OrderLife
  private readonly outbox: Outbox
  private readonly answers: DeadlineQueue
  private readonly timeouts: DeadlineQueue
  /** Of orders with a timeout of their own, by its length: few lengths, many orders. */
  private readonly ownTimeouts = new Map<DurationUs, DeadlineQueue>()

  constructor(options: OrderSenderOptions) {
    this.clock = options.clock
    this.timers = options.timers
    this.store = options.store
    this.venue = options.venue
    this.risk = options.risk
    this.journal = options.journal
    this.own = new OwnOrders(options)
    this.life = options.life
    this.outbox = options.outbox
    this.timeouts = this.timeoutQueue(options.orderTimeout, undefined)
    this.answers = new DeadlineQueue({
      clock: options.clock,
      timers: options.timers,
      store: options.store,
      delay: options.answerTimeout,
      isPending: isUnanswered,
      onDue: (order) => this.giveUpAnswer(order),
    })
  }

  /** A new order: sent, or denied. */
  submit(order: TrackedOrder): void {
    const rule = this.brokenLink(order) ?? this.check(order)
    if (rule === undefined) this.send(order)
    else this.deny(order, rule)
  }

  /** Orders that make sense only together: all are sent, in this order, or none. */
  submitTogether(orders: readonly TrackedOrder[]): void {
    const rules = orders.map((order) => this.brokenLink(order, orders) ?? this.check(order))
    const isDenied = rules.some((rule) => rule !== undefined)
    orders.forEach((order, index) => {
      if (isDenied) this.deny(order, rules[index] ?? 'linked-order')
      else this.send(order, true)
    })
  }

  private check(order: TrackedOrder): RiskRule | undefined {
    const leaves = Math.max(0, order.qty - coveredLots(order))
    return this.risk.check(order, this.clock.now(), leaves) ?? this.own.broken(order, order, leaves)
  }

  /**
   * The orders that it names have to work, or leave with it, on the same instrument; and of a pair there are two.
   *
   * @param together orders that leave at the same time
   */
  private brokenLink(order: TrackedOrder, together: readonly TrackedOrder[] = []): RiskRule | undefined {
    const { terms } = order
    if (terms === undefined) return undefined
    const isBroken = [terms.ocoWith, terms.exitOf].some((id) => {
      if (id === undefined) return false
      const other = this.store.find(id)
      if (other === undefined || other === order || other.instrument !== order.instrument) return true
      return !other.isWorking && !together.includes(other)
    })
    const isThird = terms.ocoWith !== undefined && order.ocoPeer?.clientOrderId !== terms.ocoWith
    return isBroken || isThird ? 'linked-order' : undefined
  }

  /** At most one amend is on its way; what is asked meanwhile waits for its answer, and the latest wish replaces others. */
  amend(order: TrackedOrder, request: AmendRequest): void {
    const { kind } = order.state
    const isLive = kind === 'open' || kind === 'submitted'
    const wanted = order.nextAmend ?? order.amend ?? order
    const price = request.price ?? wanted.price
    // The venue may be making it smaller just now: what nobody asks for is not said. An amend on its way says its own.
    const qty = request.qty ?? order.nextAmend?.qty
    const triggerPrice = request.triggerPrice ?? wanted.triggerPrice
    if (!isLive || order.type === 'market' || !hasWhatChanges(order, request)) {
      this.outbox.push({ kind: 'amend-refused', order, why: 'unknown-order' })
    } else if (order.amend !== undefined) order.nextAmend = { price, qty, triggerPrice }
    else this.sendAmend(order, { price, qty, triggerPrice })
  }

  /** After an answer to an amend: what was asked for meanwhile leaves. */
  sendNextAmend(order: TrackedOrder): void {
    const { nextAmend, amend } = order
    if (nextAmend === undefined || amend !== undefined) return
    order.nextAmend = undefined
    const { price, qty, triggerPrice } = nextAmend
    this.amend(order, {
      ...(qty === undefined ? {} : { qty }),
      ...(price === undefined ? {} : { price }),
      ...(triggerPrice === undefined ? {} : { triggerPrice }),
    })
  }

  /** Never refused by the risk guard. No effect when the order is over or a cancel is on its way. */
  cancel(order: TrackedOrder, reason: ReasonCode): void {
    if (!order.isWorking || order.cancelReason !== undefined) return
    const now = this.clock.now()
    const { clientOrderId, instrument } = order
    order.cancelReason = reason
    if (order.state.kind !== 'unknown') order.state = canceling
    this.journal.record(recordKind.cancel, now, instrument, 0, clientOrderId)
    this.risk.countMessage(now)
    this.venue.cancel({ clientOrderId, instrument })
  }

  /** A timeout is not a rejection: the order may be live, so what it holds stays held until a report tells. */
  giveUpAnswer(order: TrackedOrder): void {
    this.store.loseSight(order, this.clock.now())
    this.outbox.push({ kind: 'order', order })
  }

  /** Journal first: intent before effect. @param isJoint see SubmitCommand */
  private send(order: TrackedOrder, isJoint?: true): void {
    const now = this.clock.now()
    const { clientOrderId, instrument, side, qty, price, timeInForce, postOnly } = order
    const mid = order.arrivalMidTimes2 ?? 0
    const parent = order.parentOrderId ?? 0
    const flags = flagsOf(order)
    if (order.terms !== undefined) journalTerms(this.journal, order, order.terms, now)
    this.journal.record(
      recordKind.submit,
      now,
      instrument,
      flags,
      clientOrderId,
      price ?? 0,
      qty,
      parent,
      mid,
    )
    order.state = { kind: 'submitted', sentAt: now }
    this.life.begin(order, reservePrice(price ?? order.triggerPrice, mid))
    this.risk.countMessage(now)
    const timeouts = order.timeout === undefined ? this.timeouts : this.ownTimeoutQueue(order.timeout)
    if (order.timeout !== undefined || !order.isPatient) timeouts.add(order)
    this.answers.add(order)
    const { terms } = order
    const ocoFilled = terms?.ocoWith === undefined ? undefined : order.ocoPeer?.cumQty
    this.venue.submit({
      clientOrderId,
      instrument,
      side,
      qty,
      price,
      timeInForce,
      postOnly,
      terms,
      ocoFilled,
      isJoint,
    })
  }

  private deny(order: TrackedOrder, rule: RiskRule): void {
    order.state = { kind: 'denied', rule }
    order.noteDone(this.clock.now())
    // It never leaves: the other is free for a pair with somebody else.
    if (order.ocoPeer !== undefined) order.ocoPeer.ocoPeer = undefined
    order.ocoPeer = undefined
    this.journalDenied(order, rule, order.price, order.qty)
    this.outbox.push({ kind: 'order', order })
  }

  private sendAmend(order: TrackedOrder, target: AmendTarget): void {
    const now = this.clock.now()
    const { clientOrderId, instrument } = order
    const { price, qty } = target
    const triggerPrice = target.triggerPrice === order.triggerPrice ? undefined : target.triggerPrice
    const rule = this.checkAmend(order, target)
    if (rule !== undefined) {
      this.journalDenied(order, rule, price, qty ?? order.qty)
      this.outbox.push({ kind: 'amend-refused', order, why: rule })
      return
    }
    this.journal.record(
      recordKind.amend,
      now,
      instrument,
      0,
      clientOrderId,
      price ?? 0,
      qty ?? order.qty,
      triggerPrice ?? 0,
    )
    order.amend = target
    this.life.holdWorstCase(order)
    this.risk.countMessage(now)
    const restatedAt = qty === undefined ? undefined : order.restatedAt
    this.venue.amend({ clientOrderId, instrument, price, qty, restatedAt, triggerPrice })
  }

  private checkAmend(order: TrackedOrder, target: AmendTarget): RiskRule | undefined {
    const { price, qty = order.qty } = target
    const parent = this.life.parentOf(order)
    if (parent !== undefined && qty - order.cumQty - order.heldQty > parent.unsentQty) return 'max-qty'
    const { instrument, side, reduceOnly } = order
    // Once it has triggered its limit is judged like any other.
    const triggerPrice = order.triggeredAt === undefined ? target.triggerPrice : undefined
    const changed = { instrument, side, price, qty, reduceOnly, triggerPrice }
    const leaves = Math.max(0, qty - order.cumQty - coveredLots(order))
    return this.risk.checkAmend(changed, order, this.clock.now(), leaves) ?? this.own.broken(order, target, 0)
  }

  private journalDenied(
    order: TrackedOrder,
    rule: RiskRule,
    price: PriceTicks | undefined,
    qty: QtyLots,
  ): void {
    const { clientOrderId, instrument } = order
    const now = this.clock.now()
    const flags = flagsOf(order)
    const code = riskRuleCode[rule]
    this.journal.record(recordKind.denied, now, instrument, flags, clientOrderId, code, price ?? 0, qty)
  }

  private ownTimeoutQueue(delay: DurationUs): DeadlineQueue {
    let queue = this.ownTimeouts.get(delay)
    if (queue === undefined) {
      queue = this.timeoutQueue(delay, delay)
      this.ownTimeouts.set(delay, queue)
    }
    return queue
  }

  /** @param own as the orders concerned ask for it */
  private timeoutQueue(delay: DurationUs, own: DurationUs | undefined): DeadlineQueue {
    return new DeadlineQueue({
      clock: this.clock,
      timers: this.timers,
      store: this.store,
      delay,
      isPending: (order) => order.timeout === own && (own !== undefined || !order.isPatient),
      onDue: (order) => this.cancel(order, 'canceled-by-timeout'),
    })
  }
}

/** A market order has no price to change, a limit order no trigger. */
function hasWhatChanges(order: TrackedOrder, { price, triggerPrice }: AmendRequest): boolean {
  const hasPrice = price === undefined || order.price !== undefined
  return hasPrice && (triggerPrice === undefined || order.triggerPrice !== undefined)
}

function isUnanswered({ acceptedAt, state }: TrackedOrder): boolean {
  return acceptedAt === undefined && state.kind !== 'unknown'
}
