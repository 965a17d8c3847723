/** CSV with commas, semicolons or tabs, with a header line or as one of Binance's dumps without one. */

import { readLineBlocks } from '../read-lines.ts'
import { unrecognized } from '../recognize.ts'
import { SourcePosition } from '../source-position.ts'
import type { Table, TableBatch } from './table.ts'

interface CsvLayout {
  readonly separator: string
  readonly columns: readonly string[]
  /** Line of the first data row. */
  readonly firstDataLine: number
}

/** @throws {DataError} UNRECOGNIZED when there is no header and the columns are not those of a known dump */
export async function openCsvTable(path: string): Promise<Table> {
  const layout = await layoutOf(path)
  return { path, columns: layout.columns, unit: 'line', batches: () => csvBatches(path, layout) }
}

async function* csvBatches(path: string, layout: CsvLayout): AsyncGenerator<TableBatch> {
  const position = new SourcePosition()
  position.open(path, 'line')
  for await (const { firstLine, lines } of readLineBlocks(path)) {
    const rows: string[][] = []
    for (const [index, line] of lines.entries()) {
      position.line = firstLine + index
      // An empty line keeps its place, so that row numbers stay line numbers.
      const isData = position.line >= layout.firstDataLine && line !== ''
      const cells = isData ? splitLine(line, layout.separator, position) : []
      if (isData && cells.length !== layout.columns.length) throw wrongCount(cells, layout, position)
      rows.push(cells)
    }
    yield { firstLine, rows }
  }
}

async function layoutOf(path: string): Promise<CsvLayout> {
  const position = new SourcePosition()
  position.open(path, 'line')
  for await (const { firstLine, lines } of readLineBlocks(path)) {
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue
      position.line = firstLine + index
      const separator = [',', ';', '\t'].find((candidate) => line.includes(candidate)) ?? ','
      const cells = splitLine(line, separator, position)
      if (!cells.some(isValue))
        return { separator, columns: cells.map((name) => name.trim()), firstDataLine: position.line + 1 }
      const columns = headlessColumns(cells)
      if (columns === undefined) throw unrecognized(path, `CSV of ${cells.length} columns without a header`)
      return { separator, columns, firstDataLine: position.line }
    }
  }
  throw unrecognized(path, 'CSV without a line')
}

/** Header names are no numbers and no dates. */
function isValue(cell: string): boolean {
  return /^[+-]?\d*\.?\d+([eE][+-]?\d+)?$/.test(cell) || /^\d{4}-\d{2}-\d{2}/.test(cell)
}

const isFlag = (cell: string | undefined): boolean => /^(true|false)$/i.test(cell ?? '')

/** Binance's public dumps before it wrote headers (data.binance.vision, read 2025-11). */
function headlessColumns(cells: readonly string[]): readonly string[] | undefined {
  if (cells.length === 12 && cells.every(isValue)) {
    const rest = ['quote_volume', 'count', 'taker_buy_volume', 'taker_buy_quote_volume', 'ignore']
    return ['open_time', 'open', 'high', 'low', 'close', 'volume', 'close_time', ...rest]
  }
  const spotTrades = ['id', 'price', 'qty', 'quote_qty', 'time', 'is_buyer_maker', 'is_best_match']
  if (cells.length === 7 && isFlag(cells[5]) && isFlag(cells[6])) return spotTrades
  if (cells.length === 6 && isFlag(cells[5])) return spotTrades.slice(0, 6)
  const aggTrades = ['id', 'price', 'qty', 'first_trade_id', 'last_trade_id', 'time', 'is_buyer_maker']
  if (cells.length === 7 && isFlag(cells[6])) return aggTrades
  if (cells.length === 8 && isFlag(cells[6]) && isFlag(cells[7])) return [...aggTrades, 'is_best_match']
  const isDepth = (cells.length === 9 || cells.length === 10) && /^(snap|set)$/.test(cells[6] ?? '')
  if (isDepth) return depthColumns.slice(0, cells.length)
  return undefined
}

/** T_DEPTH dumps: see table-updates.ts. */
const depthColumns = [
  ...['symbol', 'timestamp', 'trans_id', 'first_update_id', 'last_update_id'],
  ...['side', 'update_type', 'price', 'qty', 'pq'],
]

function splitLine(line: string, separator: string, position: SourcePosition): string[] {
  if (!line.includes('"')) return line.split(separator)
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i)
    if (char === '"') {
      const isDoubled = isQuoted && line.charAt(i + 1) === '"'
      if (isDoubled) cell += line.charAt(++i)
      else isQuoted = !isQuoted
    } else if (char === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else {
      cell += char
    }
  }
  if (isQuoted) throw position.error('DATA_BAD_ROW', 'expected a closing quote, found the end of the line')
  return [...cells, cell]
}

function wrongCount(cells: readonly string[], layout: CsvLayout, position: SourcePosition): Error {
  return position.error('DATA_BAD_ROW', `expected ${layout.columns.length} columns, found ${cells.length}`)
}
