/**
 * Reports → orders, fills, positions. Tolerant of whatever order they come in: fills are applied once each and always,
 * also after a cancel; filled quantity only grows; an order that is over stays over. Status never moves a position.
 */
import type { Clock } from '../clock/clock.ts'
import { unreachable } from '../core/errors.ts'
import { exactProduct, qtyLots } from '../core/units.ts'
import type { ExecutionReport } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { OrderState, ReasonCode } from '../model/order.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Outbox } from './notification.ts'
import type { OrderLife } from './order-life.ts'
import type { OrderStore } from './order-store.ts'
import type { PositionBook } from './position-book.ts'
import type { TrackedOrder } from './tracked-order.ts'

type FillReport = Extract<ExecutionReport, { readonly kind: 'fill' }>
type RestatedReport = Extract<ExecutionReport, { readonly kind: 'restated' }>
type AmendedReport = Extract<ExecutionReport, { readonly kind: 'amended' }>

/** Reports that a flawless venue would not send. Each is applied as far as it makes sense, and counted here. */
export interface ReportOddities {
  /** For an order that we never sent. */
  unknownOrders: number
  /** A trade that was applied before. */
  duplicateFills: number
  /** More filled than ordered, or a rejection after a fill. */
  contradictions: number
}

export interface ReportHandlerOptions {
  readonly clock: Clock
  readonly risk: RiskGuard
  readonly positions: PositionBook
  readonly journal: JournalSink
  readonly store: OrderStore
  readonly life: OrderLife
  readonly outbox: Outbox
}

const open: OrderState = { kind: 'open' }
const canceling: OrderState = { kind: 'canceling' }
const filled: OrderState = { kind: 'filled' }

export class ReportHandler {
  readonly oddities: ReportOddities = { unknownOrders: 0, duplicateFills: 0, contradictions: 0 }
  readonly fills: Fill[] = []
  private readonly clock: Clock
  private readonly risk: RiskGuard
  private readonly positions: PositionBook
  private readonly journal: JournalSink
  private readonly store: OrderStore
  private readonly life: OrderLife
  private readonly outbox: Outbox

  constructor(options: ReportHandlerOptions) {
    this.clock = options.clock
    this.risk = options.risk
    this.positions = options.positions
    this.journal = options.journal
    this.store = options.store
    this.life = options.life
    this.outbox = options.outbox
  }

  /** @returns the order concerned; undefined when we never sent it */
  apply(report: ExecutionReport): TrackedOrder | undefined {
    const order = this.store.find(report.clientOrderId)
    if (order === undefined || order.state.kind === 'denied' || order.instrument !== report.instrument) {
      this.oddities.unknownOrders++
      return undefined
    }
    if (report.cumQty > order.venueCumQty) order.venueCumQty = report.cumQty
    if (report.kind === 'fill') this.applyFill(order, report)
    else if (order.isWorking) this.applyStatus(order, report)
    else this.applyLate(order, report)
    return order
  }

  private applyStatus(order: TrackedOrder, report: Exclude<ExecutionReport, FillReport>): void {
    switch (report.kind) {
      case 'accepted':
        if (this.confirm(order)) this.outbox.push({ kind: 'order', order })
        return
      case 'rejected':
        this.reject(order, report.reason)
        return
      case 'canceled':
        this.life.finish(order, stateOf('canceled', cancelReason(order, report.reason)))
        return
      case 'expired':
        this.life.finish(order, stateOf('expired', report.reason))
        return
      case 'amended':
        this.confirm(order)
        this.amend(order, report)
        return
      case 'triggered':
        this.confirm(order)
        order.noteTriggered(this.clock.now())
        this.outbox.push({ kind: 'order', order })
        return
      case 'restated':
        this.confirm(order)
        this.restate(order, report)
        return
      case 'amend-rejected':
        if (!order.noteAmendAnswered(report.exchangeTime, undefined)) return
        this.closeIfFilled(order)
        this.outbox.push({ kind: 'amend-refused', order, why: report.reason })
        return
      case 'cancel-rejected':
        this.refuseCancel(order, report.reason)
        return
      default:
        unreachable(report)
    }
  }

  private reject(order: TrackedOrder, reason: ReasonCode): void {
    if (order.cumQty > 0) this.oddities.contradictions++
    this.life.finish(order, { kind: 'rejected', reason })
    this.risk.orderRejected(reason, this.clock.now())
  }

  /** The order is over and stays so; what it came to in the end may still have to be set right. */
  private applyLate(order: TrackedOrder, report: Exclude<ExecutionReport, FillReport>): void {
    if (report.kind === 'amended' && order.amend !== undefined) this.takeAmended(order, report)
    if (report.kind === 'restated' && order.noteRestated(report.exchangeTime)) order.qty = report.qty
    this.life.holdWorstCase(order)
  }

  /** The venue has the order. @returns true when that was not known before */
  private confirm(order: TrackedOrder): boolean {
    order.noteAccepted(this.clock.now())
    const { kind } = order.state
    if (kind !== 'submitted' && kind !== 'unknown') return false
    order.state = order.cancelReason === undefined ? open : canceling
    return true
  }

  private applyFill(order: TrackedOrder, report: FillReport): void {
    const { instrument, tradeId, lastPrice, lastQty, liquidity, exchangeTime } = report
    const now = this.clock.now()
    const { positions } = this
    const feeBase = positions.feeBaseOf(instrument, order.side, lastQty, liquidity, exchangeTime)
    const fill: Fill = {
      clientOrderId: order.clientOrderId,
      parentOrderId: order.parentOrderId,
      instrument,
      tradeId,
      side: order.side,
      price: lastPrice,
      qty: lastQty,
      liquidity,
      fee:
        feeBase === undefined
          ? positions.feeOf(instrument, lastPrice, lastQty, liquidity, exchangeTime)
          : positions.feeBaseValue(instrument, feeBase, lastPrice),
      feeBase,
      exchangeTime,
      time: now,
    }
    if (!this.positions.apply(fill)) {
      this.oddities.duplicateFills++
      return
    }
    this.fills.push(fill)
    this.confirm(order)
    this.book(order, fill)
    journalPosition(this.journal, this.positions, fill)
    this.risk.positionChanged(instrument, now)
    this.outbox.push({ kind: 'fill', order, fill })
  }

  private book(order: TrackedOrder, fill: Fill): void {
    const notional = exactProduct(fill.price, fill.qty)
    order.addFilled(fill.qty, notional)
    if (order.cumQty > order.qtyMax) this.oddities.contradictions++
    const parent = this.life.parentOf(order)
    if (parent !== undefined) {
      parent.cumQty = qtyLots(parent.cumQty + fill.qty)
      parent.cumNotional += notional
    }
    if (order.isWorking) this.closeIfFilled(order)
    else {
      if (order.cumQty >= order.qtyMax) order.state = filled
      this.life.holdWorstCase(order)
    }
  }

  private closeIfFilled(order: TrackedOrder): void {
    if (order.cumQty >= order.qtyMax) this.life.finish(order, filled)
    else this.life.holdWorstCase(order)
  }

  private amend(order: TrackedOrder, report: AmendedReport): void {
    if (!this.takeAmended(order, report)) return
    this.closeIfFilled(order)
    if (order.state.kind !== 'filled') this.outbox.push({ kind: 'order', order })
  }

  private takeAmended(order: TrackedOrder, report: AmendedReport): boolean {
    if (!order.noteAmendAnswered(report.exchangeTime, report)) return false
    order.price = report.price
    if (report.triggerPrice !== undefined) order.triggerPrice = report.triggerPrice
    if (!order.isBeforeRestated(report.exchangeTime)) order.qty = report.qty
    return true
  }

  /** The venue has changed the total quantity by itself: to the position, to a linked order's fills, to what is left. */
  private restate(order: TrackedOrder, report: RestatedReport): void {
    if (!order.noteRestated(report.exchangeTime)) return
    order.qty = report.qty
    this.closeIfFilled(order)
    if (order.state.kind !== 'filled') this.outbox.push({ kind: 'order', order })
  }

  private refuseCancel(order: TrackedOrder, reason: ReasonCode): void {
    order.cancelReason = undefined
    if (reason !== 'unknown-order') order.state = open
    else if (order.cumQty >= order.qty && order.cumQty >= order.venueCumQty) {
      // Filled as far as we know, and not live any more: an amend that was to enlarge it came too late.
      this.life.finish(order, filled)
      return
    } else {
      // It may be filled, or not have arrived. Only a further report can tell.
      this.store.loseSight(order, this.clock.now())
    }
    this.outbox.push({ kind: 'order', order })
  }
}

export function journalPosition(
  journal: JournalSink,
  positions: PositionBook,
  { instrument, time, fee, feeBase, clientOrderId }: Fill,
): void {
  const { qty, openCost, realizedPnl, fees, dust } = positions.position(instrument)
  journal.record(
    recordKind.position,
    time,
    instrument,
    0,
    qty,
    openCost,
    realizedPnl,
    fees,
    fee,
    clientOrderId,
  )
  if (feeBase === undefined) return
  journal.record(recordKind.feeBase, time, instrument, 0, feeBase, dust, clientOrderId)
}

/** Shared by all orders that end alike: a state of its own per order would be one more object to keep. */
const canceledFor = new Map<ReasonCode, OrderState>()
const expiredFor = new Map<ReasonCode, OrderState>()

function stateOf(kind: 'canceled' | 'expired', reason: ReasonCode): OrderState {
  const known = kind === 'canceled' ? canceledFor : expiredFor
  let state = known.get(reason)
  if (state === undefined) {
    state = { kind, reason }
    known.set(reason, state)
  }
  return state
}

/** A venue knows that we canceled, not why. */
function cancelReason(order: TrackedOrder, reason: ReasonCode): ReasonCode {
  return reason === 'canceled-by-strategy' ? (order.cancelReason ?? reason) : reason
}
