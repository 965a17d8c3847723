/** The WebSocket API: calls with an id over one socket, each answered by a message with the same id. */

import type { ExchangeContext } from './exchange-context.ts'
import { aggTrades, bookTicker, depth, klines, ticker24h, tickerPrice, trades } from './market-data.ts'
import type { Outlet } from './outlet.ts'
import { Params } from './params.ts'
import type { RateLimits } from './rate-limits.ts'
import { orderRoute, publicRoute, type Route, signedRoute } from './route.ts'
import { accountOfKey, checkSigned, signedFields } from './signature.ts'
import { spotAccount, spotExchangeInfo } from './spot-info.ts'
import { cancelList, placeOco, queryList } from './spot-lists.ts'
import {
  allSpot,
  cancelAllSpot,
  cancelSpot,
  myTrades,
  openSpot,
  placeSpot,
  querySpot,
  testSpot,
} from './spot-orders.ts'
import { cancelReplaceSpot } from './spot-replace.ts'
import type { UserStreams } from './user-streams.ts'
import { WireError } from './wire-error.ts'

export const spotMethods: ReadonlyMap<string, Route> = new Map([
  ['ping', publicRoute(1, () => ({}))],
  ['time', publicRoute(1, ({ clock }) => ({ serverTime: clock.nowMs() }))],
  ['exchangeInfo', publicRoute(20, spotExchangeInfo)],
  ['depth', publicRoute(5, (context, params) => depth(context, 'spot', params))],
  ['trades.recent', publicRoute(25, (context, params) => trades(context, 'spot', params))],
  ['trades.aggregate', publicRoute(4, (context, params) => aggTrades(context, 'spot', params))],
  ['klines', publicRoute(2, (context, params) => klines(context, 'spot', params))],
  ['ticker.24hr', publicRoute(2, (context, params) => ticker24h(context, 'spot', params))],
  ['ticker.price', publicRoute(2, (context, params) => tickerPrice(context, 'spot', params))],
  ['ticker.book', publicRoute(2, (context, params) => bookTicker(context, 'spot', params))],
  ['order.place', orderRoute(1, placeSpot)],
  ['order.test', signedRoute(1, testSpot)],
  ['order.cancelReplace', orderRoute(1, cancelReplaceSpot)],
  ['orderList.place.oco', orderRoute(1, placeOco)],
  ['orderList.status', signedRoute(4, queryList)],
  ['orderList.cancel', signedRoute(1, cancelList)],
  ['order.cancel', signedRoute(1, cancelSpot)],
  ['order.status', signedRoute(4, querySpot)],
  ['openOrders.status', signedRoute(6, openSpot)],
  ['openOrders.cancelAll', signedRoute(1, cancelAllSpot)],
  ['allOrders', signedRoute(20, allSpot)],
  ['myTrades', signedRoute(20, myTrades)],
  ['account.status', signedRoute(20, spotAccount)],
])

export interface ApiCall {
  readonly id: unknown
  readonly method: string
  readonly params: object
}

export interface ApiDeskOptions {
  readonly context: ExchangeContext
  readonly methods: ReadonlyMap<string, Route>
  readonly limits: RateLimits
  readonly users: UserStreams
}

export class ApiDesk {
  private readonly options: ApiDeskOptions

  constructor(options: ApiDeskOptions) {
    this.options = options
  }

  answer(call: ApiCall, outlet: Outlet): object {
    try {
      return { id: call.id, status: 200, result: this.run(call, outlet), rateLimits: [] }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return { id: call.id, status: error.status, error, rateLimits: [] }
    }
  }

  private run({ method, params: fields }: ApiCall, outlet: Outlet): unknown {
    const { context, methods, limits, users } = this.options
    const params = Params.ofJson(fields)
    const nowMs = context.clock.nowMs()
    if (method === 'userDataStream.subscribe.signature') {
      limits.count(2, nowMs)
      return { subscriptionId: users.subscribe(this.signer(fields, params), 'spot', outlet) }
    }
    if (method === 'userDataStream.unsubscribe') {
      users.unsubscribe(outlet, params.integer('subscriptionId'))
      return {}
    }
    const route = methods.get(method)
    if (route === undefined) throw new WireError(-1000, `Unknown method: ${method}`)
    limits.count(route.weight, nowMs)
    if (route.security === 'public') return route.run(context, params)
    const account = this.signer(fields, params)
    if (route.isOrder) limits.countOrder(account.keys.name, nowMs)
    return route.run(context, account, params)
  }

  private signer(fields: object, params: Params) {
    const { context } = this.options
    const account = accountOfKey(context.exchange.accounts, params.text('apiKey'))
    checkSigned(account, signedFields(fields), params, context.clock)
    return account
  }
}

/** @throws {WireError} −1000 when it is no call */
export function parseCall(text: string): ApiCall {
  const parsed = parseJson(text)
  if (typeof parsed !== 'object' || parsed === null || !('method' in parsed)) {
    throw new WireError(-1000, 'Invalid request: expected an object with id and method.')
  }
  const { method } = parsed
  if (typeof method !== 'string') throw new WireError(-1000, 'Invalid request: method is no text.')
  const id = 'id' in parsed ? parsed.id : null
  const params = 'params' in parsed && typeof parsed.params === 'object' ? parsed.params : {}
  return { id, method, params: params ?? {} }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
