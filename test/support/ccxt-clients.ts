/** The real ccxt, pointed at an exchange on this machine: every address is overridden, so that nothing reaches the venue. */
import http from 'node:http'
import ccxt from 'ccxt'
import { localUrls } from './local-exchange.ts'

export interface ClientKeys {
  readonly apiKey: string
  readonly secret: string
}

/** Spot by default; `defaultType: 'swap'` for perpetuals. Rate limiter off: it runs on wall time. */
export function ccxtBinance(base: string, keys: ClientKeys, options: object = {}) {
  const exchange = new ccxt.pro.binance({
    ...keys,
    enableRateLimit: false,
    // Without an agent ccxt refuses ws:// addresses.
    httpAgent: new http.Agent(),
    urls: { api: localUrls(base) },
    options: {
      fetchMarkets: { types: ['spot', 'linear'] },
      fetchCurrencies: false,
      fetchMargins: false,
      ...options,
    },
  })
  const foreign = foreignUrls(exchange.urls.api)
  if (foreign.length > 0) throw new Error(`addresses that are not local: ${foreign.join(', ')}`)
  return exchange
}

/** Addresses anywhere in a table of urls that do not lead to this machine. */
function foreignUrls(urls: unknown): string[] {
  if (typeof urls === 'string')
    return /^(https?|wss?):\/\/(127\.0\.0\.1|([a-z-]+\.)*localhost)[:/]/.test(urls) ? [] : [urls]
  return typeof urls === 'object' && urls !== null ? Object.values(urls).flatMap(foreignUrls) : []
}
