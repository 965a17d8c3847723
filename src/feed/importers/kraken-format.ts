/**
 * Kraken WebSocket v1 messages: `[channel, payload…, name, pair]` with `book-<depth>` and `trade`
 * (https://docs.kraken.com/api/docs/guides/spot-ws-book-v1, read 2025-11). `as`, `bs` are a whole book, `a`, `b` changes,
 * `c` the checksum. Levels that fall out of the depth are not deleted by a message; every level has its own time.
 */
import { decimalOf } from '../../core/decimal.ts'
import { sideCode } from '../../model/tape.ts'
import type { InstrumentListing } from '../choose-instrument.ts'
import { timeOfText } from '../parse-time.ts'
import type { SourcePosition } from '../source-position.ts'
import type { RawLevels } from './binance-message.ts'
import { krakenChecksum } from './crc32-text.ts'
import { isRecord, type JsonRecord, parseJson, parseOrUndefined, textOf } from './json-fields.ts'
import type { VenueBook, VenueEvent, VenueFormat, VenueTrade } from './venue-event.ts'

export const krakenFormat: VenueFormat = {
  name: 'kraken',
  parse,
  marketOf: () => ({ venue: 'kraken-spot', kind: 'spot' }),
  checksumOf: krakenChecksum,
  listingOf,
}

function parse(json: string, position: SourcePosition): readonly VenueEvent[] {
  const message = parseJson(json, position)
  // Answers to our own requests, and heartbeats.
  if (isRecord(message)) return []
  if (!Array.isArray(message) || message.length < 4) {
    throw position.error('DATA_BAD_MESSAGE', 'expected [channel, payload, name, pair], found something else')
  }
  const [name, symbol]: readonly unknown[] = message.slice(-2)
  const payloads: readonly unknown[] = message.slice(1, -2)
  if (typeof name !== 'string' || typeof symbol !== 'string') {
    throw position.error('DATA_BAD_MESSAGE', 'expected the name of a channel and a pair, found neither')
  }
  if (name.startsWith('book')) return [bookOf(payloads, name, symbol, position)]
  const [trades] = payloads
  if (name !== 'trade' || !Array.isArray(trades)) return [{ kind: 'other', name }]
  return trades.map((trade: unknown) => tradeOf(trade, symbol, position))
}

function bookOf(
  payloads: readonly unknown[],
  name: string,
  symbol: string,
  position: SourcePosition,
): VenueBook {
  // One message may come in two parts, asks before bids.
  const all: JsonRecord = Object.assign({}, ...payloads.filter(isRecord))
  const isSnapshot = 'as' in all || 'bs' in all
  const bids = sideOf(isSnapshot ? all.bs : all.b, position)
  const asks = sideOf(isSnapshot ? all.as : all.a, position)
  const checksum = textOf(all.c)
  if (!isSnapshot && checksum === undefined) {
    throw position.error('DATA_BAD_FIELD', 'expected a checksum in field "c" of a book change, found none')
  }
  return {
    kind: 'book',
    symbol,
    isSnapshot,
    exchangeTime: newest([...bids, ...asks], position),
    bids,
    asks,
    lastId: undefined,
    previousId: undefined,
    checksum: checksum === undefined ? undefined : Number(checksum),
    depth: depthOf(name),
  }
}

/** `book-10`; plain `book` has 10 levels. */
function depthOf(name: string): number {
  const depth = Number(name.slice('book-'.length))
  return Number.isInteger(depth) && depth > 0 ? depth : 10
}

function sideOf(levels: unknown, position: SourcePosition): RawLevels {
  if (levels === undefined) return []
  if (Array.isArray(levels)) return levels
  throw position.error('DATA_BAD_FIELD', `expected levels, found ${JSON.stringify(levels)}`)
}

/** Of the times of the levels: when the message was made; undefined without a level. */
function newest(levels: RawLevels, position: SourcePosition): number | undefined {
  let latest: number | undefined
  for (const level of levels) {
    const time = Array.isArray(level) ? timeAt(level, position) : undefined
    if (time !== undefined && (latest === undefined || time > latest)) latest = time
  }
  return latest
}

function timeAt(fields: readonly unknown[], position: SourcePosition): number {
  const text = fields[2]
  const time = typeof text === 'string' ? timeOfText(text) : undefined
  if (time !== undefined) return time
  throw position.error('DATA_BAD_TIME', `expected a time, found ${JSON.stringify(text)}`)
}

function tradeOf(trade: unknown, symbol: string, position: SourcePosition): VenueTrade {
  const fields: readonly unknown[] = Array.isArray(trade) ? trade : []
  const [price, qty, , side] = fields
  if (typeof price !== 'string' || typeof qty !== 'string' || (side !== 'b' && side !== 's')) {
    const found = JSON.stringify(trade)
    throw position.error('DATA_BAD_MESSAGE', `expected a trade [price, volume, time, side …], found ${found}`)
  }
  return {
    kind: 'trade',
    symbol,
    exchangeTime: timeAt(fields, position),
    price,
    qty,
    side: side === 'b' ? sideCode.buy : sideCode.sell,
    id: undefined,
  }
}

/** From `/0/public/AssetPairs`. */
function listingOf(json: string, symbol: string): InstrumentListing | undefined {
  const answer = parseOrUndefined(json)
  if (!isRecord(answer) || !isRecord(answer.result)) return undefined
  const found = Object.values(answer.result).find((pair) => isRecord(pair) && pair.wsname === symbol)
  if (!isRecord(found)) return undefined
  const tickSize = stepOf(found.pair_decimals)
  const lotSize = stepOf(found.lot_decimals)
  return {
    ...{ venue: 'kraken-spot', kind: 'spot' },
    ...(tickSize === undefined ? {} : { tickSize }),
    ...(lotSize === undefined ? {} : { lotSize }),
  }
}

function stepOf(decimals: unknown): string | undefined {
  if (typeof decimals !== 'number' || !Number.isInteger(decimals) || decimals < 0) return undefined
  return decimals === 0 ? '1' : decimalOf(1, `0.${'1'.padStart(decimals, '0')}`)
}
