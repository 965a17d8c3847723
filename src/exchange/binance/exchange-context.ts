/** What every part of the wire works on. */
import { InvariantError } from '../../core/errors.ts'
import type { Account } from '../account.ts'
import type { ExchangeOrder } from '../exchange-order.ts'
import type { PublicMarket, Segment } from '../public-market.ts'
import type { VirtualExchange } from '../virtual-exchange.ts'
import type { ListenKeys } from './listen-keys.ts'
import type { Params } from './params.ts'
import type { WireClock } from './wire-clock.ts'
import { invalidSymbol } from './wire-error.ts'

export interface ExchangeContext {
  readonly exchange: VirtualExchange
  readonly clock: WireClock
  readonly listenKeys: ListenKeys
  /** Ids that clients did not choose. */
  readonly nextClientId: () => string
}

/** @throws {WireError} −1102, −1121 */
export function marketOf({ exchange }: ExchangeContext, segment: Segment, params: Params): PublicMarket {
  const market = exchange.find(segment, params.required('symbol'))
  if (market === undefined) throw invalidSymbol()
  return market
}

/** Undefined when no symbol is named. @throws {WireError} −1121 */
export function optionalMarket(
  context: ExchangeContext,
  segment: Segment,
  params: Params,
): PublicMarket | undefined {
  return params.text('symbol') === undefined ? undefined : marketOf(context, segment, params)
}

export function marketOfOrder({ exchange }: ExchangeContext, order: ExchangeOrder): PublicMarket {
  const market = exchange.markets[order.market]
  if (market === undefined) throw new InvariantError(`no market ${order.market}`)
  return market
}

/** By `orderId`, else by `origClientOrderId`. @throws {WireError} −1102 when neither was sent */
export function findOrder(account: Account, market: PublicMarket, params: Params): ExchangeOrder | undefined {
  const id = params.integer('orderId')
  const order =
    id === undefined
      ? account.history.findByClientId(market.index, params.required('origClientOrderId'))
      : account.history.find(id)
  return order?.market === market.index ? order : undefined
}
