/**
 * Tables of trades, quotes, bars or books → an importer, whatever kind of file they are. Files of one kind continue each
 * other; files of different kinds, such as Tardis' trades and book changes, are merged by receive time.
 */
import { basename } from 'node:path'
import { DataError } from '../../core/errors.ts'
import type { InstrumentSpec } from '../../model/instrument.ts'
import type { DataLevel } from '../../model/tape.ts'
import { type ChosenInstrument, chooseInstrument } from '../choose-instrument.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { insideArchive } from '../zip-path.ts'
import { listingOfColumns } from './known-dumps.ts'
import { mergeRows, RowQueue } from './merge-rows.ts'
import { NoteCounts } from './note-counts.ts'
import type { Table } from './table.ts'
import { shapeOf, type TableKind } from './table-columns.ts'
import { type GroupReadOptions, readGroup } from './table-reader.ts'
import { TableRows } from './table-rows.ts'
import { scanTables, type TableGroup, type TableScan } from './table-scan.ts'

/** Finest first. */
const levelOf: Readonly<Record<TableKind, DataLevel>> = {
  'book-diffs': 'l2',
  'book-snapshots': 'l2',
  'book-updates': 'l2',
  quotes: 'l1',
  trades: 'trades',
  bars: 'bars',
}
const levelOrder: readonly DataLevel[] = ['l2', 'l1', 'trades', 'bars']

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
  const groups = groupByKind(tables, options)
  const kinds = groups.map(({ kind }) => kind)
  const scan = await scanTables(groups, options.instrument)
  if (kinds.includes('bars') && scan.barUs === undefined) throw unknownLength(tables)
  const chosen = instrumentOf(tables, kinds, scan, options)
  const hasReceiveTime = groups.every(({ files }) =>
    files.every(({ shape }) => shape.columns.receiveTime !== undefined),
  )
  const isTardis = scan.exchange !== undefined && hasReceiveTime
  const levels = new Set(kinds.map((kind) => levelOf[kind]))
  return {
    format: `${isTardis ? 'tardis' : container}-${kinds.join('+')}`,
    instrument: chosen.spec,
    levels: levelOrder.filter((level) => levels.has(level)),
    barUs: kinds.includes('bars') ? scan.barUs : undefined,
    hasReceiveTime,
    read: (sink) => readGroups(groups, chosen, { scan, skipsOthers: options.instrument !== undefined }, sink),
  }
}

async function readGroups(
  groups: readonly TableGroup[],
  { spec, notes }: ChosenInstrument,
  options: GroupReadOptions,
  sink: TapeSink,
): Promise<ImportCounters> {
  const [only, second] = groups
  const parts: TableRows[] = []
  if (only !== undefined && second === undefined) {
    const rows = tableRows(sink, spec)
    parts.push(rows)
    for await (const _step of readGroup(only, rows, options));
  } else {
    const sources = groups.map((group) => {
      const queue = new RowQueue()
      const rows = tableRows(queue, spec)
      parts.push(rows)
      return { queue, steps: readGroup(group, rows, options) }
    })
    await mergeRows(sources, sink)
  }
  return {
    gaps: parts.reduce((sum, { gaps }) => sum + gaps, 0),
    offLotQuantities: parts.reduce((sum, { grid }) => sum + grid.offLotQuantities, 0),
    touchChecks: 0,
    touchAgreed: 0,
    notes: [...notes, ...parts.flatMap((rows) => rows.notes.sentences())],
  }
}

function tableRows(sink: TapeSink, spec: InstrumentSpec): TableRows {
  const position = new SourcePosition()
  return new TableRows(sink, new InstrumentGrid(spec, position), new NoteCounts(), position)
}

function instrumentOf(
  tables: readonly Table[],
  kinds: readonly TableKind[],
  { symbol, exchange, sample }: TableScan,
  options: ImportOptions,
): ChosenInstrument {
  const id = symbol ?? idOfFileName(tables[0]?.path ?? '')
  const named = exchange === undefined ? undefined : (venueNames[exchange] ?? exchange)
  const listing = named === undefined ? listingOfColumns(tables[0]?.columns ?? [], id) : undefined
  const seen = {
    id,
    isNameGuessed: symbol === undefined,
    venue: named ?? listing?.venue,
    kind: listing?.kind,
    sample,
    listing,
    // Volumes of bars are sums, now and then interpolated by whoever filled a hole.
    lotTolerance: kinds.includes('bars') ? 0.001 : 0,
  }
  return chooseInstrument(seen, options)
}

/** @throws {DataError} DATA_MIXED_FORMATS for kinds that tell the same thing twice */
function groupByKind(tables: readonly Table[], options: ImportOptions): readonly TableGroup[] {
  const groups = new Map<TableKind, { table: Table; shape: ReturnType<typeof shapeOf> }[]>()
  for (const table of tables) {
    const shape = shapeOf(table, options.columns)
    const files = groups.get(shape.kind)
    if (files === undefined) groups.set(shape.kind, [{ table, shape }])
    else files.push({ table, shape })
  }
  const kinds = [...groups.keys()]
  const isMixable =
    !kinds.includes('bars') && new Set(kinds.map((kind) => levelOf[kind])).size === kinds.length
  if (kinds.length > 1 && !isMixable) {
    const found = [...groups].flatMap(([kind, files]) =>
      files.map(({ table }) => `${basename(table.path)} (${kind})`),
    )
    const message = 'expected one kind of bars or books, with trades and quotes beside it at most, found'
    throw new DataError('DATA_MIXED_FORMATS', `${message} ${found.join(', ')}`)
  }
  return [...groups].map(([kind, files]) => ({ kind, files }))
}

function unknownLength(tables: readonly Table[]): DataError {
  const name = basename(tables[0]?.path ?? '')
  return new DataError('DATA_BAR_LENGTH', `expected at least two bars, or one with its close time (${name})`)
}

/** Only a name for reports: `ADABTC-1m-2021.csv` → `ADABTC`; undefined when no known quote currency ends it. */
function idOfFileName(path: string): string | undefined {
  const name = basename(insideArchive(path)?.name ?? path)
  const upper =
    /^([A-Z0-9]{2,12}[_-]?(?:FDUSD|USDT|USDC|BUSD|USD|EUR|BTC|ETH|BNB)(?:[_-](?:PERP|SWAP|\d{6}))?)(?![A-Z0-9])/.exec(
      name,
    )
  const lower = /(?:^|[^a-z0-9])([a-z0-9]{2,8}(?:fdusd|usdt|usdc|busd))(?![a-z0-9])/.exec(name)
  return upper?.[1] ?? lower?.[1]?.toUpperCase()
}
