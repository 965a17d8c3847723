/** Addresses, keys and settings of a live venue that is an exchange on this machine. */
import type { ExchangeSettings } from '../../src/venue/ccxt/open-exchange.ts'
import { Secret } from '../../src/venue/ccxt/secret.ts'

export const stageKeys = { apiKey: 'test-key-one', secret: 'test-secret-one' }

export function localSettings(url: string, more: Partial<ExchangeSettings> = {}): ExchangeSettings {
  return {
    exchangeId: 'binance',
    keys: { apiKey: new Secret(stageKeys.apiKey), secret: new Secret(stageKeys.secret), password: undefined },
    sandbox: false,
    marketKind: 'spot',
    urls: localUrls(url),
    timeoutMs: 2000,
    recvWindowMs: 5000,
    from: process.cwd(),
    ...more,
  }
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
