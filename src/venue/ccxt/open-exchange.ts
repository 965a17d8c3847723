/** An exchange object of ccxt, made from our settings: which one, with which keys, at which addresses. */
import http from 'node:http'
import { ConfigError } from '../../core/errors.ts'
import type { CcxtExchange, Params } from './ccxt-exchange.ts'
import { hearRefusals } from './heard-refusals.ts'
import { HttpTransport } from './http-transport.ts'
import { loadCcxt } from './load-ccxt.ts'
import type { VenueKeys } from './secret.ts'

export interface ExchangeSettings {
  /** ccxt's name of it. */
  readonly exchangeId: string
  /** Undefined: public data only. */
  readonly keys: VenueKeys | undefined
  /** The venue's own test environment. */
  readonly sandbox: boolean
  /** Markets to load: `spot`, or contracts settled in the quote (`linear`) or base currency (`inverse`). */
  readonly marketKind: 'spot' | 'linear' | 'inverse'
  /** Replaces ccxt's table of addresses, whole or in part: for a simulated exchange. */
  readonly urls?: Params | undefined
  /** Certificate of such an exchange, PEM. */
  readonly ca?: string | undefined
  /** Milliseconds that the venue may take to answer. */
  readonly timeoutMs: number
  /** Milliseconds for which a signed request is valid. */
  readonly recvWindowMs: number
  /** Folder in which ccxt is looked for, after our own. */
  readonly from: string
}

export interface OpenExchange {
  readonly exchange: CcxtExchange
  readonly transport: HttpTransport
}

/** @throws {ConfigError} CCXT_MISSING, UNKNOWN_VENUE, NO_SANDBOX */
export async function openExchange(settings: ExchangeSettings): Promise<OpenExchange> {
  const { exchangeId, sandbox, urls, timeoutMs, ca } = settings
  const Exchange = await loadCcxt(exchangeId, settings.from)
  const exchange = new Exchange({
    // Our own budget counts all calls; ccxt's limiter would hold orders back behind them.
    enableRateLimit: false,
    timeout: timeoutMs,
    verbose: false,
    // Without one, ccxt refuses addresses without TLS.
    httpAgent: new http.Agent({ keepAlive: true }),
    ...(urls === undefined ? {} : { urls: { api: urls } }),
    options: optionsOf(settings),
  })
  if (sandbox) openSandbox(exchange)
  neverVerbose(exchange)
  hearRefusals(exchange)
  if (settings.keys !== undefined) hand(exchange, settings.keys)
  const transport = new HttpTransport({ timeoutMs, ca })
  transport.attach(exchange)
  return { exchange, transport }
}

function optionsOf({ marketKind, recvWindowMs }: ExchangeSettings): Params {
  return {
    defaultType: marketKind === 'spot' ? 'spot' : 'swap',
    ...(marketKind === 'spot' ? {} : { defaultSubType: marketKind }),
    fetchMarkets: { types: [marketKind] },
    fetchCurrencies: false,
    fetchMargins: false,
    recvWindow: recvWindowMs,
    warnOnFetchOpenOrdersWithoutSymbol: false,
    // Only what is new since the last message, once each.
    tradesLimit: 1000,
    ordersLimit: 1000,
    // Nothing is sent to anybody but the venue, and nothing twice.
    maxRetriesOnFailure: 0,
  }
}

function openSandbox(exchange: CcxtExchange): void {
  if (exchange.urls.test === undefined) {
    throw new ConfigError('NO_SANDBOX', `ccxt knows no test environment of ${exchange.id}`)
  }
  exchange.setSandboxMode(true)
}

/** In verbose mode ccxt prints every request, keys and signatures included: it cannot be turned on. */
function neverVerbose(exchange: CcxtExchange): void {
  Object.defineProperty(exchange, 'verbose', { get: () => false, set: () => {}, enumerable: false })
}

/** What ccxt keeps of its last request has the key in it, and the signature. */
const lastRequest = ['last_request_headers', 'last_request_url', 'last_request_body']

/** Where printing or serializing the exchange object does not show them. */
function hand(exchange: CcxtExchange, { apiKey, secret, password }: VenueKeys): void {
  const values = { apiKey, secret, password }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    const property = { value: value.reveal(), enumerable: false, writable: true, configurable: true }
    Object.defineProperty(exchange, name, property)
  }
  for (const name of lastRequest) {
    Object.defineProperty(exchange, name, { enumerable: false, writable: true, configurable: true })
  }
}
