/**
 * The life of every order: submit → risk guard → journal → venue → reports → position. Synchronous, and blind to what
 * kind of venue it talks to. Whoever owns it calls, for each input (a report, a timer, a strategy's callback), one
 * method here and then drains `takeNotification` until it returns undefined.
 */
import type { Clock, Timers } from '../clock/clock.ts'
import { InvariantError } from '../core/errors.ts'
import type { Prng } from '../core/prng.ts'
import { type DurationUs, durationUs, type PriceTicks, type QtyLots, qtyLots } from '../core/units.ts'
import { riskRuleCode } from '../model/codes.ts'
import type { ExecutionReport } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type {
  AmendRequest,
  ClientOrderId,
  Order,
  OrderRequest,
  OrderState,
  ReasonCode,
  RiskRule,
} from '../model/order.ts'
import type { ParentOrder, ParentOrderId, ParentOrderRequest } from '../model/parent-order.ts'
import { reservePrice } from '../risk/position-limits.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Venue } from '../venue/venue.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { type Notification, Outbox } from './notification.ts'
import { OrderColumns } from './order-columns.ts'
import { OrderLife } from './order-life.ts'
import { OrderStore } from './order-store.ts'
import { ParentDesk } from './parent-desk.ts'
import type { PositionBook } from './position-book.ts'
import { ReportHandler, type ReportOddities } from './report-handler.ts'
import { flagsOf, TrackedOrder } from './tracked-order.ts'
import type { TrackedParent } from './tracked-parent.ts'

export interface ExecutionEngineOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly venue: Venue
  readonly risk: RiskGuard
  readonly positions: PositionBook
  readonly journal: JournalSink
  /** By instrument. */
  readonly markets: readonly MarketView[]
  /** A seeded stream per name, the same for the same name. */
  readonly random: (name: string) => Prng
  /** An order still open after this long is canceled. Default 5 minutes. */
  readonly orderTimeout?: DurationUs
  /** An order without any answer after this long becomes `unknown`. Default 10 seconds. */
  readonly answerTimeout?: DurationUs
}

const defaultOrderTimeout = durationUs(300_000_000)
const defaultAnswerTimeout = durationUs(10_000_000)
const canceling: OrderState = { kind: 'canceling' }

export class ExecutionEngine {
  private readonly clock: Clock
  private readonly timers: Timers
  private readonly venue: Venue
  private readonly risk: RiskGuard
  private readonly journal: JournalSink
  private readonly markets: readonly MarketView[]
  private readonly orderTimeout: DurationUs
  private readonly columns = new OrderColumns()
  private readonly store = new OrderStore()
  private readonly outbox = new Outbox()
  private readonly parentList: TrackedParent[] = []
  private readonly life: OrderLife
  private readonly handler: ReportHandler
  private readonly desk: ParentDesk
  /** By length of the timeout: nearly always one. */
  private readonly timeouts = new Map<DurationUs, DeadlineQueue>()
  private readonly answers: DeadlineQueue
  private isStopped = false

  constructor(options: ExecutionEngineOptions) {
    const { clock, timers, risk, journal } = options
    this.clock = clock
    this.timers = timers
    this.venue = options.venue
    this.risk = risk
    this.journal = journal
    this.markets = options.markets
    this.orderTimeout = options.orderTimeout ?? defaultOrderTimeout
    const { store, outbox, parentList: parents } = this
    this.life = new OrderLife({ clock, risk, store, outbox, parents })
    this.handler = new ReportHandler({ ...options, store, outbox, life: this.life })
    this.desk = new ParentDesk({ ...options, outbox, parents, children: this.childOrders() })
    this.answers = new DeadlineQueue({
      clock,
      timers,
      delay: options.answerTimeout ?? defaultAnswerTimeout,
      isPending: isUnanswered,
      onDue: (order) => this.giveUpAnswer(order),
    })
  }

  /** Every order ever asked for, denied ones included; index = id − 1. */
  get orders(): readonly Order[] {
    return this.store.all
  }

  /** Index = id − 1. */
  get parents(): readonly ParentOrder[] {
    return this.parentList
  }

  /** In the order they became known. */
  get fills(): readonly Fill[] {
    return this.handler.fills
  }

  get oddities(): Readonly<ReportOddities> {
    return this.handler.oddities
  }

  order(clientOrderId: ClientOrderId): Order | undefined {
    return this.store.find(clientOrderId)
  }

  /** In order of submission; a new array. */
  workingOrders(instrument?: number): readonly Order[] {
    return this.store.working(instrument)
  }

  /** Never throws for what a market or a limit can do: a denial comes back as a notification. */
  submit(request: OrderRequest, parentOrderId?: ParentOrderId): ClientOrderId {
    const now = this.clock.now()
    const clientOrderId = this.store.nextId
    const order = new TrackedOrder(request, clientOrderId, parentOrderId, this.columns, now)
    order.arrivalMidTimes2 = this.market(request.instrument).midTimes2()
    this.adopt(order)
    const rule = this.risk.check(order, now)
    if (rule === undefined) this.send(order)
    else this.deny(order, rule)
    return clientOrderId
  }

  /** The outcome is a notification: the changed order, or `amend-refused`. */
  amend(clientOrderId: ClientOrderId, request: AmendRequest): void {
    const order = this.store.get(clientOrderId)
    const { kind } = order.state
    const isLive = kind === 'open' || kind === 'submitted'
    const price = request.price ?? order.amends?.price ?? order.price
    const qty = request.qty ?? order.amends?.qty ?? order.qty
    if (!isLive || order.type === 'market' || price === undefined) {
      this.outbox.push({ kind: 'amend-refused', order, why: 'unknown-order' })
      return
    }
    const rule = this.checkAmend(order, price, qty)
    if (rule === undefined) this.sendAmend(order, price, qty)
    else {
      this.journalDenied(order, rule, price, qty)
      this.outbox.push({ kind: 'amend-refused', order, why: rule })
    }
  }

  /** No effect when the order is over or a cancel is on its way: that race is nobody's mistake. */
  cancel(clientOrderId: ClientOrderId): void {
    this.sendCancel(this.store.get(clientOrderId), 'canceled-by-strategy')
  }

  /** Starts an algorithm. @throws {ConfigError} PARENT_INVALID */
  execute(request: ParentOrderRequest): ParentOrderId {
    return this.desk.execute(request)
  }

  /** Cancels its children and ends it once they are over. No effect when it is over. */
  cancelParent(parentOrderId: ParentOrderId): void {
    this.desk.end(this.desk.get(parentOrderId), 'canceled-by-strategy')
  }

  /** One message of the venue; reports may come in any order, twice, or for orders that we never sent. */
  applyReport(report: ExecutionReport): void {
    const order = this.handler.apply(report)
    const parent = order && this.life.parentOf(order)
    if (parent !== undefined) this.desk.settle(parent)
  }

  /**
   * The next thing a strategy has to be told; undefined when there is nothing more. Algorithms hear of their children
   * here, just before. Drain it after every input.
   */
  takeNotification(): Notification | undefined {
    if (this.risk.state === 'halted' && !this.isStopped) this.stop()
    const notification = this.outbox.take()
    if (notification !== undefined && notification.kind !== 'parent') this.desk.notify(notification.order)
    return notification
  }

  /** Lets nothing new out, cancels every working order and ends every parent. */
  emergencyStop(rule: RiskRule = 'halted'): void {
    this.risk.halt(rule, this.clock.now())
    this.stop()
  }

  /** An operator's decision after an emergency stop. */
  resume(): void {
    this.isStopped = false
    this.risk.resume(this.clock.now())
  }

  /** The tape is over: what still works is expired with the reason `end-of-data`, nothing is sent. */
  endOfData(): void {
    for (const parent of this.parentList) {
      if (parent.state.kind === 'working') parent.endReason ??= 'end-of-data'
      parent.runner?.stop()
    }
    for (const { clientOrderId } of this.store.working()) {
      this.life.finish(this.store.get(clientOrderId), { kind: 'expired', reason: 'end-of-data' })
    }
    for (const parent of this.parentList) this.desk.settle(parent)
  }

  private market(instrument: number): MarketView {
    const market = this.markets[instrument]
    if (market === undefined) throw new InvariantError(`no instrument ${instrument}`)
    return market
  }

  private adopt(order: TrackedOrder): void {
    this.store.add(order)
    const parent = this.life.parentOf(order)
    if (parent === undefined) return
    // Σ child fills ≤ parent, asserted before anything leaves.
    if (order.qty > parent.unsentQty || parent.endReason !== undefined) {
      throw new InvariantError(
        `child of ${order.qty} lots, but parent order ${parent.parentOrderId} has ${parent.unsentQty} unsent`,
      )
    }
    parent.childOrderIds.push(order.clientOrderId)
  }

  private deny(order: TrackedOrder, rule: RiskRule): void {
    order.state = { kind: 'denied', rule }
    order.noteDone(this.clock.now())
    order.leavesQty = qtyLots(0)
    this.journalDenied(order, rule, order.price, order.qty)
    this.outbox.push({ kind: 'order', order })
  }

  /** Journal first: intent before effect. */
  private send(order: TrackedOrder): void {
    const now = this.clock.now()
    const { clientOrderId, instrument, side, qty, price, timeInForce, postOnly } = order
    const mid = order.arrivalMidTimes2 ?? 0
    const parent = order.parentOrderId ?? 0
    const { journal, life } = this
    journal.record(
      recordKind.submit,
      now,
      instrument,
      flagsOf(order),
      clientOrderId,
      price ?? 0,
      qty,
      parent,
      mid,
    )
    order.state = { kind: 'submitted', sentAt: now }
    life.begin(order, reservePrice(price, mid))
    this.risk.countMessage(now)
    this.timeoutQueue(order.timeout ?? this.orderTimeout).add(order)
    this.answers.add(order)
    this.venue.submit({ clientOrderId, instrument, side, qty, price, timeInForce, postOnly })
  }

  private checkAmend(order: TrackedOrder, price: PriceTicks, qty: QtyLots): RiskRule | undefined {
    const parent = this.life.parentOf(order)
    if (parent !== undefined && qty - order.cumQty - order.heldQty > parent.unsentQty) return 'max-qty'
    const { instrument, side, reduceOnly } = order
    return this.risk.checkAmend({ instrument, side, price, qty, reduceOnly }, order, this.clock.now())
  }

  private sendAmend(order: TrackedOrder, price: PriceTicks, qty: QtyLots): void {
    const now = this.clock.now()
    const { clientOrderId, instrument } = order
    this.journal.record(recordKind.amend, now, instrument, 0, clientOrderId, price, qty)
    order.expectAmend(price, qty)
    this.life.holdWorstCase(order)
    this.risk.countMessage(now)
    this.venue.amend({ clientOrderId, instrument, price, qty })
  }

  private sendCancel(order: TrackedOrder, reason: ReasonCode): void {
    if (!order.isWorking || order.cancelReason !== undefined) return
    const now = this.clock.now()
    const { clientOrderId, instrument } = order
    order.cancelReason = reason
    if (order.state.kind !== 'unknown') order.state = canceling
    this.journal.record(recordKind.cancel, now, instrument, 0, clientOrderId)
    this.risk.countMessage(now)
    this.venue.cancel({ clientOrderId, instrument })
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

  private stop(): void {
    this.isStopped = true
    this.desk.endAll('canceled-by-emergency-stop')
    for (const { clientOrderId } of this.store.working()) {
      this.sendCancel(this.store.get(clientOrderId), 'canceled-by-emergency-stop')
    }
  }

  private childOrders() {
    return {
      submit: (request: OrderRequest, parentOrderId: ParentOrderId): ClientOrderId =>
        this.submit(request, parentOrderId),
      cancelChildren: ({ parentOrderId, instrument }: TrackedParent, reason: ReasonCode): void => {
        for (const child of this.store.working(instrument)) {
          if (child.parentOrderId === parentOrderId) {
            this.sendCancel(this.store.get(child.clientOrderId), reason)
          }
        }
      },
    }
  }

  private timeoutQueue(delay: DurationUs): DeadlineQueue {
    const found = this.timeouts.get(delay)
    if (found !== undefined) return found
    const queue = new DeadlineQueue({
      clock: this.clock,
      timers: this.timers,
      delay,
      isPending: (order) => order.isWorking,
      onDue: (order) => this.sendCancel(order, 'canceled-by-timeout'),
    })
    this.timeouts.set(delay, queue)
    return queue
  }

  /** A timeout is not a rejection: the order may be live, so what it holds stays held until a report tells. */
  private giveUpAnswer(order: TrackedOrder): void {
    order.state = { kind: 'unknown', since: this.clock.now() }
    this.outbox.push({ kind: 'order', order })
  }
}

function isUnanswered({ isWorking, acceptedAt, state }: TrackedOrder): boolean {
  return isWorking && acceptedAt === undefined && state.kind !== 'unknown'
}
