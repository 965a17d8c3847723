/** Spot orders as clients send, cancel and query them; the same for REST and for the WebSocket API. */
import type { ReasonCode } from '../../model/order.ts'
import type { Account, PlaceRefusal } from '../account.ts'
import type { ExchangeOrder } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import {
  type ExchangeContext,
  findOrder,
  marketOf,
  marketOfOrder,
  optionalMarket,
} from './exchange-context.ts'
import { checkFilters } from './filters.ts'
import type { Params } from './params.ts'
import { canceledJson, newOrderJson, orderJson, type ResponseType, tradeJson } from './spot-json.ts'
import { parseClientId, parseSpotTicket } from './spot-ticket.ts'
import { noSuchOrder, unknownOrder, WireError } from './wire-error.ts'

/** @throws {WireError} */
export function placeSpot(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const ticket = parseSpotTicket(market, params, context.nextClientId)
  checkFilters(market, account, ticket)
  const placed = account.place(market, ticket, context.exchange.now)
  if (placed.kind === 'refused') throw refusal(placed.reason)
  return newOrderJson(market, placed.order, { type: responseType(params, ticket.type), clock: context.clock })
}

/** Everything of a new order but the order. @throws {WireError} */
export function testSpot(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  checkFilters(market, account, parseSpotTicket(market, params, context.nextClientId))
  return {}
}

/** @throws {WireError} −2011 */
export function cancelSpot(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const order = findOrder(account, market, params)
  if (order === undefined) throw unknownOrder()
  return cancelOne(context, { account, market, order }, parseClientId(params, 'newClientOrderId'))
}

/** @throws {WireError} −2011 when nothing is open */
export function cancelAllSpot(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'spot', params)
  const open = account.history.open(market.index)
  if (open.length === 0) throw unknownOrder()
  return open
    .filter(({ isLive }) => isLive)
    .map((order) => cancelOne(context, { account, market, order }, undefined))
}

/** @throws {WireError} −2013 */
export function querySpot(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const order = findOrder(account, market, params)
  if (order === undefined) throw noSuchOrder()
  return orderJson(market, order, context.clock)
}

export function openSpot(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = optionalMarket(context, 'spot', params)
  return account.history
    .open(market?.index)
    .map((order) => ({ order, market: marketOfOrder(context, order) }))
    .filter((found) => found.market.segment === 'spot')
    .map((found) => orderJson(found.market, found.order, context.clock))
}

export function allSpot(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'spot', params)
  const orders = account.history.orders(market.index)
  return page(orders, params, {
    context,
    idOf: ({ id }) => id,
    timeOf: ({ createdAt }) => createdAt,
    idName: 'orderId',
  }).map((order) => orderJson(market, order, context.clock))
}

export function myTrades(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'spot', params)
  const orderId = params.integer('orderId')
  const fills = account.history
    .fills(market.index)
    .filter((fill) => orderId === undefined || fill.orderId === orderId)
  return page(fills, params, {
    context,
    idOf: ({ tradeId }) => tradeId,
    timeOf: ({ time }) => time,
    idName: 'fromId',
  }).flatMap((fill) => {
    const order = account.history.find(fill.orderId)
    return order === undefined ? [] : [tradeJson(market, order, fill, context.clock)]
  })
}

interface Paging<T> {
  readonly context: ExchangeContext
  readonly idOf: (item: T) => number
  /** Exchange time, microseconds. */
  readonly timeOf: (item: T) => number
  readonly idName: string
}

/** From an id or a time on the oldest ones, otherwise the newest ones; oldest first. */
export function page<T>(items: readonly T[], params: Params, paging: Paging<T>): T[] {
  const { context, idOf, timeOf, idName } = paging
  const limit = params.limit(500, 1000)
  const fromId = params.integer(idName)
  const start = params.integer('startTime')
  const end = params.integer('endTime')
  const found = items.filter((item) => {
    const time = context.clock.ms(timeOf(item))
    return (
      (fromId === undefined || idOf(item) >= fromId) &&
      (start === undefined || time >= start) &&
      (end === undefined || time <= end)
    )
  })
  return fromId !== undefined || start !== undefined ? found.slice(0, limit) : found.slice(-limit)
}

export interface OrderAt {
  readonly account: Account
  readonly market: PublicMarket
  readonly order: ExchangeOrder
}

/** @throws {WireError} −2011 */
export function cancelOne(context: ExchangeContext, at: OrderAt, wanted: string | undefined): object {
  const { account, market, order } = at
  const clientId = wanted ?? context.nextClientId()
  if (account.cancel(order, context.exchange.now, clientId) !== undefined) throw unknownOrder()
  return canceledJson(market, order, { clientId, clock: context.clock })
}

function responseType(params: Params, type: string): ResponseType {
  const word = params.text('newOrderRespType')
  if (word === 'ACK' || word === 'RESULT' || word === 'FULL') return word
  return type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK'
}

const refusals: Partial<Record<PlaceRefusal, string>> = {
  'insufficient-balance': 'Account has insufficient balance for requested action.',
  'duplicate-client-id': 'Duplicate order sent.',
  'post-only-would-take': 'Order would immediately match and take.',
  'trigger-reached': 'Stop price would trigger immediately.',
}

/** Why an order is not taken, in the words of the venue. */
export function refusal(reason: PlaceRefusal | ReasonCode): WireError {
  if (reason === 'not-trading') return new WireError(-1013, 'Market is closed.')
  if (reason === 'below-min-notional') return new WireError(-1013, 'Filter failure: NOTIONAL')
  return new WireError(-2010, refusals[reason] ?? `Order was rejected: ${reason}.`)
}
