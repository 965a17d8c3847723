/** Addresses of the spot REST interface. */
import { aggTrades, bookTicker, depth, klines, ticker24h, tickerPrice, trades } from './market-data.ts'
import { keyRoute, orderRoute, publicRoute, type Route, signedRoute } from './route.ts'
import { spotAccount, spotExchangeInfo } from './spot-info.ts'
import { cancelList, placeOco, placeOldOco, queryList } from './spot-lists.ts'
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
import { tradeFee } from './wallet-queries.ts'

export const spotRoutes: ReadonlyMap<string, Route> = new Map([
  ['GET /api/v3/ping', publicRoute(1, () => ({}))],
  ['GET /api/v3/time', publicRoute(1, ({ clock }) => ({ serverTime: clock.nowMs() }))],
  ['GET /api/v3/exchangeInfo', publicRoute(20, spotExchangeInfo)],
  ['GET /api/v3/depth', publicRoute(5, (context, params) => depth(context, 'spot', params))],
  ['GET /api/v3/trades', publicRoute(25, (context, params) => trades(context, 'spot', params))],
  ['GET /api/v3/historicalTrades', publicRoute(25, (context, params) => trades(context, 'spot', params))],
  ['GET /api/v3/aggTrades', publicRoute(4, (context, params) => aggTrades(context, 'spot', params))],
  ['GET /api/v3/klines', publicRoute(2, (context, params) => klines(context, 'spot', params))],
  ['GET /api/v3/ticker/24hr', publicRoute(2, (context, params) => ticker24h(context, 'spot', params))],
  ['GET /api/v3/ticker', publicRoute(4, (context, params) => ticker24h(context, 'spot', params))],
  ['GET /api/v3/ticker/price', publicRoute(2, (context, params) => tickerPrice(context, 'spot', params))],
  ['GET /api/v3/ticker/bookTicker', publicRoute(2, (context, params) => bookTicker(context, 'spot', params))],
  ['POST /api/v3/order', orderRoute(1, placeSpot)],
  ['POST /api/v3/order/test', signedRoute(1, testSpot)],
  ['POST /api/v3/order/cancelReplace', orderRoute(1, cancelReplaceSpot)],
  ['POST /api/v3/order/oco', orderRoute(1, placeOldOco)],
  ['POST /api/v3/orderList/oco', orderRoute(1, placeOco)],
  ['GET /api/v3/orderList', signedRoute(4, queryList)],
  ['DELETE /api/v3/orderList', signedRoute(1, cancelList)],
  ['DELETE /api/v3/order', signedRoute(1, cancelSpot)],
  ['GET /api/v3/order', signedRoute(4, querySpot)],
  ['GET /api/v3/openOrders', signedRoute(6, openSpot)],
  ['DELETE /api/v3/openOrders', signedRoute(1, cancelAllSpot)],
  ['GET /api/v3/allOrders', signedRoute(20, allSpot)],
  ['GET /api/v3/myTrades', signedRoute(20, myTrades)],
  ['GET /api/v3/account', signedRoute(20, spotAccount)],
  // What ccxt loads with markets unless it is told not to.
  ['GET /sapi/v1/capital/config/getall', signedRoute(10, () => [])],
  ['GET /sapi/v1/margin/allPairs', keyRoute(1, () => [])],
  ['GET /sapi/v1/margin/isolated/allPairs', signedRoute(10, () => [])],
  ['GET /sapi/v1/asset/tradeFee', signedRoute(1, tradeFee)],
])
