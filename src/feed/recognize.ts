/** What a file is, by its content and never by its name. */
import type { DataError } from '../core/errors.ts'
import { type Compression, compressionOf, firstBytes } from './decompress.ts'
import { bitstampCsvHeader, bitstampLogPattern } from './importers/bitstamp-lines.ts'
import { captureExchangeOf } from './importers/capture-lines.ts'
import { isRecord, type JsonRecord, parseOrUndefined } from './importers/json-fields.ts'
import { lobsterPattern } from './importers/lobster-lines.ts'
import { findEventArray } from './importers/npz-entry.ts'
import { rawJsonOf } from './importers/raw-line.ts'
import type { MessageFormat } from './message-formats.ts'
import { readLineBlocks } from './read-lines.ts'
import { fileError, shownName } from './source-position.ts'

export type SourceFormat =
  | MessageFormat
  | 'csv'
  /** One array of records. */
  | 'json'
  /** One record per line. */
  | 'json-lines'
  | 'parquet'
  /** Arrow IPC file, also called Feather v2. */
  | 'arrow'
  /** Events of hftbacktest, an array of numpy. */
  | 'hftbacktest-npz'

export interface Recognized {
  readonly format: SourceFormat
  readonly compression: Compression
}

export const understood =
  'raw Binance, Hyperliquid, Bybit or OKX stream recordings (<receive time> <JSON> per line), ' +
  'order book dumps of Bybit and OKX, cryptofeed captures of Binance, OKX, Kraken and Bybit, ' +
  "Bitstamp's order log, LOBSTER message files, " +
  'Tardis CSV (trades, quotes, incremental_book_L2, book_snapshot_*), public dumps of Binance, Bybit ' +
  'and OKX, trades, quotes or bars as CSV, JSON, Parquet or Feather, each plain, .gz, .zst, .xz or .zip, and .npz of hftbacktest'

/** @throws {DataError} for a missing, empty or damaged file, and UNRECOGNIZED for any other content */
export async function recognize(path: string): Promise<Recognized> {
  const compression = await compressionOf(path)
  const head = compression === 'zip' ? '' : Buffer.from(await firstBytes(path, 16)).toString('latin1')
  const container = containerOf(head)
  if (container === 'parquet' || container === 'arrow') return { format: container, compression }
  if (container === 'zip' && (await findEventArray(path)) !== undefined) {
    return { format: 'hftbacktest-npz', compression }
  }
  if (container !== undefined) {
    throw unrecognized(path, container === 'zip' ? 'a zip archive; unpack it first' : container)
  }
  const line = await firstLine(path)
  const inner = containerOf(line)
  if (inner !== undefined)
    throw unrecognized(path, `a ${inner} file inside ${compression}; decompress it first`)
  const format = formatOfText(line)
  if (format === undefined) throw unrecognized(path, `a first line of ${JSON.stringify(line.slice(0, 60))}`)
  return { format, compression }
}

/** @param found what was met instead */
export function unrecognized(path: string, found: string): DataError {
  return fileError('UNRECOGNIZED', path, `expected ${understood}; found ${found} in ${shownName(path)}`)
}

function containerOf(head: string): string | undefined {
  if (head.startsWith('PAR1')) return 'parquet'
  if (head.startsWith('ARROW1')) return 'arrow'
  if (head.startsWith('FEA1')) return 'Feather version 1, which is no longer written'
  if (head.startsWith('PK\u0003\u0004')) return 'zip'
  return undefined
}

async function firstLine(path: string): Promise<string> {
  for await (const { lines } of readLineBlocks(path)) {
    const line = lines.find((candidate) => candidate.trim() !== '')
    if (line !== undefined) return line
  }
  throw fileError('FILE_EMPTY', path, 'expected market data, found only empty lines')
}

function formatOfText(line: string): SourceFormat | undefined {
  if (bitstampLogPattern.test(line)) return 'bitstamp-log'
  if (line === bitstampCsvHeader) return 'bitstamp-orders'
  if (lobsterPattern.test(line)) return 'lobster'
  const raw = rawJsonOf(line)
  if (isRecord(raw)) return rawFormatOf(raw)
  const text = line.trimStart()
  if (text.startsWith('[')) return 'json'
  if (text.startsWith('{')) return formatOfRecord(text)
  // Older trades of OKX have bilingual column names in GBK.
  if (/^(trade_id|instrument_name)\//.test(text)) return 'csv'
  // What is no UTF-8 decodes to this sign.
  if (text.includes('\ufffd') || text.includes('\0')) return undefined
  return /[,;\t]/.test(text) ? 'csv' : undefined
}

function rawFormatOf(message: JsonRecord): SourceFormat | undefined {
  if ('stream' in message || 'lastUpdateId' in message || 'e' in message) return 'binance-raw'
  if ('channel' in message) return 'hyperliquid-raw'
  if ('topic' in message || 'ret_msg' in message) return 'bybit-raw'
  return 'arg' in message ? 'okx-raw' : undefined
}

/** A capture, a message of a venue, or a record of plain values. */
function formatOfRecord(text: string): SourceFormat | undefined {
  const record = parseOrUndefined(text)
  if (!isRecord(record)) return undefined
  if (captureExchangeOf(record) !== undefined) return 'capture'
  if ('topic' in record && 'data' in record) return 'bybit-json'
  if ('arg' in record || ('action' in record && 'asks' in record)) return 'okx-json'
  const isFlat = Object.values(record).every((value) => typeof value !== 'object' || value === null)
  return isFlat ? 'json-lines' : undefined
}
