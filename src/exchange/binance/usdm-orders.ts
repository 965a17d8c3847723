/** Orders of perpetuals as clients send, amend, cancel and query them. */
import { parseDecimal } from '../../core/decimal.ts'
import type { Account, PlaceRefusal } from '../account.ts'
import type { ExchangeOrder, OrderTicket } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import {
  type ExchangeContext,
  findOrder,
  marketOf,
  marketOfOrder,
  optionalMarket,
} from './exchange-context.ts'
import { checkFilters } from './filters.ts'
import { Params } from './params.ts'
import { page } from './spot-orders.ts'
import { lotsOf, ticksOf } from './spot-ticket.ts'
import { usdmOrderJson, userTradeJson } from './usdm-json.ts'
import { parseUsdmTicket } from './usdm-ticket.ts'
import { missing, noSuchOrder, unknownOrder, WireError } from './wire-error.ts'

/** @throws {WireError} */
export function placeUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const { nextClientId, clock } = context
  const ticket = parseUsdmTicket({ account, market, params, nextClientId, isConditional: false })
  return usdmOrderJson(market, enter(context, { account, market, ticket }), clock)
}

export interface Entry {
  readonly account: Account
  readonly market: PublicMarket
  readonly ticket: OrderTicket
}

/** @throws {WireError} */
export function enter(context: ExchangeContext, { account, market, ticket }: Entry): ExchangeOrder {
  checkUsdmFilters(market, account, ticket)
  const placed = account.place(market, ticket, context.exchange.now)
  if (placed.kind === 'refused') throw usdmRefusal(placed.reason, market)
  return placed.order
}

export function testUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const { nextClientId } = context
  checkUsdmFilters(
    market,
    account,
    parseUsdmTicket({ account, market, params, nextClientId, isConditional: false }),
  )
  return {}
}

/** @throws {WireError} −2011, −2013, −5027 */
export function amendUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const order = findOrder(account, market, params)
  if (order === undefined || !order.isLive || order.isUntriggered) throw noSuchOrder()
  if (order.price === undefined) throw new WireError(-5028, 'Only a limit order can be modified.')
  const price = ticksOf(market, params, 'price')
  const text = params.decimal('quantity')
  if (text === undefined) throw missing('quantity')
  const qty = lotsOf(market, 'quantity', text)
  if (price === order.price && qty === order.qty) throw new WireError(-5027, 'No need to modify the order.')
  const refused = account.amend(order, { price, qty }, context.exchange.now)
  if (refused !== undefined) throw usdmRefusal(refused, market)
  return usdmOrderJson(market, order, context.clock)
}

/** @throws {WireError} −2011 */
export function cancelUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const order = findOrder(account, market, params)
  if (order === undefined || order.isUntriggered) throw unknownOrder()
  if (account.cancel(order, context.exchange.now) !== undefined) throw unknownOrder()
  return usdmOrderJson(market, order, context.clock)
}

export function cancelAllUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  for (const order of openOf(context, account, market)) account.cancel(order, context.exchange.now)
  return { code: 200, msg: 'The operation of cancel all open order is done.' }
}

/** Up to five orders, each answered by itself. */
export function placeBatch(context: ExchangeContext, account: Account, params: Params): object[] {
  const orders = listOf(params, 'batchOrders')
  if (orders.length > 5) throw new WireError(-4082, 'Invalid number of batch place orders.')
  return orders.map((fields) =>
    answered(() =>
      placeUsdm(context, account, Params.ofJson(typeof fields === 'object' && fields !== null ? fields : {})),
    ),
  )
}

export function cancelBatch(context: ExchangeContext, account: Account, params: Params): object[] {
  const symbol = params.required('symbol')
  // ccxt writes the names in lower case.
  const byId = ['orderIdList', 'orderidlist'].flatMap((name) => optionalList(params, name))
  const byClientId = ['origClientOrderIdList', 'origclientorderidlist'].flatMap((name) =>
    optionalList(params, name),
  )
  const named = [
    ...byId.map((orderId) => ({ symbol, orderId })),
    ...byClientId.map((origClientOrderId) => ({ symbol, origClientOrderId })),
  ]
  return named.map((fields) => answered(() => cancelUsdm(context, account, Params.ofJson(fields))))
}

/** @throws {WireError} −2013 */
export function queryUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const order = findOrder(account, market, params)
  if (order === undefined || order.isUntriggered) throw noSuchOrder()
  return usdmOrderJson(market, order, context.clock)
}

/** @throws {WireError} −2013 when it is not open */
export function queryOpenUsdm(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  const order = findOrder(account, market, params)
  if (order === undefined || order.isUntriggered || !order.isLive) throw noSuchOrder()
  return usdmOrderJson(market, order, context.clock)
}

export function openUsdm(context: ExchangeContext, account: Account, params: Params): object[] {
  return openOf(context, account, optionalMarket(context, 'usdm', params)).map((order) =>
    usdmOrderJson(marketOfOrder(context, order), order, context.clock),
  )
}

export function allUsdm(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'usdm', params)
  const orders = account.history.orders(market.index).filter(({ isUntriggered }) => !isUntriggered)
  return page(orders, params, {
    context,
    idOf: ({ id }) => id,
    timeOf: ({ createdAt }) => createdAt,
    idName: 'orderId',
  }).map((order) => usdmOrderJson(market, order, context.clock))
}

export function userTrades(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'usdm', params)
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
    return order === undefined ? [] : [userTradeJson(market, order, fill, context.clock)]
  })
}

/** Orders proper, not conditional ones that wait. */
function openOf(
  context: ExchangeContext,
  account: Account,
  market: PublicMarket | undefined,
): ExchangeOrder[] {
  return account.history
    .open(market?.index)
    .filter((order) => !order.isUntriggered && marketOfOrder(context, order).segment === 'usdm')
}

const optionalList = (params: Params, name: string): readonly unknown[] =>
  params.text(name) === undefined ? [] : listOf(params, name)

/** @throws {WireError} −1130 */
function listOf(params: Params, name: string): readonly unknown[] {
  const invalid = new WireError(-1130, `Data sent for parameter '${name}' is not valid.`)
  try {
    const parsed: unknown = JSON.parse(params.required(name))
    if (Array.isArray(parsed)) return parsed
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalid
}

function answered(work: () => object): object {
  try {
    return work()
  } catch (error) {
    if (error instanceof WireError) return error.toJSON()
    throw error
  }
}

/** What the shared filters find, in the words of this interface. */
function checkUsdmFilters(market: PublicMarket, account: Account, ticket: OrderTicket): void {
  try {
    checkFilters(market, account, ticket)
  } catch (error) {
    if (!(error instanceof WireError) || !error.message.includes('NOTIONAL')) throw error
    if (ticket.reduceOnly) return
    throw belowNotional(market)
  }
}

function belowNotional({ instrument }: PublicMarket): WireError {
  const least = parseDecimal(instrument.spec.minNotional).toString()
  return new WireError(
    -4164,
    `Order's notional must be no smaller than ${least} (unless you choose reduce only).`,
  )
}

export function usdmRefusal(reason: PlaceRefusal, market: PublicMarket): WireError {
  switch (reason) {
    case 'below-min-notional':
      return belowNotional(market)
    case 'insufficient-balance':
      return new WireError(-2019, 'Margin is insufficient.')
    case 'duplicate-client-id':
      return new WireError(-4116, 'ClientOrderId is duplicated.')
    case 'post-only-would-take':
      return new WireError(
        -5022,
        'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
      )
    case 'trigger-reached':
      return new WireError(-2021, 'Order would immediately trigger.')
    case 'no-position-to-reduce':
      return new WireError(-2022, 'ReduceOnly Order is rejected.')
    case 'unknown-order':
      return noSuchOrder()
    case 'not-trading':
      return new WireError(-4108, 'This contract is being delivered or delisted.')
    default:
      return new WireError(-2010, `Order was rejected: ${reason}.`)
  }
}
