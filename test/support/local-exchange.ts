/** Addresses, keys and settings of a live venue that is an exchange on this machine. */
import type { ExchangeSettings } from '../../src/venue/ccxt/open-exchange.ts'
import { Secret } from '../../src/venue/ccxt/secret.ts'
import { simulatedUrls } from '../../src/venue/ccxt/simulated-urls.ts'

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
export const localUrls = (base: string) => simulatedUrls('binance', base)
