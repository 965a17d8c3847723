/**
 * What a strategy asks for, and the life of the order that the engine then tracks.
 * Words are FIX's: ClOrdID 11, Side 54, OrdType 40, TimeInForce 59, CumQty 14, LeavesQty 151.
 */
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../core/units.ts'

export type Side = 'buy' | 'sell'
export type TimeInForce = 'gtc' | 'ioc' | 'fok'
export type OrderType = 'market' | 'limit'

/** Our id (FIX 11): a counter from 1, unique in a run. Numbers, so that tables can be arrays. */
export type ClientOrderId = number

/** +1 for buy, −1 for sell. */
export const signOf = (side: Side): 1 | -1 => (side === 'buy' ? 1 : -1)
export const oppositeOf = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

interface OrderRequestBase {
  /** Index of the instrument in the run. */
  readonly instrument: number
  readonly side: Side
  /** > 0. */
  readonly qty: QtyLots
  /** May only shrink the position; checked by the risk guard. */
  readonly reduceOnly?: boolean
  /** Canceled by the engine when still open after this long. Default: the engine's order timeout. */
  readonly timeout?: DurationUs
  /** Free text of the strategy, kept beside the order and shown in the report. */
  readonly tag?: string
}

export interface MarketOrderRequest extends OrderRequestBase {
  readonly type: 'market'
}

export interface LimitOrderRequest extends OrderRequestBase {
  readonly type: 'limit'
  readonly price: PriceTicks
  /** Default `gtc`. */
  readonly timeInForce?: TimeInForce
  /** Must not take: rejected by the venue when it would. */
  readonly postOnly?: boolean
}

export type OrderRequest = MarketOrderRequest | LimitOrderRequest

/** New price, new total quantity (not leaves), or both. */
export interface AmendRequest {
  readonly price?: PriceTicks
  readonly qty?: QtyLots
}

/** Refused by our own risk guard; the order never left. */
export type RiskRule =
  | 'halted'
  | 'reducing'
  | 'price-deviation'
  | 'no-reference-price'
  | 'min-qty'
  | 'max-qty'
  | 'min-value'
  | 'max-value'
  | 'tick-grid'
  | 'open-orders'
  | 'max-positions'
  | 'position-value-share'
  | 'balance'
  | 'message-rate'
  | 'duplicate'
  | 'daily-loss'
  | 'drawdown'
  | 'stale-data'
  | 'reduce-only'

/** Why an order that is over was not filled, or not whole. Set by the venue unless noted. */
export type ReasonCode =
  | 'post-only-would-take' // rejected: post-only order would have removed liquidity
  | 'no-liquidity' // expired: nothing displayed on the opposite side
  | 'ioc-remainder' // expired: what an IOC or market order could not take at once
  | 'fok-not-fillable' // expired: less than the whole quantity was displayed within the limit
  | 'not-marketable' // expired: IOC or FOK away from the market
  | 'below-min-notional' // rejected
  | 'unknown-order' // cancel or amend refused: no such live order at the venue
  | 'too-many-orders' // rejected: venue's open-order limit
  | 'canceled-by-strategy'
  | 'canceled-by-algo'
  | 'canceled-by-timeout'
  | 'canceled-by-emergency-stop'
  | 'amended-below-filled' // canceled: the new total quantity was already filled
  | 'end-of-data' // still working when the tape ended
  | 'refused-before-engine' // rejected at the venue's front door, as a recorded order was
  | 'maintenance' // rejected, or canceled by the venue: it was closed
  | 'venue-down' // rejected: outage
  | 'rate-limited' // rejected: more orders or request weight than the venue allows
  | 'banned' // rejected: the rate limits were exceeded too often
  | 'off-tick-grid' // rejected: no multiple of the tick size that was valid then
  | 'off-lot-grid' // rejected: no multiple of the lot size that was valid then
  | 'below-min-qty' // rejected
  | 'max-qty' // rejected: more than the venue takes in one order
  | 'price-band' // rejected: too far from the market

export type OrderState =
  | { readonly kind: 'created' }
  | { readonly kind: 'denied'; readonly rule: RiskRule }
  | { readonly kind: 'submitted'; readonly sentAt: TimeUs }
  | { readonly kind: 'open' }
  | { readonly kind: 'canceling' }
  | { readonly kind: 'filled' }
  | { readonly kind: 'canceled' | 'expired'; readonly reason: ReasonCode }
  | { readonly kind: 'rejected'; readonly reason: ReasonCode }
  | { readonly kind: 'unknown'; readonly since: TimeUs }

export type OrderStateKind = OrderState['kind']

/** What the engine tracks, as strategies and reports may read it. Fields change only while the engine applies an event. */
export interface Order {
  readonly clientOrderId: ClientOrderId
  /** Undefined for an order sent by the strategy itself. */
  readonly parentOrderId: number | undefined
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  /** Undefined for a market order; changes when an amend is confirmed. */
  readonly price: PriceTicks | undefined
  /** Total; changes when an amend is confirmed. */
  readonly qty: QtyLots
  /** Filled so far (FIX 14). */
  readonly cumQty: QtyLots
  /** Still open (FIX 151): qty − cumQty while working, 0 when over. */
  readonly leavesQty: QtyLots
  /** Sum of fill price × quantity in tick·lots, ≥ 0. */
  readonly cumNotional: number
  readonly state: OrderState
  /** True from submission until filled, canceled, expired, denied or rejected. */
  readonly isWorking: boolean
  readonly createdAt: TimeUs
  /** When the accept was known to us, and when the order was over. */
  readonly acceptedAt: TimeUs | undefined
  readonly doneAt: TimeUs | undefined
  /** Mid when it was created, times two; undefined without a market. */
  readonly arrivalMidTimes2: number | undefined
  readonly tag: string | undefined
}
