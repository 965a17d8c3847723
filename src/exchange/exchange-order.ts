/** An order as the exchange keeps it: what was asked for, and what became of it. */
import type { PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { Liquidity } from '../model/execution-report.ts'
import type { ReasonCode, SelfTradePrevention, Side, TimeInForce } from '../model/order.ts'

/** Names of order types as the wire has them. */
export type WireOrderType =
  | 'LIMIT'
  | 'MARKET'
  | 'LIMIT_MAKER'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT'
  | 'STOP'
  | 'STOP_MARKET'
  | 'TAKE_PROFIT_MARKET'
  | 'TRAILING_STOP_MARKET'

/** What makes an order trigger. */
export type TicketTrigger =
  | { readonly kind: 'stop' | 'take-profit'; readonly price: PriceTicks }
  /** Basis points of the best price since arrival. */
  | { readonly kind: 'trailing-stop'; readonly bps: number }

/** What a client asks for, with its numbers in ticks and lots. */
export interface OrderTicket {
  /** The client's id, unique among his live orders of a symbol. */
  readonly clientId: string
  readonly type: WireOrderType
  readonly side: Side
  readonly qty: QtyLots
  readonly price: PriceTicks | undefined
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly trigger: TicketTrigger | undefined
  /** Iceberg: lots shown at a time. */
  readonly displayQty: QtyLots | undefined
  readonly selfTradePrevention: SelfTradePrevention | undefined
  /** Of a market order by value: quote amount as it was sent. */
  readonly quoteQty?: string | undefined
  /** Id of an earlier order of the same list, of which the first to fill cancels the other. */
  readonly ocoWith?: number | undefined
  readonly listId?: number | undefined
  /** Sent as a conditional order, which becomes an order only when it triggers. */
  readonly isConditional?: boolean | undefined
  readonly closesPosition?: boolean | undefined
}

export interface OrderFill {
  readonly tradeId: number
  readonly orderId: number
  /** Ticks and lots. */
  readonly tick: number
  readonly lots: number
  readonly liquidity: Liquidity
  /** In the asset's units of 1e-18; negative: a rebate. */
  readonly fee: bigint
  readonly feeAsset: string
  /** What it earned by closing a position, in units of the settlement asset. */
  readonly realized: bigint
  readonly time: TimeUs
}

export type OrderStatus = 'new' | 'partially-filled' | 'filled' | 'canceled' | 'expired' | 'rejected'

export class ExchangeOrder {
  readonly id: number
  readonly market: number
  readonly ticket: OrderTicket
  readonly createdAt: TimeUs
  /** Changed by an amend. */
  price: PriceTicks | undefined
  qty: QtyLots
  cumQty = 0
  /** Sum of tick × lots of the fills. */
  cumCost = 0n
  status: OrderStatus = 'new'
  updatedAt: TimeUs
  /** When it came to the book; undefined while it waits for its trigger. */
  workingAt: TimeUs | undefined
  isTriggered = false
  /** Why it is over, when it is not filled. */
  reason: ReasonCode | undefined
  /** Of the request that canceled it. */
  cancelClientId: string | undefined
  readonly fills: OrderFill[] = []
  /** Amount that it holds back in the wallet, in units of 1e-18. */
  locked = 0n

  constructor(id: number, market: number, ticket: OrderTicket, at: TimeUs) {
    this.id = id
    this.market = market
    this.ticket = ticket
    this.createdAt = at
    this.updatedAt = at
    this.price = ticket.price
    this.qty = ticket.qty
    this.workingAt = ticket.trigger === undefined ? at : undefined
  }

  get isLive(): boolean {
    return this.status === 'new' || this.status === 'partially-filled'
  }

  /** A conditional order that has not become an order yet, or never did. */
  get isUntriggered(): boolean {
    return this.ticket.isConditional === true && !this.isTriggered
  }

  get leaves(): number {
    return this.qty - this.cumQty
  }
}
