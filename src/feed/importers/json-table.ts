/**
 * JSON tables: one array of records, or a record per line. A record is an object, or an array in the order that
 * freqtrade writes: bars [time, open, high, low, close, volume], trades [time, id, type, side, price, amount, cost].
 */

import { decimalTextOf } from '../decimal-steps.ts'
import { readBytes } from '../decompress.ts'
import { readLineBlocks } from '../read-lines.ts'
import { unrecognized } from '../recognize.ts'
import { fileError, SourcePosition } from '../source-position.ts'
import { isRecord, parseJson } from './json-fields.ts'
import { ArraySplitter } from './json-splitter.ts'
import type { Table, TableBatch } from './table.ts'

/** @throws {DataError} for damaged JSON, and UNRECOGNIZED when the first record has another shape */
export async function openJsonTable(path: string, layout: 'array' | 'lines'): Promise<Table> {
  const records = () => (layout === 'array' ? arrayRecords(path) : lineRecords(path))
  const columns = await columnsOf(path, records())
  const unit = layout === 'array' ? 'row' : 'line'
  return { path, columns, unit, batches: () => textBatches(path, records(), columns) }
}

interface RecordBlock {
  readonly firstLine: number
  readonly unit: 'row' | 'line'
  /** JSON of one record each; '' for an empty line. */
  readonly records: readonly string[]
}

async function* textBatches(
  path: string,
  blocks: AsyncGenerator<RecordBlock>,
  columns: readonly string[],
): AsyncGenerator<TableBatch> {
  const position = new SourcePosition()
  for await (const { firstLine, unit, records } of blocks) {
    position.open(path, unit)
    position.line = firstLine - 1
    const rows = records.map((record) => {
      position.line++
      return record === '' ? [] : cellsOf(parseJson(record, position), columns, position)
    })
    yield { firstLine, rows }
  }
}

async function* lineRecords(path: string): AsyncGenerator<RecordBlock> {
  for await (const { firstLine, lines } of readLineBlocks(path))
    yield { firstLine, unit: 'line', records: lines }
}

async function* arrayRecords(path: string): AsyncGenerator<RecordBlock> {
  const decoder = new TextDecoder('utf-8')
  const splitter = new ArraySplitter()
  let firstLine = 1
  for await (const bytes of readBytes(path)) {
    const records = splitter.push(decoder.decode(bytes, { stream: true }))
    if (records === undefined) break
    if (records.length > 0) yield { firstLine, unit: 'row', records }
    firstLine += records.length
  }
  if (splitter.isComplete) return
  const message = `expected one JSON array of records, found damage or its end cut off after record ${firstLine - 1}`
  throw fileError('DATA_BAD_JSON', path, message)
}

async function columnsOf(path: string, blocks: AsyncGenerator<RecordBlock>): Promise<readonly string[]> {
  const position = new SourcePosition()
  position.open(path, 'row')
  for await (const { records } of blocks) {
    const record = records.find((candidate) => candidate !== '')
    if (record === undefined) continue
    const value = parseJson(record, position)
    const columns = isRecord(value)
      ? Object.keys(value)
      : Array.isArray(value)
        ? columnsOfArray(value)
        : undefined
    if (columns !== undefined) return columns
    throw unrecognized(path, `JSON records like ${record.slice(0, 80)}`)
  }
  throw unrecognized(path, 'JSON without a record')
}

function columnsOfArray(record: readonly unknown[]): readonly string[] | undefined {
  if (record.length === 7 && /^(buy|sell)$/.test(String(record[3]))) {
    return ['time', 'id', 'type', 'side', 'price', 'amount', 'cost']
  }
  const isNumeric = record.every((value) => typeof value === 'number')
  return record.length === 6 && isNumeric ? ['time', 'open', 'high', 'low', 'close', 'volume'] : undefined
}

function cellsOf(record: unknown, columns: readonly string[], position: SourcePosition): string[] {
  if (Array.isArray(record)) {
    if (record.length === columns.length) return record.map(cellOf)
    const message = `expected a record of ${columns.length} values, found ${record.length}`
    throw position.error('DATA_BAD_ROW', message)
  }
  if (isRecord(record)) return columns.map((name) => cellOf(record[name]))
  throw position.error('DATA_BAD_ROW', `expected a record, found ${JSON.stringify(record)}`)
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return decimalTextOf(value)
  return typeof value === 'boolean' ? String(value) : ''
}
