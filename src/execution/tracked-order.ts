/** An order as the engine keeps it: what strategies read, and what only the engine needs. */
import { type DurationUs, type PriceTicks, type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import { orderFlag } from '../model/codes.ts'
import type {
  ClientOrderId,
  Order,
  OrderRequest,
  OrderState,
  OrderType,
  ReasonCode,
  Side,
  TimeInForce,
} from '../model/order.ts'

export interface OrderOrigin {
  readonly clientOrderId: ClientOrderId
  readonly parentOrderId: number | undefined
  readonly createdAt: TimeUs
  readonly arrivalMidTimes2: number | undefined
  /** When the request names none. */
  readonly timeout: DurationUs
}

const created: OrderState = { kind: 'created' }

/** One hidden class for all orders: every field is set here, in this order, and none is added or removed later. */
export class TrackedOrder implements Order {
  readonly clientOrderId: ClientOrderId
  readonly parentOrderId: number | undefined
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  price: PriceTicks | undefined
  qty: QtyLots
  cumQty: QtyLots
  leavesQty: QtyLots
  cumNotional: number
  state: OrderState
  isWorking: boolean
  readonly createdAt: TimeUs
  acceptedAt: TimeUs | undefined
  doneAt: TimeUs | undefined
  readonly arrivalMidTimes2: number | undefined
  readonly tag: string | undefined

  /** Canceled by the engine when still open after this long. */
  readonly timeout: DurationUs
  /** As in the journal. */
  readonly flags: number
  /** Most that the venue said is filled; above cumQty while a fill is on its way. */
  venueCumQty: number
  /** Lots that may still fill, at worst, and the price they are reserved at. */
  heldQty: number
  heldPrice: number
  /** Amends on their way, and the largest quantity and highest price they may lead to. */
  pendingAmends: number
  pendingQty: number
  pendingPrice: number
  /** As the last amend asks for; what a further amend starts from. */
  askedPrice: PriceTicks | undefined
  askedQty: QtyLots
  /** Why we asked for a cancel; undefined when we did not. */
  cancelReason: ReasonCode | undefined
  /** Neighbors in the list of working orders. */
  previous: TrackedOrder | undefined
  next: TrackedOrder | undefined

  constructor(request: OrderRequest, origin: OrderOrigin) {
    const isLimit = request.type === 'limit'
    this.clientOrderId = origin.clientOrderId
    this.parentOrderId = origin.parentOrderId
    this.instrument = request.instrument
    this.side = request.side
    this.type = request.type
    this.timeInForce = isLimit ? (request.timeInForce ?? 'gtc') : 'ioc'
    this.postOnly = isLimit && request.postOnly === true
    this.reduceOnly = request.reduceOnly === true
    this.price = isLimit ? request.price : undefined
    this.qty = request.qty
    this.cumQty = qtyLots(0)
    this.leavesQty = request.qty
    this.cumNotional = 0
    this.state = created
    this.isWorking = false
    this.createdAt = origin.createdAt
    this.acceptedAt = undefined
    this.doneAt = undefined
    this.arrivalMidTimes2 = origin.arrivalMidTimes2
    this.tag = request.tag
    this.timeout = request.timeout ?? origin.timeout
    this.flags = flagsOf(this)
    this.venueCumQty = 0
    this.heldQty = 0
    this.heldPrice = 0
    this.pendingAmends = 0
    this.pendingQty = 0
    this.pendingPrice = 0
    this.askedPrice = this.price
    this.askedQty = this.qty
    this.cancelReason = undefined
    this.previous = undefined
    this.next = undefined
  }

  /** An amend leaves now. */
  expectAmend(price: PriceTicks, qty: QtyLots): void {
    this.pendingQty = this.pendingAmends === 0 ? qty : Math.max(this.pendingQty, qty)
    this.pendingPrice = this.pendingAmends === 0 ? price : Math.max(this.pendingPrice, price)
    this.pendingAmends++
    this.askedPrice = price
    this.askedQty = qty
  }

  /** An amend was answered. */
  settleAmend(): void {
    if (this.pendingAmends > 0) this.pendingAmends--
    if (this.pendingAmends > 0) return
    this.askedPrice = this.price
    this.askedQty = this.qty
  }
}

function flagsOf(order: TrackedOrder): number {
  return (
    (order.side === 'sell' ? orderFlag.sell : 0) +
    (order.type === 'limit' ? orderFlag.limit : 0) +
    (order.timeInForce === 'ioc' ? orderFlag.ioc : 0) +
    (order.timeInForce === 'fok' ? orderFlag.fok : 0) +
    (order.postOnly ? orderFlag.postOnly : 0) +
    (order.reduceOnly ? orderFlag.reduceOnly : 0)
  )
}
