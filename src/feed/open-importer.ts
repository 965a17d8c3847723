/** Files of one recording of one instrument → the importer that reads them. */
import { ConfigError, DataError } from '../core/errors.ts'
import { openArrowTable } from './importers/arrow-table.ts'
import { openCsvTable } from './importers/csv-table.ts'
import { openHftbacktestNpz } from './importers/hftbacktest-npz.ts'
import { openJsonTable } from './importers/json-table.ts'
import { openMessages } from './importers/open-messages.ts'
import { openParquetTable } from './importers/parquet-table.ts'
import type { Table } from './importers/table.ts'
import { openTableImporter } from './importers/table-import.ts'
import { isMessageFormat, type MessageFormat } from './message-formats.ts'
import { recognize, type SourceFormat, unrecognized } from './recognize.ts'
import { shownName } from './source-position.ts'
import type { Importer, ImportOptions } from './tape-sink.ts'
import { filesOfArchives } from './zip-source.ts'

/**
 * @param paths one recording. Files of one kind are in time order and continue each other: what was known at the end of
 *   a file still holds in the next. Tables of different kinds (trades, quotes, book) are merged by receive time
 * @throws {DataError} for missing, empty, damaged, unrecognized or mixed files, and several instruments without a choice
 * @throws {ConfigError} for options that cannot be used
 */
export async function openImporter(paths: readonly string[], options: ImportOptions): Promise<Importer> {
  const sources: Source[] = []
  for (const path of await filesOfArchives(paths)) {
    sources.push({ path, format: (await recognize(path)).format })
  }
  const [first] = sources
  if (first === undefined) throw new ConfigError('NO_FILES', 'expected at least one data file, found none')
  const formats = new Set(sources.map(({ format }) => format))
  if (formats.size === 1 && isMessageFormat(first.format)) {
    const inside = sources.map(({ path }) => path)
    return openMessages(first.format, inside, options)
  }
  if (formats.size === 1 && first.format === 'hftbacktest-npz') return openHftbacktestNpz(paths, options)
  const tables: Table[] = []
  for (const { path, format } of sources) {
    if (!isTableFormat(format)) throw mixed(sources)
    tables.push(await openTable(path, format))
  }
  const container = formats.size === 1 && isTableFormat(first.format) ? containerNames[first.format] : 'table'
  return openTableImporter(tables, container, options)
}

/** One file with named columns, whatever kind of file it is. @throws {DataError} UNRECOGNIZED for a stream recording */
export async function openTableFile(path: string): Promise<Table> {
  const { format } = await recognize(path)
  if (!isTableFormat(format)) {
    throw unrecognized(path, 'a recording of a market data stream where a table was expected')
  }
  return openTable(path, format)
}

interface Source {
  readonly path: string
  readonly format: SourceFormat
}

type TableFormat = Exclude<SourceFormat, MessageFormat | 'hftbacktest-npz'>

const isTableFormat = (format: SourceFormat): format is TableFormat =>
  !isMessageFormat(format) && format !== 'hftbacktest-npz'

const containerNames: Readonly<Record<TableFormat, string>> = {
  csv: 'csv',
  json: 'json',
  'json-lines': 'json',
  parquet: 'parquet',
  arrow: 'feather',
}

function openTable(path: string, format: TableFormat): Promise<Table> {
  switch (format) {
    case 'csv':
      return openCsvTable(path)
    case 'json':
      return openJsonTable(path, 'array')
    case 'json-lines':
      return openJsonTable(path, 'lines')
    case 'parquet':
      return openParquetTable(path)
    case 'arrow':
      return openArrowTable(path)
  }
}

function mixed(sources: readonly Source[]): DataError {
  const found = sources.map(({ path, format }) => `${shownName(path)} (${format})`).join(', ')
  return new DataError(
    'DATA_MIXED_FORMATS',
    `expected files of one kind that continue each other, found ${found}`,
  )
}
