/**
 * The two forms in which obAnalytics keeps Bitstamp's order stream (https://github.com/phil8192/ob-analytics): the log
 * `<receive ms> <event> <JSON>`, with trades and snapshots of 20 levels among the orders, and the orders alone as CSV.
 *
 * The venue stamps when an order was placed, in whole seconds, and repeats that in every later event of it: only the
 * receive time says when something happened.
 */
import { type SideCode, sideCode } from '../../model/tape.ts'
import { timeOfText } from '../parse-time.ts'
import { readLineBlocks } from '../read-lines.ts'
import type { SourcePosition } from '../source-position.ts'
import {
  arrayField,
  decimalField,
  integerField,
  isRecord,
  type JsonRecord,
  parseJson,
} from './json-fields.ts'

export interface OrderEvent {
  readonly kind: 'created' | 'changed' | 'deleted'
  readonly id: number
  readonly side: SideCode
  readonly price: string
  /** Left after the event; of a deleted order what was canceled, 0 when all was executed. */
  readonly amount: string
}

export type BitstampEvent =
  | OrderEvent
  | { readonly kind: 'trade'; readonly price: string; readonly amount: string }
  | { readonly kind: 'book'; readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] }

type BookLevel = readonly [price: string, amount: string]

/** Microseconds. */
export type OnBitstampEvent = (event: BitstampEvent, time: number) => void

export const bitstampCsvHeader = 'id,timestamp,exchange.timestamp,price,volume,action,direction'
/** Also of a damaged log, as long as its first line is sound. */
export const bitstampLogPattern = /^\d{13} (?:order_(?:created|changed|deleted|book)|trade) \{/

/** @throws {DataError} with file and line */
export async function readBitstampLog(
  paths: readonly string[],
  position: SourcePosition,
  onEvent: OnBitstampEvent,
): Promise<void> {
  const parse = (line: string): TimedEvent => {
    const match = /^(\d{13}) ([a-z_]+) (\{.*\})$/.exec(line)
    const [, timeText = '', name = '', json = ''] = match ?? []
    const time = timeOfText(timeText)
    if (match === null || time === undefined) {
      const found = JSON.stringify(line.slice(0, 60))
      throw position.error('DATA_BAD_ROW', `expected <receive ms> <event> <JSON>, found ${found}`)
    }
    const record = parseJson(json, position)
    if (!isRecord(record))
      throw position.error('DATA_BAD_ROW', 'expected a JSON object, found something else')
    return { event: parseEvent(name, record, position), time }
  }
  await readTimedLines(paths, position, parse, onEvent)
}

/** @throws {DataError} with file and line */
export async function readBitstampCsv(
  paths: readonly string[],
  position: SourcePosition,
  onEvent: OnBitstampEvent,
): Promise<void> {
  const parse = (line: string): TimedEvent | undefined => {
    if (line === bitstampCsvHeader) return undefined
    const [id = '', timestamp = '', , price = '', volume = '', action, direction, ...more] = line.split(',')
    const time = /^\d{13}$/.test(timestamp) ? timeOfText(timestamp) : undefined
    const kind = action === 'created' || action === 'changed' || action === 'deleted' ? action : undefined
    const isSound =
      /^\d{1,15}$/.test(id) && /^\d+$/.test(volume) && (direction === 'bid' || direction === 'ask')
    if (time === undefined || kind === undefined || !isSound || more.length > 0) {
      const found = JSON.stringify(line.slice(0, 60))
      throw position.error('DATA_BAD_ROW', `expected ${bitstampCsvHeader}, found ${found}`)
    }
    const side = direction === 'bid' ? sideCode.buy : sideCode.sell
    return { event: { kind, id: Number(id), side, price, amount: satoshi(volume) }, time }
  }
  await readTimedLines(paths, position, parse, onEvent)
}

interface TimedEvent {
  readonly event: BitstampEvent
  /** Microseconds. */
  readonly time: number
}

/** @param parse undefined for a line that tells of nothing */
async function readTimedLines(
  paths: readonly string[],
  position: SourcePosition,
  parse: (line: string) => TimedEvent | undefined,
  onEvent: OnBitstampEvent,
): Promise<void> {
  let latest = 0
  for (const path of paths) {
    position.open(path, 'line')
    for await (const { firstLine, lines } of readLineBlocks(path)) {
      position.line = firstLine - 1
      for (const line of lines) {
        position.line++
        if (line === '') continue
        const parsed = parse(line)
        if (parsed === undefined) continue
        const { event, time } = parsed
        if (time < latest) {
          throw position.error(
            'DATA_OUT_OF_ORDER',
            `expected times in order, found ${time} after ${latest} µs`,
          )
        }
        latest = time
        onEvent(event, time)
      }
    }
  }
}

function parseEvent(name: string, record: JsonRecord, position: SourcePosition): BitstampEvent {
  switch (name) {
    case 'order_created':
    case 'order_changed':
    case 'order_deleted':
      return parseOrder(name, record, position)
    case 'trade':
      return { kind: 'trade', ...priced(record, position) }
    case 'order_book':
      return {
        kind: 'book',
        bids: arrayField(record, 'bids', position).map((level) => parseLevel(level, position)),
        asks: arrayField(record, 'asks', position).map((level) => parseLevel(level, position)),
      }
    default:
      throw position.error(
        'DATA_BAD_ROW',
        `expected an event of an order, trade or order_book, found ${name}`,
      )
  }
}

const kinds = { order_created: 'created', order_changed: 'changed', order_deleted: 'deleted' } as const

function parseOrder(name: keyof typeof kinds, record: JsonRecord, position: SourcePosition): OrderEvent {
  const id = integerField(record, 'id', position)
  const type = integerField(record, 'order_type', position)
  if (id < 1 || (type !== 0 && type !== 1)) {
    throw position.error('DATA_BAD_FIELD', `expected an id and order_type 0 or 1, found ${id} and ${type}`)
  }
  const side = type === 0 ? sideCode.buy : sideCode.sell
  return { kind: kinds[name], id, side, ...priced(record, position) }
}

function priced(record: JsonRecord, position: SourcePosition): { price: string; amount: string } {
  return { price: decimalField(record, 'price', position), amount: decimalField(record, 'amount', position) }
}

function parseLevel(level: unknown, position: SourcePosition): BookLevel {
  const [price, amount]: readonly unknown[] = Array.isArray(level) ? level : []
  if (typeof price === 'string' && typeof amount === 'string') return [price, amount]
  const found = JSON.stringify(level)
  throw position.error('DATA_BAD_LEVEL', `expected a level ["price", "amount"], found ${found}`)
}

/** Whole hundred-millionths as a decimal. */
function satoshi(volume: string): string {
  const digits = volume.padStart(9, '0')
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`
}
