/** What an account owns in one segment of the exchange, and what its orders hold back of it. */
import type { ExchangeOrder, OrderFill, OrderTicket } from './exchange-order.ts'
import type { PublicMarket } from './public-market.ts'

export interface WalletFill {
  readonly market: PublicMarket
  readonly order: ExchangeOrder
  /** Ticks and lots. */
  readonly tick: number
  readonly lots: number
  readonly isMaker: boolean
}

export interface Wallet {
  /** @returns false when what is free does not cover an order like this */
  covers(market: PublicMarket, ticket: OrderTicket): boolean
  /** @returns false when what is free does not cover an order as it would be with this limit (ticks) and total (lots) */
  coversChange(market: PublicMarket, order: ExchangeOrder, price: number | undefined, qty: number): boolean
  /** Worst price in ticks at which a market order of so many lots is still paid for; undefined: any. */
  worstPrice(market: PublicMarket, ticket: OrderTicket): number | undefined
  /** The order has changed: what it holds back follows. */
  relock(market: PublicMarket, order: ExchangeOrder): void
  /** @returns what was charged and earned */
  fill(fill: WalletFill): Pick<OrderFill, 'fee' | 'feeAsset' | 'realized'>
  /** Assets whose balance has changed since the last call. */
  takeChanged(): readonly string[]
}

export interface Balance {
  /** Units of 1e-18. */
  free: bigint
  locked: bigint
}

export interface FeeRates {
  /** Millionths of the value: 1000 is 0.1 %. */
  readonly maker: number
  readonly taker: number
}
