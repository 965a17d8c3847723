/** Pairs of spot orders of which one cancels the other. */
import type { Account } from '../account.ts'
import type { ExchangeOrder } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import { type ExchangeContext, marketOf } from './exchange-context.ts'
import { checkFilters } from './filters.ts'
import { Params } from './params.ts'
import { newOrderJson } from './spot-json.ts'
import { cancelOne, refusal } from './spot-orders.ts'
import { parseClientId, parseSpotTicket } from './spot-ticket.ts'
import { WireError } from './wire-error.ts'

/** Fields of the two orders, by what they are called with the prefix of either. */
const legFields = {
  type: 'Type',
  price: 'Price',
  stopPrice: 'StopPrice',
  timeInForce: 'TimeInForce',
  icebergQty: 'IcebergQty',
  trailingDelta: 'TrailingDelta',
  newClientOrderId: 'ClientOrderId',
}

/**
 * `above…` and `below…` as `POST /api/v3/orderList/oco` has them. The one that waits for a price is sent second: it
 * holds nothing back, because both together never fill more than one.
 */
export function placeOco(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const legs = ['above', 'below'].map((prefix) => legOf(params, prefix))
  return placePair(context, account, { market, legs, params })
}

/** The older `POST /api/v3/order/oco`: a limit order and a stop. */
export function placeOldOco(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const common = { symbol: market.symbol, side: params.text('side'), quantity: params.text('quantity') }
  const stopPrice = params.required('stopPrice')
  const stopLimit = params.text('stopLimitPrice')
  const legs = [
    Params.ofJson({
      ...common,
      type: 'LIMIT_MAKER',
      price: params.required('price'),
      newClientOrderId: params.text('limitClientOrderId'),
    }),
    Params.ofJson({
      ...common,
      stopPrice,
      newClientOrderId: params.text('stopClientOrderId'),
      ...(stopLimit === undefined
        ? { type: 'STOP_LOSS' }
        : { type: 'STOP_LOSS_LIMIT', price: stopLimit, timeInForce: params.text('stopLimitTimeInForce') }),
    }),
  ]
  return placePair(context, account, { market, legs, params })
}

/** @throws {WireError} −2011 */
export function cancelList(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const found = ordersOf(account, market, params)
  const [order] = found.filter(({ isLive }) => isLive)
  if (order === undefined) throw new WireError(-2011, 'Unknown order list sent.')
  // The other one follows it.
  const report = cancelOne(context, { account, market, order }, undefined)
  return { ...listJson(context, market, found), orderReports: [report] }
}

/** @throws {WireError} −2018 never: −2013 */
export function queryList(context: ExchangeContext, account: Account, params: Params): object {
  for (const market of context.exchange.markets) {
    const found = ordersOf(account, market, params)
    if (found.length > 0) return listJson(context, market, found)
  }
  throw new WireError(-2013, 'Order list does not exist.')
}

interface Pair {
  readonly market: PublicMarket
  readonly legs: readonly Params[]
  readonly params: Params
}

function placePair(context: ExchangeContext, account: Account, { market, legs, params }: Pair): object {
  const listId = context.exchange.nextListId()
  const tickets = legs
    .map((leg) => ({ ...parseSpotTicket(market, leg, context.nextClientId), listId }))
    .sort((a, b) => Number(a.trigger !== undefined) - Number(b.trigger !== undefined))
  for (const ticket of tickets) checkFilters(market, account, ticket)
  parseClientId(params, 'listClientOrderId')
  const placed: ExchangeOrder[] = []
  for (const ticket of tickets) {
    const [first] = placed
    const answer = account.place(market, { ...ticket, ocoWith: first?.id }, context.exchange.now)
    if (answer.kind === 'refused') {
      if (first?.isLive) account.cancel(first, context.exchange.now)
      throw refusal(answer.reason)
    }
    placed.push(answer.order)
  }
  const reports = placed.map((order) => newOrderJson(market, order, { type: 'RESULT', clock: context.clock }))
  return { ...listJson(context, market, placed), orderReports: reports }
}

function legOf(params: Params, prefix: string): Params {
  const fields = Object.entries(legFields).map(([name, field]) => [name, params.text(`${prefix}${field}`)])
  const common = {
    symbol: params.text('symbol'),
    side: params.text('side'),
    quantity: params.text('quantity'),
    selfTradePreventionMode: params.text('selfTradePreventionMode'),
  }
  return Params.ofJson({ ...common, ...Object.fromEntries(fields) })
}

function ordersOf(account: Account, market: PublicMarket, params: Params): ExchangeOrder[] {
  const listId = params.integer('orderListId')
  return account.history
    .orders(market.index)
    .filter(({ ticket }) => ticket.listId !== undefined && ticket.listId === listId)
}

function listJson(
  { clock }: ExchangeContext,
  market: PublicMarket,
  orders: readonly ExchangeOrder[],
): object {
  const isLive = orders.some((order) => order.isLive)
  const [first] = orders
  return {
    orderListId: first?.ticket.listId ?? -1,
    contingencyType: 'OCO',
    listStatusType: isLive ? 'EXEC_STARTED' : 'ALL_DONE',
    listOrderStatus: isLive ? 'EXECUTING' : 'ALL_DONE',
    listClientOrderId: `list-${first?.ticket.listId ?? 0}`,
    transactionTime: clock.ms(Math.max(...orders.map(({ updatedAt }) => updatedAt))),
    symbol: market.symbol,
    orders: orders.map(({ id, ticket }) => ({
      symbol: market.symbol,
      orderId: id,
      clientOrderId: ticket.clientId,
    })),
  }
}
