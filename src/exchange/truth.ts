/** What the exchange itself thinks of its accounts: for tests, to be compared with what a client believes. */
import type { Account } from './account.ts'
import { amountText } from './amount.ts'
import type { ExchangeOrder, OrderFill } from './exchange-order.ts'
import type { InjectedFault } from './faults/fault-desk.ts'
import type { PublicMarket } from './public-market.ts'
import { signedQty } from './usdm-wallet.ts'
import type { VirtualExchange } from './virtual-exchange.ts'

export interface OrderTruth {
  readonly id: number
  readonly clientId: string
  readonly segment: string
  readonly symbol: string
  readonly side: string
  readonly type: string
  readonly status: string
  readonly reason: string | undefined
  /** Decimal text, as the wire has it; without a limit undefined. */
  readonly price: string | undefined
  readonly qty: string
  readonly cumQty: string
  readonly fills: readonly FillTruth[]
}

export interface FillTruth {
  readonly tradeId: number
  readonly price: string
  readonly qty: string
  readonly fee: string
  readonly feeAsset: string
  readonly liquidity: string
  /** Exchange time in microseconds. */
  readonly time: number
}

export interface AccountTruth {
  readonly name: string
  readonly spot: Readonly<Record<string, { readonly free: string; readonly locked: string }>>
  /** Wallet balances of perpetuals, and signed positions by symbol. */
  readonly futures: Readonly<Record<string, string>>
  readonly positions: Readonly<Record<string, string>>
  readonly orders: readonly OrderTruth[]
}

export interface ExchangeTruth {
  /** Exchange time in microseconds. */
  readonly now: number
  readonly accounts: readonly AccountTruth[]
  /** What was made to go wrong so far. */
  readonly faults: readonly InjectedFault[]
}

export function truthOf(exchange: VirtualExchange, faults: readonly InjectedFault[] = []): ExchangeTruth {
  return {
    now: exchange.now,
    accounts: exchange.accounts.map((account) => accountTruth(exchange, account)),
    faults,
  }
}

function accountTruth(exchange: VirtualExchange, account: Account): AccountTruth {
  const { spot, usdm } = account.wallets
  const balances = [...spot.balances]
  return {
    name: account.keys.name,
    spot: Object.fromEntries(
      balances.map(([asset, { free, locked }]) => [
        asset,
        { free: amountText(free), locked: amountText(locked) },
      ]),
    ),
    futures: Object.fromEntries(usdm.assets.map((asset) => [asset, amountText(usdm.figures(asset).wallet)])),
    positions: Object.fromEntries(
      usdm.positions.map((position) => [position.market.symbol, signedQty(position)]),
    ),
    orders: exchange.markets.flatMap((market) =>
      account.history.orders(market.index).map((order) => orderTruth(market, order)),
    ),
  }
}

function orderTruth(market: PublicMarket, order: ExchangeOrder): OrderTruth {
  return {
    id: order.id,
    clientId: order.ticket.clientId,
    segment: market.segment,
    symbol: market.symbol,
    side: order.ticket.side,
    type: order.ticket.type,
    status: order.status,
    reason: order.reason,
    price: order.price === undefined ? undefined : market.priceText(order.price),
    qty: market.qtyText(order.qty),
    cumQty: market.qtyText(order.cumQty),
    fills: order.fills.map((fill) => fillTruth(market, fill)),
  }
}

function fillTruth(
  market: PublicMarket,
  { tradeId, tick, lots, fee, feeAsset, liquidity, time }: OrderFill,
): FillTruth {
  return {
    tradeId,
    price: market.priceText(tick),
    qty: market.qtyText(lots),
    fee: amountText(fee),
    feeAsset,
    liquidity,
    time,
  }
}
