/** Which venue, which of its markets, and where: as a user names it, and as the client of the venue takes it. */
import { ConfigError } from '../core/errors.ts'
import type { ExchangeSettings } from '../venue/ccxt/open-exchange.ts'
import type { VenueKeys } from '../venue/ccxt/secret.ts'
import { simulatedUrls } from '../venue/ccxt/simulated-urls.ts'

export interface VenueAccess {
  /** ccxt's name of it. */
  readonly venue: string
  /** One or more, as ccxt or as the venue writes them. */
  readonly instruments: readonly string[]
  /** The venue's own test environment. */
  readonly sandbox: boolean
  /** `http://127.0.0.1:9000`: an exchange of `sim exchange` instead of the venue. */
  readonly url: string | undefined
}

/** Milliseconds for which the venue may keep us waiting, and for which a signed request is valid. */
const timeoutMs = 10_000
const recvWindowMs = 5000

/** @param keys undefined: public data only @throws {ConfigError} VENUE_URL, MARKET_KINDS */
export function exchangeSettings(access: VenueAccess, keys: VenueKeys | undefined): ExchangeSettings {
  const { venue: exchangeId, sandbox, url, instruments } = access
  if (sandbox && url !== undefined) {
    throw new ConfigError('VENUE_URL', 'give --sandbox or --venue-url, not both')
  }
  return {
    ...{ exchangeId, keys, sandbox, timeoutMs, recvWindowMs },
    marketKind: marketKindOf(exchangeId, instruments),
    urls: url === undefined ? undefined : simulatedUrls(exchangeId, url),
    from: process.cwd(),
  }
}

/** Tells accounts apart: those of a sandbox are others than those of the venue. */
export function accountVenue({ venue, sandbox, url }: VenueAccess): string {
  return `${venue}${sandbox ? '-sandbox' : ''}${url === undefined ? '' : `-${url.replace(/^\w+:\/\//, '')}`}`
}

/** ccxt writes `BTC/USDT:USDT` for a contract that is settled in USDT. */
function marketKindOf(exchangeId: string, names: readonly string[]): ExchangeSettings['marketKind'] {
  const kinds = new Set(names.map((name) => kindOf(exchangeId, name)))
  const [kind = 'spot', other] = kinds
  if (other === undefined) return kind
  throw new ConfigError(
    'MARKET_KINDS',
    `${names.join(', ')}: spot and contracts are kept in accounts of their own; trade them in sessions of their own`,
  )
}

function kindOf(exchangeId: string, name: string): ExchangeSettings['marketKind'] {
  const [, quote, settle] = /^[^/:]+\/([^/:]+):([^/:-]+)/.exec(name.toUpperCase()) ?? []
  if (settle !== undefined) return settle === quote ? 'linear' : 'inverse'
  if (exchangeId === 'binanceusdm') return 'linear'
  return exchangeId === 'binancecoinm' ? 'inverse' : 'spot'
}
