/**
 * What a strategy asks for, and the life of the order that the engine then tracks.
 * Words are FIX's: ClOrdID 11, Side 54, OrdType 40, TimeInForce 59, CumQty 14, LeavesQty 151.
 */
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../core/units.ts'

export type Side = 'buy' | 'sell'
/** `gtd` is canceled by the venue at its `expireTime` (FIX 59 = 6, 126). */
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'gtd'
/** Stops trigger when the price moves against the order's side, take-profits when it moves in its favor. */
export type OrderType =
  | 'market'
  | 'limit'
  | 'stop'
  | 'stop-limit'
  | 'take-profit'
  | 'take-profit-limit'
  | 'trailing-stop'

/** What a trigger price is compared with: the last trade, the best price that the order would take, or the mark price. */
export type TriggerSource = 'last' | 'touch' | 'mark'

/** What happens when an order would trade with another of ours. */
export type SelfTradePrevention = 'cancel-newest' | 'cancel-oldest' | 'cancel-both' | 'decrement'

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
  /** May only shrink the position: checked by the risk guard, and kept by the venue whatever happens meanwhile. */
  readonly reduceOnly?: boolean
  /** One cancels the other: what fills of either is taken off both. An order of the same side submitted before. */
  readonly ocoWith?: ClientOrderId
  /**
   * Waits at the venue for the fills of that order, and closes as much as they opened: the exit of a bracket. It is
   * reduce-only by itself. Submitted after its entry, or together with it (`submitBracket`).
   */
  readonly exitOf?: ClientOrderId
  /** Default: as the run is configured. */
  readonly selfTradePrevention?: SelfTradePrevention
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
  /** Exchange time at which it ends; given with `gtd`, and only then. */
  readonly expireTime?: TimeUs
  /** Must not take: rejected by the venue when it would. */
  readonly postOnly?: boolean
  /** Iceberg: at most this much of it is shown at a time, < qty. */
  readonly displayQty?: QtyLots
}

interface TriggeredRequestBase extends OrderRequestBase {
  /** Default: the last trade; the touch where the data have no trades. */
  readonly triggerSource?: TriggerSource
}

/** A market order once it has triggered. */
export interface StopOrderRequest extends TriggeredRequestBase {
  readonly type: 'stop' | 'take-profit'
  readonly triggerPrice: PriceTicks
  /** Ends at this exchange time when it has not triggered. */
  readonly expireTime?: TimeUs
}

/** A limit order once it has triggered. */
export interface StopLimitOrderRequest
  extends TriggeredRequestBase,
    Omit<LimitOrderRequest, 'type' | 'displayQty'> {
  readonly type: 'stop-limit' | 'take-profit-limit'
  readonly triggerPrice: PriceTicks
}

/** A stop whose trigger price follows the market at a distance, and never goes back. One of the distances is given. */
export interface TrailingStopRequest extends TriggeredRequestBase {
  readonly type: 'trailing-stop'
  /** Whole ticks, > 0. */
  readonly trailingTicks?: PriceTicks
  /** Of the best price since arrival, in whole basis points, 1–9999: what venues call the callback rate. */
  readonly trailingBps?: number
  /**
   * In ticks, > 0. It follows only once its source has come here, from above for a buy, from below for a sell: a price beyond
   * the market, like that of a take-profit. Left out: it follows from its arrival.
   */
  readonly activationPrice?: PriceTicks
  /** Ends at this exchange time when it has not triggered. */
  readonly expireTime?: TimeUs
}

export type OrderRequest =
  | MarketOrderRequest
  | LimitOrderRequest
  | StopOrderRequest
  | StopLimitOrderRequest
  | TrailingStopRequest

/** An entry and the two orders that close what it opened, each of the other side; one cancels the other. */
export interface BracketRequest {
  readonly entry: OrderRequest
  readonly stopLoss: OrderRequest
  readonly takeProfit: OrderRequest
}

export interface BracketIds {
  readonly entry: ClientOrderId
  readonly stopLoss: ClientOrderId
  readonly takeProfit: ClientOrderId
}

/** What makes an order trigger. */
export type TriggerTerms =
  | {
      readonly kind: 'stop' | 'take-profit'
      readonly price: PriceTicks
      readonly source: TriggerSource | undefined
    }
  | {
      readonly kind: 'trailing-stop'
      /** Ticks, or basis points of the best price since arrival. */
      readonly offset: number
      readonly isBps: boolean
      /** Ticks; undefined: from its arrival. */
      readonly activation: PriceTicks | undefined
      readonly source: TriggerSource | undefined
    }

/** What an order asks of the venue beyond side, quantity, price and time in force. */
export interface OrderTerms {
  readonly trigger: TriggerTerms | undefined
  readonly displayQty: QtyLots | undefined
  readonly expireTime: TimeUs | undefined
  readonly reduceOnly: boolean
  readonly ocoWith: ClientOrderId | undefined
  readonly exitOf: ClientOrderId | undefined
  readonly selfTradePrevention: SelfTradePrevention | undefined
}

/** New price, new total quantity (not leaves), new trigger price, or several of them. */
export interface AmendRequest {
  readonly price?: PriceTicks
  /** Of a stop or take-profit that waits. */
  readonly triggerPrice?: PriceTicks
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
  | 'linked-order' // an order that it was to be sent with was denied, or is over
  | 'last-trade-deviation' // limit price too far from the last trade
  | 'price-drift' // the market has moved too far within the window
  | 'open-value' // value of the working orders, of one side or of the account
  | 'position-size' // position at its worst
  | 'self-cross' // it would trade with a working order of ours
  | 'unresolved-order' // an order of this instrument whose fate is unknown
  | 'disconnected' // the way that its orders take is down
  | 'not-allowed' // not on the list of instruments
  | 'repeated-fills' // halted: too many in a while
  | 'repeated-rejects'
  | 'repeated-losses'
  | 'position-mismatch' // halted: the venue says we hold something else

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
  | 'trigger-reached' // rejected, amend refused: the order would trigger at once
  | 'already-triggered' // amend refused: the trigger price cannot be changed any more
  | 'no-mark-price' // rejected: triggers by the mark price, and the data have none
  | 'no-position-to-reduce' // rejected, canceled, expired: a reduce-only order without a position to reduce
  | 'cut-to-position' // restated: a reduce-only order is never larger than the position
  | 'oco-filled' // canceled, restated: the linked order was filled
  | 'linked-order-over' // rejected, canceled: the linked order is over; rejected: it has a pair already
  | 'sized-by-entry' // restated: an exit is as large as what its entry has filled
  | 'exit-filled' // canceled: the exit has closed what this entry had opened
  | 'self-trade' // canceled, expired, restated: it would have traded with another order of ours
  | 'expire-time' // expired: its time is over
  | 'not-supported' // rejected: the fill model knows no orders of this type
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
  | 'liquidation' // canceled: the venue took the account over
  | 'never-sent' // rejected: the session broke off, or its journal failed, before the order could leave
  | 'never-arrived' // rejected, amend refused: no answer came, and the venue was shown not to have it
  | 'canceled-at-venue' // canceled: not by us; by hand, by a rule of the venue, or by its dead man's switch
  | 'insufficient-balance' // rejected: the venue says that the account cannot pay for it
  | 'refused-by-venue' // rejected, cancel or amend refused: for a reason that has no name here
  | 'not-authorized' // rejected: the key may not trade, or is none
  | 'paper-restarted' // canceled, rejected: the paper venue that had it died with its process
  | 'not-trading' // rejected: the instrument is halted, delisted or unknown there

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
  /** Undefined without a limit; changes when an amend is confirmed. */
  readonly price: PriceTicks | undefined
  /** Of a stop or take-profit; changes when an amend is confirmed. */
  readonly triggerPrice: PriceTicks | undefined
  /** When the trigger was known to us. */
  readonly triggeredAt: TimeUs | undefined
  /** Undefined for a plain market or limit order. */
  readonly terms: OrderTerms | undefined
  /** Total; changes when an amend is confirmed, or when the venue restates it. */
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
