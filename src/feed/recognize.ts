/** What a file is, by its content and never by its name. */
import { basename } from 'node:path'
import type { DataError } from '../core/errors.ts'
import { type Compression, compressionOf, firstBytes } from './decompress.ts'
import { isRecord } from './importers/json-fields.ts'
import { rawJsonOf } from './importers/raw-line.ts'
import { readLineBlocks } from './read-lines.ts'
import { fileError } from './source-position.ts'

export type SourceFormat =
  /** `<receive time> <JSON>` per line, as Binance or Hyperliquid sent it. */
  | 'binance-raw'
  | 'hyperliquid-raw'
  | 'csv'
  /** One array of records. */
  | 'json'
  /** One record per line. */
  | 'json-lines'
  | 'parquet'
  /** Arrow IPC file, also called Feather v2. */
  | 'arrow'

export interface Recognized {
  readonly format: SourceFormat
  readonly compression: Compression
}

export const understood =
  'raw Binance or Hyperliquid stream recordings (<receive time> <JSON> per line), ' +
  'Tardis CSV (trades, quotes, incremental_book_L2, book_snapshot_*), trades, quotes or bars ' +
  'as CSV, JSON, Parquet or Feather, each plain, .gz, .zst or .xz'

/** @throws {DataError} for a missing, empty or damaged file, and UNRECOGNIZED for any other content */
export async function recognize(path: string): Promise<Recognized> {
  const compression = await compressionOf(path)
  const container = containerOf(Buffer.from(await firstBytes(path, 16)).toString('latin1'))
  if (container === 'parquet' || container === 'arrow') return { format: container, compression }
  if (container !== undefined) throw unrecognized(path, container)
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
  return fileError('UNRECOGNIZED', path, `expected ${understood}; found ${found} in ${basename(path)}`)
}

function containerOf(head: string): string | undefined {
  if (head.startsWith('PAR1')) return 'parquet'
  if (head.startsWith('ARROW1')) return 'arrow'
  if (head.startsWith('FEA1')) return 'Feather version 1, which is no longer written'
  if (head.startsWith('PK\u0003\u0004')) return 'a zip archive; unpack it first'
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
  const raw = rawJsonOf(line)
  if (isRecord(raw)) return rawFormatOf(raw)
  const text = line.trimStart()
  if (text.startsWith('[')) return 'json'
  if (text.startsWith('{')) return isTableRecord(text) ? 'json-lines' : undefined
  // What is no UTF-8 decodes to this sign.
  if (text.includes('\ufffd') || text.includes('\0')) return undefined
  return /[,;\t]/.test(text) ? 'csv' : undefined
}

function rawFormatOf(message: Readonly<Record<string, unknown>>): SourceFormat | undefined {
  if ('stream' in message || 'lastUpdateId' in message || 'e' in message) return 'binance-raw'
  return 'channel' in message ? 'hyperliquid-raw' : undefined
}

/** Captures of other tools are records too, with a type in `t` and the message as text in `data`. */
function isTableRecord(text: string): boolean {
  try {
    const record: unknown = JSON.parse(text)
    return (
      isRecord(record) && Object.values(record).every((value) => typeof value !== 'object' || value === null)
    )
  } catch {
    return false
  }
}
