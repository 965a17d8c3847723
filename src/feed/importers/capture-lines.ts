/**
 * Lines of a capture in cryptofeed's format: `{"t":"header|http|connect|send|recv","conn":…,"ts":…,"data":"…"}`, the
 * message as text in `data` (bmoscon/cryptofeed, tools to capture and replay raw data; seen in format 2, recordings of
 * 2021 and 2022). `ts` is our clock in seconds.
 */
import { timeOfNumber } from '../parse-time.ts'
import { readLineBlocks } from '../read-lines.ts'
import { SourcePosition } from '../source-position.ts'
import { isRecord, type JsonRecord, parseJson, textOf } from './json-fields.ts'

export interface CaptureLine {
  /** Counts from 1. */
  readonly line: number
  readonly connection: string
  /** Microseconds, on our clock. */
  readonly receiveTime: number
  /** What came in, as JSON; undefined for a line that only says that something was sent or connected. */
  readonly json: string | undefined
  /** Of the request that was answered; undefined for a WebSocket message. */
  readonly url: string | undefined
}

/** The venue's name in the header, upper case; undefined for any other line. */
export function captureExchangeOf(record: JsonRecord): string | undefined {
  return record.t === 'header' ? textOf(record.exchange)?.toUpperCase() : undefined
}

/** Blocks of lines, without the header. @throws {DataError} with file and line */
export async function* captureBlocks(path: string): AsyncGenerator<readonly CaptureLine[]> {
  const position = new SourcePosition()
  position.open(path, 'line')
  for await (const { firstLine, lines } of readLineBlocks(path)) {
    const block: CaptureLine[] = []
    position.line = firstLine - 1
    for (const text of lines) {
      position.line++
      const line = text === '' ? undefined : parseLine(text, position)
      if (line !== undefined) block.push(line)
    }
    yield block
  }
}

function parseLine(text: string, position: SourcePosition): CaptureLine | undefined {
  const record = parseJson(text, position)
  if (!isRecord(record)) throw position.error('DATA_BAD_MESSAGE', 'expected a line of a capture, found none')
  if (record.t === 'header') return undefined
  const receiveTime = typeof record.ts === 'number' ? timeOfNumber(record.ts) : undefined
  if (receiveTime === undefined) {
    throw position.error('DATA_BAD_TIME', `expected a time in field "ts", found ${String(record.ts)}`)
  }
  const isIncoming = record.t === 'recv' || record.t === 'http'
  const json = isIncoming ? textOf(record.data) : undefined
  if (isIncoming && json === undefined) {
    throw position.error('DATA_BAD_FIELD', 'expected text in field "data", found none')
  }
  const url = record.t === 'http' ? (textOf(record.url) ?? '') : undefined
  return { line: position.line, connection: textOf(record.conn) ?? '', receiveTime, json, url }
}
