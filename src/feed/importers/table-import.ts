/** Tables of trades, quotes, bars or books → an importer, whatever kind of file they are. */
import { basename } from 'node:path'
import { ConfigError, DataError } from '../../core/errors.ts'
import type { DataLevel } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions } from '../tape-sink.ts'
import { NoteCounts } from './note-counts.ts'
import type { Table } from './table.ts'
import { BarRows } from './table-bars.ts'
import { BookDiffRows } from './table-book.ts'
import { shapeOf, type TableKind, type TableShape } from './table-columns.ts'
import { QuoteRows } from './table-quotes.ts'
import { type TableRowReader, TableRows } from './table-rows.ts'
import { scanTables, type TableScan } from './table-scan.ts'
import { BookSnapshotRows } from './table-snapshots.ts'
import { TradeRows } from './table-trades.ts'

interface TableSource {
  readonly tables: readonly Table[]
  readonly shapes: readonly TableShape[]
  readonly kind: TableKind
  readonly scan: TableScan
  /** Rows of other symbols are passed over only when the user has chosen one. */
  readonly skipsOthers: boolean
}

const levelOf: Readonly<Record<TableKind, DataLevel>> = {
  'book-diffs': 'l2',
  'book-snapshots': 'l2',
  quotes: 'l1',
  trades: 'trades',
  bars: 'bars',
}

/** Tardis' names of Binance's markets; other exchanges keep their own. */
const venueNames: Readonly<Record<string, string>> = {
  binance: 'binance-spot',
  'binance-futures': 'binance-usdm',
  'binance-delivery': 'binance-coinm',
}

/** @param container what the files are, for the name of the format: `csv`, `parquet` … */
export async function openTableImporter(
  tables: readonly Table[],
  container: string,
  options: ImportOptions,
): Promise<Importer> {
  const shapes = tables.map((table) => shapeOf(table, options.columns))
  const kind = oneKind(tables, shapes)
  const scan = await scanTables(tables, shapes, options.instrument)
  const { symbol, exchange, sample } = scan
  const venue = exchange === undefined ? undefined : (venueNames[exchange] ?? exchange)
  const seen = {
    id: symbol ?? idOfFileName(tables[0]?.path ?? ''),
    isNameGuessed: symbol === undefined,
    venue,
    kind: undefined,
    sample,
    // Volumes of bars are sums, now and then interpolated by whoever filled a hole.
    lotTolerance: kind === 'bars' ? 0.001 : 0,
  }
  const { spec, notes } = chooseInstrument(seen, options)
  if (kind === 'bars' && scan.barUs === undefined) throw unknownLength(tables)
  const source = { tables, shapes, kind, scan, skipsOthers: options.instrument !== undefined }
  const isTardis = exchange !== undefined && shapes.every(({ columns }) => columns.receiveTime !== undefined)
  return {
    format: `${isTardis ? 'tardis' : container}-${kind}`,
    instrument: spec,
    levels: [levelOf[kind]],
    barUs: kind === 'bars' ? scan.barUs : undefined,
    hasReceiveTime: shapes.every(({ columns }) => columns.receiveTime !== undefined),
    read: async (sink) => {
      const position = new SourcePosition()
      const rows = new TableRows(sink, new InstrumentGrid(spec, position), new NoteCounts(), position)
      await readTables(source, rows)
      return countersOf(rows, notes)
    },
  }
}

async function readTables(source: TableSource, rows: TableRows): Promise<void> {
  const reader = rowReader(source, rows)
  for (const [index, table] of source.tables.entries()) {
    const shape = source.shapes[index]
    if (shape === undefined) continue
    rows.position.open(table.path, table.unit)
    rows.useColumns(shape.columns)
    reader.startFile(table.columns)
    for await (const batch of table.batches()) {
      rows.position.line = batch.firstLine - 1
      for (const cells of batch.rows) {
        rows.position.line++
        if (cells.length > 0 && isWanted(cells, source, rows)) reader.row(cells)
      }
    }
    reader.endFile()
  }
}

function rowReader({ kind, scan }: TableSource, rows: TableRows): TableRowReader {
  switch (kind) {
    case 'trades':
      return new TradeRows(rows)
    case 'quotes':
      return new QuoteRows(rows)
    case 'bars':
      return new BarRows(rows, scan.barUs ?? 0)
    case 'book-diffs':
      return new BookDiffRows(rows)
    case 'book-snapshots':
      return new BookSnapshotRows(rows)
  }
}

function isWanted(cells: readonly string[], { scan, skipsOthers }: TableSource, rows: TableRows): boolean {
  if (scan.symbol === undefined) return true
  const symbol = rows.cell(cells, 'symbol')
  if (symbol === scan.symbol || symbol === '') return true
  if (!skipsOthers) {
    throw rows.position.error(
      'DATA_SEVERAL_INSTRUMENTS',
      `expected ${scan.symbol} only, found a row of ${symbol}; pass --instrument to choose one`,
    )
  }
  rows.notes.add(`rows of ${symbol} were passed over`)
  return false
}

function countersOf({ grid, notes }: TableRows, chosen: readonly string[]): ImportCounters {
  const none = { gaps: 0, touchChecks: 0, touchAgreed: 0 }
  return { ...none, offLotQuantities: grid.offLotQuantities, notes: [...chosen, ...notes.sentences()] }
}

function oneKind(tables: readonly Table[], shapes: readonly TableShape[]): TableKind {
  const kinds = new Set(shapes.map(({ kind }) => kind))
  const [kind] = kinds
  if (kind === undefined) throw new ConfigError('NO_FILES', 'expected at least one data file, found none')
  if (kinds.size === 1) return kind
  const found = tables.map((table, index) => `${basename(table.path)} (${shapes[index]?.kind})`).join(', ')
  throw new DataError(
    'DATA_MIXED_FORMATS',
    `expected files of one kind that continue each other, found ${found}`,
  )
}

function unknownLength(tables: readonly Table[]): DataError {
  const name = basename(tables[0]?.path ?? '')
  return new DataError('DATA_BAR_LENGTH', `expected at least two bars, or one with its close time (${name})`)
}

/** Only a name for reports: `ADABTC-1m-2021.csv` → `ADABTC`; undefined when no known quote currency ends it. */
function idOfFileName(path: string): string | undefined {
  const name = basename(path)
  const upper = /^([A-Z0-9]{2,12}[_-]?(?:FDUSD|USDT|USDC|BUSD|USD|EUR|BTC|ETH|BNB))(?![A-Z0-9])/.exec(name)
  const lower = /(?:^|[^a-z0-9])([a-z0-9]{2,8}(?:fdusd|usdt|usdc|busd))(?![a-z0-9])/.exec(name)
  return upper?.[1] ?? lower?.[1]?.toUpperCase()
}
