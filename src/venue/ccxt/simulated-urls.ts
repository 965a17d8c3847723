/**
 * ccxt's table of addresses for Binance, all of them on one exchange of `sim exchange`. Every address is replaced: what
 * the simulated exchange does not have leads nowhere, and nothing to the real one.
 */
import { ConfigError } from '../../core/errors.ts'

/** @param base `http://127.0.0.1:9000` @throws {ConfigError} VENUE_URL */
export function simulatedUrls(exchangeId: string, base: string) {
  if (!/^binance(usdm)?$/.test(exchangeId)) {
    throw new ConfigError(
      'VENUE_URL',
      `--venue-url is for an exchange of sim exchange, which speaks as binance or binanceusdm, not as ${exchangeId}`,
    )
  }
  if (!/^https?:\/\/[\w.:[\]-]+$/.test(base)) {
    throw new ConfigError('VENUE_URL', `--venue-url expects http://HOST:PORT, found ${JSON.stringify(base)}`)
  }
  return { ...restUrls(base), ws: socketUrls(base.replace(/^http/, 'ws')) }
}

function restUrls(base: string) {
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
    dapiPublic: `${base}/dapi/v1`,
    dapiPrivate: `${base}/dapi/v1`,
    dapiPrivateV2: `${base}/dapi/v2`,
    ...{ fapiData: nowhere, dapiData: nowhere, eapiPublic: nowhere, eapiPrivate: nowhere },
    ...{ papi: nowhere, papiV2: nowhere },
  }
}

function socketUrls(base: string) {
  const nowhere = `${base}/nowhere`
  return {
    spot: `${base}/stream/ws`,
    margin: `${base}/stream/ws`,
    future: `${base}/ws`,
    ...{ delivery: nowhere, stock: nowhere, option: nowhere, optionMarket: nowhere, optionPrivate: nowhere },
    'ws-api': { spot: `${base}/ws-api/v3`, future: `${base}/ws-fapi/v1`, delivery: nowhere },
    papi: nowhere,
  }
}
