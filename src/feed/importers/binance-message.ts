/** Messages of Binance's market streams, spot and futures, with prices and quantities still as text. */
import { timeOfNumber } from '../parse-time.ts'
import type { SourcePosition } from '../source-position.ts'
import {
  arrayField,
  booleanField,
  decimalField,
  integerField,
  isRecord,
  type JsonRecord,
  parseJson,
  textOf,
} from './json-fields.ts'

/** levels[i] = [price, quantity] as text, not checked yet. */
export type RawLevels = readonly unknown[]

/** Times in microseconds on the venue's clock: transaction time `T`, or event time `E` where there is no `T`. */
export type BinanceMessage =
  | {
      readonly kind: 'depth'
      readonly symbol: string
      readonly exchangeTime: number
      readonly firstId: number
      readonly lastId: number
      /** `pu`; futures only. */
      readonly previousId: number | undefined
      readonly bids: RawLevels
      readonly asks: RawLevels
    }
  | {
      readonly kind: 'snapshot'
      readonly lastId: number
      readonly exchangeTime: number | undefined
      readonly bids: RawLevels
      readonly asks: RawLevels
    }
  | {
      readonly kind: 'trade' | 'aggTrade'
      readonly symbol: string
      readonly exchangeTime: number
      readonly price: string
      readonly qty: string
      readonly buyerIsMaker: boolean
      /** `X`: MARKET, or what else moved the position (INSURANCE_FUND, ADL, NA). Futures `trade` only. */
      readonly origin: string | undefined
      /** Spot trades carry an unused field `M`. */
      readonly isFutures: boolean
    }
  | {
      readonly kind: 'bookTicker'
      readonly symbol: string
      /** undefined on spot. */
      readonly exchangeTime: number | undefined
      readonly updateId: number
      readonly bidPrice: string
      readonly bidQty: string
      readonly askPrice: string
      readonly askQty: string
    }
  | {
      readonly kind: 'markPrice'
      readonly symbol: string
      readonly exchangeTime: number
      readonly price: string
      /** Of the funding to come; undefined for a future that pays none. Time in microseconds. */
      readonly funding: { readonly time: number; readonly rate: string } | undefined
    }
  /** A stream that is not used; `name` is its stream or event name. */
  | { readonly kind: 'other'; readonly name: string }

/** @throws {DataError} for broken JSON or a message without the fields of its kind */
export function parseBinanceMessage(json: string, position: SourcePosition): BinanceMessage {
  const message = parseJson(json, position)
  if (!isRecord(message))
    throw position.error('DATA_BAD_MESSAGE', 'expected a JSON object, found something else')
  const stream = textOf(message.stream)
  const data = message.data ?? message
  if (!isRecord(data)) return { kind: 'other', name: stream ?? 'a message without data' }
  if (stream === undefined && 'lastUpdateId' in data) return snapshotOf(data, position)
  const event = textOf(data.e) ?? (stream?.endsWith('@bookTicker') === true ? 'bookTicker' : undefined)
  // A partial book (`@depth20`) has the fields of a diff and means something else.
  if (stream !== undefined && /@depth\d/.test(stream)) return { kind: 'other', name: stream }
  switch (event) {
    case 'depthUpdate':
      return depthOf(data, position)
    case 'trade':
    case 'aggTrade':
      return tradeOf(event, data, position)
    case 'bookTicker':
      return bookTickerOf(data, position)
    case 'markPriceUpdate':
      // Its `T` is the next funding time.
      return {
        kind: 'markPrice',
        symbol: symbolOf(data, position),
        exchangeTime: timeField(data, 'E', position),
        price: decimalField(data, 'p', position),
        funding: fundingOf(data),
      }
    default:
      return { kind: 'other', name: stream ?? event ?? 'a message without an event name' }
  }
}

/** `r` and `T`: the rate as it would be paid now, at the next funding time in milliseconds. */
function fundingOf({ r, T }: JsonRecord) {
  const isGiven = typeof r === 'string' && /^-?\d+(\.\d+)?$/.test(r) && typeof T === 'number' && T > 0
  return isGiven ? { time: T * 1_000, rate: r } : undefined
}

/** Whether a message can only come from a futures venue (true), only from spot (false), or from both. */
export function isFuturesMessage(message: BinanceMessage): boolean | undefined {
  switch (message.kind) {
    case 'depth':
      return message.previousId !== undefined
    case 'bookTicker':
      return message.exchangeTime !== undefined
    case 'trade':
    case 'aggTrade':
      return message.isFutures
    case 'markPrice':
      return true
    default:
      return undefined
  }
}

function snapshotOf(data: JsonRecord, position: SourcePosition): BinanceMessage {
  return {
    kind: 'snapshot',
    lastId: integerField(data, 'lastUpdateId', position),
    exchangeTime: 'T' in data || 'E' in data ? stampOf(data, position) : undefined,
    bids: arrayField(data, 'bids', position),
    asks: arrayField(data, 'asks', position),
  }
}

function depthOf(data: JsonRecord, position: SourcePosition): BinanceMessage {
  return {
    kind: 'depth',
    symbol: symbolOf(data, position),
    exchangeTime: stampOf(data, position),
    firstId: integerField(data, 'U', position),
    lastId: integerField(data, 'u', position),
    previousId: 'pu' in data ? integerField(data, 'pu', position) : undefined,
    bids: arrayField(data, 'b', position),
    asks: arrayField(data, 'a', position),
  }
}

function tradeOf(kind: 'trade' | 'aggTrade', data: JsonRecord, position: SourcePosition): BinanceMessage {
  return {
    kind,
    symbol: symbolOf(data, position),
    exchangeTime: stampOf(data, position),
    price: decimalField(data, 'p', position),
    qty: decimalField(data, 'q', position),
    buyerIsMaker: booleanField(data, 'm', position),
    origin: textOf(data.X),
    isFutures: !('M' in data),
  }
}

function bookTickerOf(data: JsonRecord, position: SourcePosition): BinanceMessage {
  return {
    kind: 'bookTicker',
    symbol: symbolOf(data, position),
    exchangeTime: 'T' in data || 'E' in data ? stampOf(data, position) : undefined,
    updateId: integerField(data, 'u', position),
    bidPrice: decimalField(data, 'b', position),
    bidQty: decimalField(data, 'B', position),
    askPrice: decimalField(data, 'a', position),
    askQty: decimalField(data, 'A', position),
  }
}

function symbolOf(data: JsonRecord, position: SourcePosition): string {
  return decimalField(data, 's', position).toUpperCase()
}

function stampOf(data: JsonRecord, position: SourcePosition): number {
  return timeField(data, 'T' in data ? 'T' : 'E', position)
}

function timeField(data: JsonRecord, name: string, position: SourcePosition): number {
  const time = timeOfNumber(integerField(data, name, position))
  if (time !== undefined) return time
  throw position.error('DATA_BAD_TIME', `expected a time in field "${name}", found ${String(data[name])}`)
}
