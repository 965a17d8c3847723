/** An exchange and a client of it for one test, both closed afterwards. */
import { afterEach } from 'vitest'
import type { AccountInput } from '../../src/exchange/account-spec.ts'
import type { ExchangeOptions } from '../../src/exchange/connect-wire.ts'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { type ClientKeys, ccxtBinance } from './ccxt-clients.ts'
import { handmadeTape } from './exchange-tape.ts'

export const stageKeys: ClientKeys = { apiKey: 'test-key-one', secret: 'test-secret-one' }
export const stageAccount: AccountInput = {
  name: 'one',
  key: stageKeys.apiKey,
  secret: stageKeys.secret,
  balances: { USDT: '100000', BTC: '1' },
  futures: { USDT: '100000' },
}

type CcxtClient = ReturnType<typeof ccxtBinance>

/** To be called once in a test file. */
export function exchangeStage() {
  const opened: { close(): Promise<unknown> }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close()
  })
  return async (
    rows: readonly TapeRow[] = [],
    options: Partial<ExchangeOptions> & { readonly client?: object; readonly isUnloaded?: boolean } = {},
  ): Promise<{ exchange: RunningExchange; ccxt: CcxtClient }> => {
    const { client = {}, isUnloaded = false, ...others } = options
    const usual = { tapes: [handmadeTape(rows)], accounts: [stageAccount], speed: 'step', port: 0 } as const
    const exchange = await startExchange({ ...usual, ...others })
    opened.push(exchange)
    const ccxt = ccxtBinance(exchange.url, stageKeys, client)
    opened.push(ccxt)
    if (!isUnloaded) await ccxt.loadMarkets()
    return { exchange, ccxt }
  }
}

/** A client subscribes in its own time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
