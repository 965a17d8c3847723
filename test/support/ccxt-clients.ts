/** The real ccxt, pointed at an exchange on this machine: every address is overridden, so that nothing reaches the venue. */
import http from 'node:http'
import ccxt from 'ccxt'

export interface ClientKeys {
  readonly apiKey: string
  readonly secret: string
}

/** @param base `http://127.0.0.1:9000` @returns urls of ccxt's binance classes */
export function localUrls(base: string) {
  const ws = base.replace(/^http/, 'ws')
  const nowhere = `${base}/nowhere`
  return {
    public: `${base}/api/v3`,
    private: `${base}/api/v3`,
    v1: `${base}/api/v1`,
    sapi: `${base}/sapi/v1`,
    sapiV2: `${base}/sapi/v2`,
    sapiV3: `${base}/sapi/v3`,
    sapiV4: `${base}/sapi/v4`,
    fapiPublic: `${base}/fapi/v1`,
    fapiPublicV2: `${base}/fapi/v2`,
    fapiPublicV3: `${base}/fapi/v3`,
    fapiPrivate: `${base}/fapi/v1`,
    fapiPrivateV2: `${base}/fapi/v2`,
    fapiPrivateV3: `${base}/fapi/v3`,
    fapiData: nowhere,
    dapiPublic: `${base}/dapi/v1`,
    dapiPrivate: `${base}/dapi/v1`,
    dapiPrivateV2: `${base}/dapi/v2`,
    dapiData: nowhere,
    eapiPublic: nowhere,
    eapiPrivate: nowhere,
    papi: nowhere,
    papiV2: nowhere,
    ws: {
      spot: `${ws}/stream/ws`,
      margin: `${ws}/stream/ws`,
      future: `${ws}/ws`,
      delivery: `${ws}/nowhere`,
      stock: `${ws}/nowhere`,
      option: `${ws}/nowhere`,
      optionMarket: `${ws}/nowhere`,
      optionPrivate: `${ws}/nowhere`,
      'ws-api': { spot: `${ws}/ws-api/v3`, future: `${ws}/ws-fapi/v1`, delivery: `${ws}/nowhere` },
      papi: `${ws}/nowhere`,
    },
  }
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
