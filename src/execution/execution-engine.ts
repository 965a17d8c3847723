/**
 * The life of every order: submit → risk guard → journal → venue → reports → position. Synchronous, and blind to what
 * kind of venue it talks to. Whoever owns it calls, for each input (a report, a timer, a strategy's callback), one
 * method here and then drains `takeNotification` until it returns undefined.
 */
import type { Clock, Timers } from '../clock/clock.ts'
import { InvariantError } from '../core/errors.ts'
import type { Prng } from '../core/prng.ts'
import { type DurationUs, durationUs, type QtyLots } from '../core/units.ts'
import { type AccountReport, isAccountReport, type VenueReport } from '../model/account-report.ts'
import type { Fill } from '../model/fill.ts'
import type { JournalSink } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type {
  AmendRequest,
  BracketIds,
  BracketRequest,
  ClientOrderId,
  Order,
  OrderRequest,
  ReasonCode,
  RiskRule,
} from '../model/order.ts'
import type { ParentOrder, ParentOrderId, ParentOrderRequest } from '../model/parent-order.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Venue } from '../venue/venue.ts'
import { AccountHandler } from './account-handler.ts'
import { AccountValuation } from './account-valuation.ts'
import { type Notification, Outbox } from './notification.ts'
import { OrderColumns } from './order-columns.ts'
import { OrderLife } from './order-life.ts'
import { OrderSender } from './order-sender.ts'
import { OrderStore } from './order-store.ts'
import { type ChildOrders, ParentDesk } from './parent-desk.ts'
import type { PositionBook } from './position-book.ts'
import { ReportHandler, type ReportOddities } from './report-handler.ts'
import { type AmendTarget, TrackedOrder } from './tracked-order.ts'
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
  /**
   * While a position is open the account is valued this often, so that the circuit breaker trips without an order or a
   * fill. Default: never.
   */
  readonly valuationInterval?: DurationUs
}

export interface UnsettledOrder {
  readonly order: Order
  /** Why we asked for a cancel; undefined when we did not. */
  readonly cancelReason: ReasonCode | undefined
  /** Asked for and not answered. */
  readonly amend: AmendTarget | undefined
}

const defaultOrderTimeout = durationUs(300_000_000)
const defaultAnswerTimeout = durationUs(10_000_000)

export class ExecutionEngine {
  private readonly clock: Clock
  private readonly risk: RiskGuard
  private readonly markets: readonly MarketView[]
  private readonly columns = new OrderColumns()
  private readonly store = new OrderStore()
  private readonly outbox = new Outbox()
  private readonly parentList: TrackedParent[] = []
  private readonly life: OrderLife
  private readonly sender: OrderSender
  private readonly handler: ReportHandler
  private readonly account: AccountHandler
  private readonly desk: ParentDesk
  private readonly valuation: AccountValuation
  private isStopped = false

  constructor(options: ExecutionEngineOptions) {
    const { clock, risk } = options
    this.clock = clock
    this.risk = risk
    this.markets = options.markets
    const { store, outbox, parentList: parents } = this
    this.life = new OrderLife({ clock, risk, store, outbox, parents })
    this.sender = new OrderSender({
      ...options,
      store,
      life: this.life,
      outbox,
      orderTimeout: options.orderTimeout ?? defaultOrderTimeout,
      answerTimeout: options.answerTimeout ?? defaultAnswerTimeout,
    })
    this.handler = new ReportHandler({ ...options, store, outbox, life: this.life })
    this.account = new AccountHandler({ ...options, outbox, fills: this.handler.fills })
    this.valuation = new AccountValuation(options)
    this.desk = new ParentDesk({ ...options, outbox, parents, children: this.childOrders() })
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

  /** Funding and liquidations, in the order they became known. */
  get accountReports(): readonly AccountReport[] {
    return this.account.reports
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

  /**
   * Orders whose end is not known, and those that are over but have filled more at the venue than we heard the fills of;
   * in order of submission, each with what it has been asked and has not answered.
   */
  unsettledOrders(): readonly UnsettledOrder[] {
    return this.store.all
      .filter((order) => order.isWorking || order.venueCumQty > order.cumQty)
      .map((order) => ({ order, cancelReason: order.cancelReason, amend: order.amend }))
  }

  /**
   * The answers to what was sent so far may have been lost with the process that waited for them: orders without an
   * answer are `unknown`.
   */
  beginEpoch(): void {
    for (const { clientOrderId, state } of this.store.working()) {
      if (state.kind === 'submitted') this.sender.giveUpAnswer(this.store.get(clientOrderId))
    }
  }

  /**
   * The outcome, a denial included, comes as a notification.
   * @param parentOrderId of a child order; only algorithms give it
   * @throws {InvariantError} when there is no such instrument
   */
  submit(request: OrderRequest, parentOrderId?: ParentOrderId): ClientOrderId {
    const order = this.create(request, parentOrderId)
    const parent = this.life.parentOf(order)
    if (parent !== undefined) adopt(parent, order)
    this.sender.submit(order)
    return order.clientOrderId
  }

  /** Two orders of which one cancels the other: both leave, or neither. */
  submitOco(first: OrderRequest, second: OrderRequest): readonly [ClientOrderId, ClientOrderId] {
    const one = this.create(first)
    const other = this.create({ ...second, ocoWith: one.clientOrderId })
    this.sender.submitTogether([one, other])
    return [one.clientOrderId, other.clientOrderId]
  }

  /** The exits leave first, so that they are at the venue when the entry fills: all three leave, or none. */
  submitBracket({ entry, stopLoss, takeProfit }: BracketRequest): BracketIds {
    const exitOf = this.store.nextId + 2
    const stop = this.create({ ...stopLoss, exitOf })
    const profit = this.create({ ...takeProfit, exitOf, ocoWith: stop.clientOrderId })
    const opening = this.create(entry)
    this.sender.submitTogether([stop, profit, opening])
    return {
      entry: opening.clientOrderId,
      stopLoss: stop.clientOrderId,
      takeProfit: profit.clientOrderId,
    }
  }

  /**
   * The outcome is a notification: the changed order, or `amend-refused`. While an amend is on its way, what is asked for
   * waits for its answer, and only the latest wish is sent then.
   * @throws {InvariantError} when there never was such an order
   */
  amend(clientOrderId: ClientOrderId, request: AmendRequest): void {
    this.sender.amend(this.store.get(clientOrderId), request)
  }

  /**
   * No effect when the order is over or a cancel is on its way: that race is nobody's mistake.
   * @throws {InvariantError} when there never was such an order
   */
  cancel(clientOrderId: ClientOrderId): void {
    this.sender.cancel(this.store.get(clientOrderId), 'canceled-by-strategy')
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
  applyReport(report: VenueReport): void {
    if (isAccountReport(report)) {
      this.account.apply(report)
      return
    }
    const order = this.handler.apply(report)
    if (order === undefined) return
    const parent = this.life.parentOf(order)
    if (parent !== undefined) this.desk.settle(parent)
    if (report.kind === 'fill') this.valuation.keepUp()
    else this.sender.sendNextAmend(order)
  }

  /**
   * The next thing a strategy has to be told; undefined when there is nothing more. Algorithms hear of their children
   * here, just before. Drain it after every input.
   */
  takeNotification(): Notification | undefined {
    if (this.risk.state === 'halted' && !this.isStopped) this.stop()
    const notification = this.outbox.take()
    if (notification !== undefined && 'order' in notification) this.desk.notify(notification.order)
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

  /** What the venue says we hold. @param qty signed lots */
  comparePosition(instrument: number, qty: QtyLots): void {
    this.risk.comparePosition(instrument, qty, this.clock.now())
  }

  /** An operator's decision: only what shrinks a position leaves. */
  reduce(): void {
    this.risk.reduce('reducing', this.clock.now())
  }

  /** The tape is over: what still works is expired with the reason `end-of-data`, nothing is sent. */
  endOfData(): void {
    this.desk.stopAll('end-of-data')
    for (const { clientOrderId } of this.store.working()) {
      this.life.finish(this.store.get(clientOrderId), { kind: 'expired', reason: 'end-of-data' })
    }
    for (const parent of this.parentList) this.desk.settle(parent)
  }

  private create(request: OrderRequest, parentOrderId?: ParentOrderId): TrackedOrder {
    const order = new TrackedOrder(request, this.store.nextId, parentOrderId, this.columns, this.clock.now())
    const market = this.markets[request.instrument]
    if (market === undefined) throw new InvariantError(`no instrument ${request.instrument}`)
    order.arrivalMidTimes2 = market.midTimes2()
    this.store.add(order)
    this.pair(order)
    return order
  }

  /** With the order that it names, unless that has a pair already: the sender then denies it. */
  private pair(order: TrackedOrder): void {
    const peerId = order.terms?.ocoWith
    const peer = peerId === undefined ? undefined : this.store.find(peerId)
    if (peer === undefined || peer === order || peer.ocoPeer !== undefined) return
    order.ocoPeer = peer
    peer.ocoPeer = order
  }

  private stop(): void {
    this.isStopped = true
    this.desk.stopAll('canceled-by-emergency-stop')
    for (const { clientOrderId } of this.store.working()) {
      this.sender.cancel(this.store.get(clientOrderId), 'canceled-by-emergency-stop')
    }
    for (const parent of this.parentList) this.desk.settle(parent)
  }

  private childOrders(): ChildOrders {
    return {
      amend: (child, price): void => this.amend(child, { price }),
      isAmending: (child): boolean => this.store.get(child).amend !== undefined,
      submit: (request: OrderRequest, parentOrderId: ParentOrderId): ClientOrderId =>
        this.submit(request, parentOrderId),
      cancelChildren: ({ parentOrderId, instrument }: TrackedParent, reason: ReasonCode): void => {
        for (const child of this.store.working(instrument)) {
          if (child.parentOrderId === parentOrderId) {
            this.sender.cancel(this.store.get(child.clientOrderId), reason)
          }
        }
      },
    }
  }
}

/** @throws {InvariantError} when the children could fill more than the parent: nothing has left yet */
function adopt(parent: TrackedParent, order: TrackedOrder): void {
  if (order.qty > parent.unsentQty || parent.endReason !== undefined) {
    throw new InvariantError(
      `child of ${order.qty} lots, but parent order ${parent.parentOrderId} has ${parent.unsentQty} unsent`,
    )
  }
  parent.childOrderIds.push(order.clientOrderId)
}
