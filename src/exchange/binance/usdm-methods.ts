/** Methods of the WebSocket API of perpetuals. */
import { bookTicker, depth, tickerPrice } from './market-data.ts'
import { orderRoute, publicRoute, type Route, signedRoute } from './route.ts'
import { positionRisk, usdmAccount, usdmBalance } from './usdm-account.ts'
import { amendUsdm, cancelUsdm, placeUsdm, queryUsdm } from './usdm-orders.ts'

export const usdmMethods: ReadonlyMap<string, Route> = new Map([
  ['ping', publicRoute(1, () => ({}))],
  ['time', publicRoute(1, ({ clock }) => ({ serverTime: clock.nowMs() }))],
  ['depth', publicRoute(5, (context, params) => depth(context, 'usdm', params))],
  ['ticker.price', publicRoute(1, (context, params) => tickerPrice(context, 'usdm', params))],
  ['ticker.book', publicRoute(2, (context, params) => bookTicker(context, 'usdm', params))],
  ['order.place', orderRoute(1, placeUsdm)],
  ['order.modify', orderRoute(1, amendUsdm)],
  ['order.cancel', signedRoute(1, cancelUsdm)],
  ['order.status', signedRoute(1, queryUsdm)],
  ['account.balance', signedRoute(5, usdmBalance)],
  ['v2/account.balance', signedRoute(5, usdmBalance)],
  ['account.status', signedRoute(5, usdmAccount)],
  ['v2/account.status', signedRoute(5, usdmAccount)],
  ['account.position', signedRoute(5, positionRisk(2))],
  ['v2/account.position', signedRoute(5, positionRisk(3))],
])
