/**
 * OKX v5 messages: channels `books`, `trades`, `tickers`, and the lines of the order book dumps, which are the same
 * messages without their envelope (https://www.okx.com/docs-v5, WebSocket, and https://www.okx.com/data-download; read
 * 2025-11). A change has `prevSeqId` = the `seqId` before it; messages of before 2023 have a checksum only.
 */
import type { InstrumentListing } from '../choose-instrument.ts'
import type { SourcePosition } from '../source-position.ts'
import { okxChecksum } from './crc32-text.ts'
import {
  arrayField,
  decimalField,
  integerField,
  isRecord,
  type JsonRecord,
  messageOf,
  parseOrUndefined,
  sideField,
  textOf,
  timeField,
} from './json-fields.ts'
import type { VenueBook, VenueEvent, VenueFormat, VenueQuote, VenueTrade } from './venue-event.ts'

export const okxFormat: VenueFormat = {
  name: 'okx',
  parse,
  marketOf: (symbol) => marketOf(symbol),
  checksumOf: okxChecksum,
  listingOf,
}

function parse(json: string, position: SourcePosition): readonly VenueEvent[] {
  const message = messageOf(json, position)
  if (!isRecord(message.arg)) {
    if ('asks' in message && 'bids' in message) return [bookOf(message, message, position)]
    return [] // Answers to our own requests.
  }
  const channel = textOf(message.arg.channel) ?? ''
  if (!('data' in message)) return []
  const { arg } = message
  const records = arrayField(message, 'data', position).map((record) => {
    if (isRecord(record)) return { instId: arg.instId, ...record }
    throw position.error('DATA_BAD_MESSAGE', 'expected a record in field "data", found something else')
  })
  switch (channel) {
    case 'books':
    case 'books-l2-tbt':
    case 'books50-l2-tbt':
      return records.map((record) => bookOf(record, message, position))
    case 'trades':
    case 'trades-all':
      return records.map((record) => tradeOf(record, position))
    case 'tickers':
      return records.map((record) => quoteOf(record, position))
    default:
      return [{ kind: 'other', name: channel }]
  }
}

function bookOf(data: JsonRecord, envelope: JsonRecord, position: SourcePosition): VenueBook {
  const action = textOf(envelope.action)
  if (action !== 'snapshot' && action !== 'update') {
    const found = String(action)
    throw position.error('DATA_BAD_FIELD', `expected snapshot or update in field "action", found ${found}`)
  }
  const hasIds = 'seqId' in data && 'prevSeqId' in data
  // A book whose checksum is zero comes once in four thousand million: the field is not filled.
  const hasChecksum = 'checksum' in data && data.checksum !== 0
  return {
    kind: 'book',
    symbol: decimalField(data, 'instId', position),
    isSnapshot: action === 'snapshot',
    exchangeTime: timeField(data, 'ts', position),
    bids: arrayField(data, 'bids', position),
    asks: arrayField(data, 'asks', position),
    lastId: hasIds ? integerField(data, 'seqId', position) : undefined,
    previousId: hasIds ? integerField(data, 'prevSeqId', position) : undefined,
    // Sent as a signed number.
    checksum: hasChecksum ? integerField(data, 'checksum', position) >>> 0 : undefined,
    depth: undefined,
  }
}

function tradeOf(data: JsonRecord, position: SourcePosition): VenueTrade {
  return {
    kind: 'trade',
    symbol: decimalField(data, 'instId', position),
    exchangeTime: timeField(data, 'ts', position),
    price: decimalField(data, 'px', position),
    qty: decimalField(data, 'sz', position),
    side: sideField(data, 'side', position),
    id: textOf(data.tradeId),
  }
}

function quoteOf(data: JsonRecord, position: SourcePosition): VenueQuote {
  return {
    kind: 'quote',
    symbol: decimalField(data, 'instId', position),
    exchangeTime: timeField(data, 'ts', position),
    bidPrice: decimalField(data, 'bidPx', position),
    bidQty: decimalField(data, 'bidSz', position),
    askPrice: decimalField(data, 'askPx', position),
    askQty: decimalField(data, 'askSz', position),
  }
}

/** `BTC-USDT`, `BTC-USDT-SWAP`, `BTC-USD-220527`. Contracts against plain USD are settled in the coin. */
export function marketOf(symbol: string): InstrumentListing {
  const [base = '', quote = '', contract] = symbol.split('-')
  if (contract === undefined) return { venue: 'okx-spot', kind: 'spot' }
  const venue = contract === 'SWAP' ? 'okx-swap' : 'okx-futures'
  const isInverse = quote === 'USD'
  return isInverse ? { venue, isInverse, settleCurrency: base } : { venue, kind: 'linear' }
}

/** From `/api/v5/public/instruments`. */
function listingOf(json: string, symbol: string): InstrumentListing | undefined {
  const answer = parseOrUndefined(json)
  if (!isRecord(answer) || !Array.isArray(answer.data)) return undefined
  const found: unknown = answer.data.find((one: unknown) => isRecord(one) && one.instId === symbol)
  if (!isRecord(found)) return undefined
  const [tickSize, lotSize] = [textOf(found.tickSz), textOf(found.lotSz)]
  const contractSize = textOf(found.ctVal)
  return {
    ...marketOf(symbol),
    ...(tickSize === undefined ? {} : { tickSize }),
    ...(lotSize === undefined ? {} : { lotSize }),
    ...(contractSize === undefined || contractSize === '' ? {} : { contractSize }),
  }
}
