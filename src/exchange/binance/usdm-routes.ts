/** Addresses of the interface of perpetuals settled in their quote currency. */
import { aggTrades, bookTicker, depth, klines, ticker24h, tickerPrice, trades } from './market-data.ts'
import { publicRoute, type Route } from './route.ts'
import { usdmExchangeInfo } from './usdm-info.ts'

export const usdmRoutes: ReadonlyMap<string, Route> = new Map([
  ['GET /fapi/v1/ping', publicRoute(1, () => ({}))],
  ['GET /fapi/v1/time', publicRoute(1, ({ clock }) => ({ serverTime: clock.nowMs() }))],
  ['GET /fapi/v1/exchangeInfo', publicRoute(1, usdmExchangeInfo)],
  ['GET /fapi/v1/depth', publicRoute(5, (context, params) => depth(context, 'usdm', params))],
  ['GET /fapi/v1/rpiDepth', publicRoute(5, (context, params) => depth(context, 'usdm', params))],
  ['GET /fapi/v1/trades', publicRoute(5, (context, params) => trades(context, 'usdm', params))],
  ['GET /fapi/v1/historicalTrades', publicRoute(20, (context, params) => trades(context, 'usdm', params))],
  ['GET /fapi/v1/aggTrades', publicRoute(20, (context, params) => aggTrades(context, 'usdm', params))],
  ['GET /fapi/v1/klines', publicRoute(5, (context, params) => klines(context, 'usdm', params))],
  ['GET /fapi/v1/ticker/24hr', publicRoute(1, (context, params) => ticker24h(context, 'usdm', params))],
  ['GET /fapi/v1/ticker/price', publicRoute(1, (context, params) => tickerPrice(context, 'usdm', params))],
  ['GET /fapi/v2/ticker/price', publicRoute(1, (context, params) => tickerPrice(context, 'usdm', params))],
  [
    'GET /fapi/v1/ticker/bookTicker',
    publicRoute(2, (context, params) => bookTicker(context, 'usdm', params)),
  ],
  // Clients load these markets, too, unless they are told not to: there are none.
  [
    'GET /dapi/v1/exchangeInfo',
    publicRoute(1, ({ clock }) => ({
      timezone: 'UTC',
      serverTime: clock.nowMs(),
      rateLimits: [],
      exchangeFilters: [],
      symbols: [],
    })),
  ],
])
