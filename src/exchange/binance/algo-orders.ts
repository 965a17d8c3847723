/** Conditional orders of perpetuals: they have ids of their own and become orders when they trigger. */
import type { Account } from '../account.ts'
import type { ExchangeOrder } from '../exchange-order.ts'
import { type ExchangeContext, marketOf, marketOfOrder, optionalMarket } from './exchange-context.ts'
import type { Params } from './params.ts'
import { algoOrderJson } from './usdm-json.ts'
import { enter } from './usdm-orders.ts'
import { parseUsdmTicket } from './usdm-ticket.ts'
import { missing, noSuchOrder, unknownOrder, WireError } from './wire-error.ts'

/** @throws {WireError} */
export function placeAlgo(context: ExchangeContext, account: Account, params: Params): object {
  if (params.required('algoType') !== 'CONDITIONAL') {
    throw new WireError(-1130, "Data sent for parameter 'algoType' is not valid.")
  }
  const market = marketOf(context, 'usdm', params)
  const { nextClientId, clock } = context
  const ticket = parseUsdmTicket({ account, market, params, nextClientId, isConditional: true })
  return algoOrderJson(market, enter(context, { account, market, ticket }), clock)
}

/** @throws {WireError} −2011 */
export function cancelAlgo(context: ExchangeContext, account: Account, params: Params): object {
  const order = findAlgo(account, params)
  const isWaiting = order?.isLive === true && order.isUntriggered
  if (!isWaiting || account.cancel(order, context.exchange.now) !== undefined) throw unknownOrder()
  return { algoId: order.id, clientAlgoId: order.ticket.clientId, code: '200', msg: 'success' }
}

export function cancelAllAlgo(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'usdm', params)
  for (const order of account.history.open(market.index)) {
    if (order.isUntriggered) account.cancel(order, context.exchange.now)
  }
  return { code: 200, msg: 'The operation of cancel all open order is done.' }
}

/** @throws {WireError} −2013 */
export function queryAlgo(context: ExchangeContext, account: Account, params: Params): object {
  const order = findAlgo(account, params)
  if (order === undefined) throw noSuchOrder()
  return algoOrderJson(marketOfOrder(context, order), order, context.clock)
}

export function openAlgo(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = optionalMarket(context, 'usdm', params)
  return account.history
    .open(market?.index)
    .filter(({ isUntriggered }) => isUntriggered)
    .map((order) => algoOrderJson(marketOfOrder(context, order), order, context.clock))
}

export function allAlgo(context: ExchangeContext, account: Account, params: Params): object[] {
  const market = marketOf(context, 'usdm', params)
  return account.history
    .orders(market.index)
    .filter(({ ticket }) => ticket.isConditional === true)
    .slice(-params.limit(500, 1000))
    .map((order) => algoOrderJson(market, order, context.clock))
}

/** By `algoId`, else by `clientAlgoId`. @throws {WireError} −1102 when neither was sent */
function findAlgo(account: Account, params: Params): ExchangeOrder | undefined {
  const id = params.integer('algoId')
  const clientId = params.text('clientAlgoId')
  if (id === undefined && clientId === undefined) throw missing('algoId')
  const order =
    id === undefined ? account.history.findAnyByClientId(clientId ?? '') : account.history.find(id)
  return order?.ticket.isConditional === true ? order : undefined
}
