/** Messages of Binance out of any source; of the answers to requests, the books and the list of instruments. */
import type { InstrumentListing } from '../choose-instrument.ts'
import { SourcePosition } from '../source-position.ts'
import type { DiffIds } from './binance-book-sync.ts'
import { type BinanceMessage, parseBinanceMessage } from './binance-message.ts'
import { isRecord, type JsonRecord, parseOrUndefined, textOf } from './json-fields.ts'
import type { MessageSource } from './message-source.ts'

/**
 * A book that was asked for does not say of which instrument it is, but the request does: books of others than
 * `symbol` are left out, all of them while it is undefined.
 */
export function readBinance(
  source: MessageSource,
  position: SourcePosition,
  symbol: string | undefined,
  onMessage: (message: BinanceMessage, receiveTime: number) => boolean | undefined,
): Promise<void> {
  return source.read(position, (receiveTime = 0, json, url) => {
    if (url !== undefined && (symbol === undefined || bookSymbolOf(url) !== symbol)) return true
    return onMessage(parseBinanceMessage(json, position), receiveTime)
  })
}

/** Of each file, the ids of its first depth message, unless a whole book comes before it. By path. */
export async function firstDiffs(
  source: MessageSource,
  symbol: string,
): Promise<ReadonlyMap<string, DiffIds>> {
  const found = new Map<string, DiffIds>()
  for (const [path, file] of source.files) {
    await readBinance(file, new SourcePosition(), symbol, (message) => {
      if (message.kind === 'snapshot') return false
      if (message.kind !== 'depth' || message.symbol !== symbol) return true
      found.set(path, message)
      return false
    })
  }
  return found
}

/** `…/depth?symbol=BTCUSDT&limit=1000` */
export function bookSymbolOf(url: string): string | undefined {
  return /\/depth\?(?:.*&)?symbol=([A-Za-z0-9_]+)/.exec(url)?.[1]?.toUpperCase()
}

/** From `/api/v3/exchangeInfo` and its likes of the futures venues, as it was at the time of the recording. */
export function binanceListingOf(json: string, symbol: string): InstrumentListing | undefined {
  const answer = parseOrUndefined(json)
  if (!isRecord(answer) || !Array.isArray(answer.symbols)) return undefined
  const found: unknown = answer.symbols.find((one: unknown) => isRecord(one) && one.symbol === symbol)
  if (!isRecord(found) || !Array.isArray(found.filters)) return undefined
  const filters = found.filters.filter(isRecord)
  const ofType = (type: string): JsonRecord => filters.find(({ filterType }) => filterType === type) ?? {}
  const tickSize = textOf(ofType('PRICE_FILTER').tickSize)
  const lotSize = textOf(ofType('LOT_SIZE').stepSize)
  const notional = { ...ofType('NOTIONAL'), ...ofType('MIN_NOTIONAL') }
  const minNotional = textOf(notional.minNotional) ?? textOf(notional.notional)
  return {
    ...(tickSize === undefined ? {} : { tickSize }),
    ...(lotSize === undefined ? {} : { lotSize }),
    ...(minNotional === undefined ? {} : { minNotional }),
  }
}
