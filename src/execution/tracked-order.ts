/** An order as the engine keeps it: what strategies read, and what only the engine needs. */
import {
  type DurationUs,
  type PriceTicks,
  type QtyLots,
  qtyLots,
  type TimeUs,
  timeUs,
} from '../core/units.ts'
import { orderFlag } from '../model/codes.ts'
import type {
  ClientOrderId,
  Order,
  OrderRequest,
  OrderState,
  OrderTerms,
  OrderType,
  ReasonCode,
  Side,
  TimeInForce,
} from '../model/order.ts'
import { hasLimit, isPatient, termsOf } from '../model/order-terms.ts'
import { type OrderColumns, orderColumn } from './order-columns.ts'

/** New price, new total quantity and new trigger price. A quantity that was not asked for is the venue's to know. */
export interface AmendTarget {
  readonly price: PriceTicks | undefined
  readonly qty: QtyLots | undefined
  readonly triggerPrice?: PriceTicks | undefined
}

const created: OrderState = { kind: 'created' }

/**
 * One hidden class for all orders: every field is set in the constructor, in this order, and none is added later. No
 * field needs a double; those are in the columns.
 */
export class TrackedOrder implements Order {
  readonly clientOrderId: ClientOrderId
  readonly parentOrderId: number | undefined
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly terms: OrderTerms | undefined
  price: PriceTicks | undefined
  triggerPrice: PriceTicks | undefined
  qty: QtyLots
  cumQty: QtyLots
  state: OrderState
  isWorking: boolean
  arrivalMidTimes2: number | undefined
  readonly tag: string | undefined

  /** Of its own; undefined for the engine's. */
  readonly timeout: DurationUs | undefined
  /** Most that the venue said is filled; above cumQty while a fill is on its way. */
  venueCumQty: number
  /** Lots that may still fill, at worst, and the price they are reserved at. */
  heldQty: number
  heldPrice: number
  /** Sent and not answered yet: at most one, so that an answer can only be to it. */
  amend: AmendTarget | undefined
  /** What to ask for next, once that one is answered; the latest wish counts. */
  nextAmend: AmendTarget | undefined
  /** Why we asked for a cancel; undefined when we did not. */
  cancelReason: ReasonCode | undefined
  /** The other order of a pair of which one cancels the other. */
  ocoPeer: TrackedOrder | undefined
  /** Neighbors in the list of working orders. */
  previous: TrackedOrder | undefined
  next: TrackedOrder | undefined
  private readonly columns: OrderColumns
  private readonly row: number

  /** @param now when it is created */
  constructor(
    request: OrderRequest,
    clientOrderId: ClientOrderId,
    parentOrderId: number | undefined,
    columns: OrderColumns,
    now: TimeUs,
  ) {
    const isLimit = hasLimit(request.type)
    const terms = termsOf(request)
    this.clientOrderId = clientOrderId
    this.parentOrderId = parentOrderId
    this.instrument = request.instrument
    this.side = request.side
    this.type = request.type
    this.timeInForce = timeInForceOf(request, isLimit)
    this.postOnly = 'postOnly' in request && request.postOnly === true
    this.reduceOnly = terms?.reduceOnly === true
    this.terms = terms
    this.price = 'price' in request ? request.price : undefined
    this.triggerPrice = 'triggerPrice' in request ? request.triggerPrice : undefined
    this.qty = request.qty
    this.cumQty = qtyLots(0)
    this.state = created
    this.isWorking = false
    this.arrivalMidTimes2 = undefined
    this.tag = request.tag
    this.timeout = request.timeout
    this.venueCumQty = 0
    this.heldQty = 0
    this.heldPrice = 0
    this.amend = undefined
    this.nextAmend = undefined
    this.cancelReason = undefined
    this.ocoPeer = undefined
    this.previous = undefined
    this.next = undefined
    this.columns = columns
    this.row = columns.add(now)
  }

  get leavesQty(): QtyLots {
    return qtyLots(this.isWorking ? Math.max(0, this.qty - this.cumQty) : 0)
  }

  /** The most it may come to, an amend on its way included: that may have made it larger at the venue already. */
  get qtyMax(): number {
    return Math.max(this.qty, this.amend?.qty ?? 0)
  }

  get createdAt(): TimeUs {
    return timeUs(this.columns.get(this.row, orderColumn.createdAt))
  }

  get acceptedAt(): TimeUs | undefined {
    return timeOrAbsent(this.columns.get(this.row, orderColumn.acceptedAt))
  }

  get doneAt(): TimeUs | undefined {
    return timeOrAbsent(this.columns.get(this.row, orderColumn.doneAt))
  }

  get triggeredAt(): TimeUs | undefined {
    return timeOrAbsent(this.columns.get(this.row, orderColumn.triggeredAt))
  }

  /** Meant to stay: without a timeout of its own it has none. */
  get isPatient(): boolean {
    return isPatient(this.terms)
  }

  get cumNotional(): number {
    return this.columns.get(this.row, orderColumn.cumNotional)
  }

  /** The first time counts. */
  noteAccepted(now: TimeUs): void {
    if (this.acceptedAt === undefined) this.columns.set(this.row, orderColumn.acceptedAt, now)
  }

  noteDone(now: TimeUs): void {
    this.columns.set(this.row, orderColumn.doneAt, now)
  }

  noteTriggered(now: TimeUs): void {
    if (this.triggeredAt === undefined) this.columns.set(this.row, orderColumn.triggeredAt, now)
  }

  /** @returns false when the venue has said something newer about the quantity */
  noteRestated(exchangeTime: TimeUs): boolean {
    const answered = this.columns.get(this.row, orderColumn.amendAnsweredAt)
    if (exchangeTime < answered || this.isBeforeRestated(exchangeTime)) return false
    this.columns.set(this.row, orderColumn.restatedAt, exchangeTime)
    return true
  }

  /** Exchange time of the last change of the quantity by the venue itself; 0 before the first. */
  get restatedAt(): TimeUs {
    return timeOrAbsent(this.columns.get(this.row, orderColumn.restatedAt)) ?? timeUs(0)
  }

  isBeforeRestated(exchangeTime: TimeUs): boolean {
    return exchangeTime < this.columns.get(this.row, orderColumn.restatedAt)
  }

  addFilled(qty: QtyLots, notional: number): void {
    this.cumQty = qtyLots(this.cumQty + qty)
    this.columns.set(this.row, orderColumn.cumNotional, this.cumNotional + notional)
  }

  /** @returns false when this answer to an amend is an old one that comes late or again; a newer one settles the amend */
  noteAmendAnswered(exchangeTime: TimeUs, target: AmendTarget | undefined): boolean {
    const last = this.columns.get(this.row, orderColumn.amendAnsweredAt)
    const { amend } = this
    // Clocks may be coarse: an answer as old as the last one counts when it is what was asked for.
    const isAsked =
      target !== undefined &&
      amend !== undefined &&
      amend.price === target.price &&
      (amend.qty ?? target.qty) === target.qty
    if (exchangeTime < last || (exchangeTime === last && !isAsked)) return false
    this.columns.set(this.row, orderColumn.amendAnsweredAt, exchangeTime)
    this.amend = undefined
    return true
  }

  /** Without the engine's links to other orders. */
  toJSON(): Order {
    const { clientOrderId, parentOrderId, instrument, side, type, timeInForce, postOnly, reduceOnly } = this
    const { price, triggerPrice, triggeredAt, terms, qty, cumQty, leavesQty, cumNotional, state, isWorking } =
      this
    const { createdAt, acceptedAt, doneAt, arrivalMidTimes2, tag } = this
    const asked = { clientOrderId, parentOrderId, instrument, side, type, timeInForce, postOnly, reduceOnly }
    const done = {
      price,
      triggerPrice,
      triggeredAt,
      terms,
      qty,
      cumQty,
      leavesQty,
      cumNotional,
      state,
      isWorking,
    }
    return { ...asked, ...done, createdAt, acceptedAt, doneAt, arrivalMidTimes2, tag }
  }
}

/** As in the journal. */
export function flagsOf(order: TrackedOrder): number {
  return (
    (order.side === 'sell' ? orderFlag.sell : 0) +
    (hasLimit(order.type) ? orderFlag.limit : 0) +
    (order.timeInForce === 'ioc' ? orderFlag.ioc : 0) +
    (order.timeInForce === 'fok' ? orderFlag.fok : 0) +
    (order.timeInForce === 'gtd' ? orderFlag.gtd : 0) +
    (order.postOnly ? orderFlag.postOnly : 0) +
    (order.reduceOnly ? orderFlag.reduceOnly : 0)
  )
}

/** An order without a limit takes what there is, once it is in the market. */
function timeInForceOf(request: OrderRequest, isLimit: boolean): TimeInForce {
  const given = 'timeInForce' in request ? request.timeInForce : undefined
  if (isLimit) return given ?? 'gtc'
  return 'expireTime' in request && request.expireTime !== undefined ? 'gtd' : 'ioc'
}

function timeOrAbsent(time: number): TimeUs | undefined {
  return Number.isNaN(time) ? undefined : timeUs(time)
}
