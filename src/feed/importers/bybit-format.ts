/**
 * Bybit v5 messages: `orderbook.<depth>.<symbol>` and `publicTrade.<symbol>`, as streamed and as in the order book dumps
 * of https://www.bybit.com/derivatives/en/history-data (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook,
 * read 2025-11). A change has `u` = the `u` before it + 1; a snapshot may come at any time and replaces the book.
 */
import type { InstrumentListing } from '../choose-instrument.ts'
import type { SourcePosition } from '../source-position.ts'
import {
  arrayField,
  decimalField,
  integerField,
  isRecord,
  type JsonRecord,
  messageOf,
  recordField,
  sideField,
  textOf,
  timeField,
} from './json-fields.ts'
import type { VenueBook, VenueEvent, VenueFormat, VenueTrade } from './venue-event.ts'

export const bybitFormat: VenueFormat = {
  name: 'bybit',
  parse,
  marketOf,
  checksumOf: undefined,
  listingOf: () => undefined,
}

function parse(json: string, position: SourcePosition): readonly VenueEvent[] {
  const message = messageOf(json, position)
  const topic = textOf(message.topic)
  // Answers to our own requests.
  if (topic === undefined) return []
  const [channel = ''] = topic.split('.')
  if (channel === 'orderbook') return [bookOf(message, topic, position)]
  if (channel !== 'publicTrade') return [{ kind: 'other', name: channel }]
  return arrayField(message, 'data', position).map((trade) => tradeOf(trade, position))
}

function bookOf(message: JsonRecord, topic: string, position: SourcePosition): VenueBook {
  const data = recordField(message, 'data', position)
  const type = textOf(message.type)
  if (type !== 'snapshot' && type !== 'delta') {
    throw position.error(
      'DATA_BAD_FIELD',
      `expected snapshot or delta in field "type", found ${String(type)}`,
    )
  }
  const lastId = integerField(data, 'u', position)
  return {
    kind: 'book',
    symbol: decimalField(data, 's', position),
    // After a restart of the venue's service `u` starts at 1 with a whole book.
    isSnapshot: type === 'snapshot' || lastId === 1,
    // When the matching engine made it, which is the clock of the trades; older dumps only have `ts`.
    exchangeTime: timeField(message, 'cts' in message ? 'cts' : 'ts', position),
    bids: arrayField(data, 'b', position),
    asks: arrayField(data, 'a', position),
    lastId,
    previousId: lastId - 1,
    checksum: undefined,
    // What falls out of the depth is deleted by the venue itself.
    depth: undefined,
    isSpot: topic.startsWith('orderbook.200.'),
  }
}

function tradeOf(trade: unknown, position: SourcePosition): VenueTrade {
  if (!isRecord(trade)) throw position.error('DATA_BAD_MESSAGE', 'expected a trade, found something else')
  return {
    kind: 'trade',
    symbol: decimalField(trade, 's', position),
    exchangeTime: timeField(trade, 'T', position),
    price: decimalField(trade, 'p', position),
    qty: decimalField(trade, 'v', position),
    side: sideField(trade, 'S', position),
    id: textOf(trade.i),
  }
}

/** Messages do not say which market they are of: dumps have 200 levels of spot books and 500 of contracts. */
function marketOf(symbol: string, isSpot: boolean): InstrumentListing {
  return isSpot ? { venue: 'bybit-spot', kind: 'spot' } : contractOf(symbol)
}

/** Contracts against plain dollars are settled in the coin: `BTCUSD`, `BTCUSDH25`. */
export function contractOf(symbol: string): InstrumentListing {
  const isInverse = /USD$|USD[FGHJKMNQUVXZ]\d\d$/.test(symbol)
  return isInverse ? { venue: 'bybit-inverse', isInverse } : { venue: 'bybit-linear', kind: 'linear' }
}
