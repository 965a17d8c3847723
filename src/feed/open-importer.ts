/** Files of one recording of one instrument → the importer that reads them. */
import { basename } from 'node:path'
import { ConfigError, DataError } from '../core/errors.ts'
import { openArrowTable } from './importers/arrow-table.ts'
import { openBinanceRaw } from './importers/binance-raw.ts'
import { openCsvTable } from './importers/csv-table.ts'
import { openHyperliquidRaw } from './importers/hyperliquid-raw.ts'
import { openJsonTable } from './importers/json-table.ts'
import { openParquetTable } from './importers/parquet-table.ts'
import type { Table } from './importers/table.ts'
import { openTableImporter } from './importers/table-import.ts'
import { recognize, type SourceFormat } from './recognize.ts'
import type { Importer, ImportOptions } from './tape-sink.ts'

/**
 * @param paths one continuing recording in time order: what was known at the end of a file still holds in the next
 * @throws {DataError} for missing, empty, damaged, unrecognized or mixed files, and several instruments without a choice
 * @throws {ConfigError} for options that cannot be used
 */
export async function openImporter(paths: readonly string[], options: ImportOptions): Promise<Importer> {
  const format = await formatOfAll(paths)
  switch (format) {
    case 'binance-raw':
      return openBinanceRaw(paths, options)
    case 'hyperliquid-raw':
      return openHyperliquidRaw(paths, options)
    default: {
      const tables: Table[] = []
      for (const path of paths) tables.push(await openTable(path, format))
      return openTableImporter(tables, containerNames[format], options)
    }
  }
}

type TableFormat = Exclude<SourceFormat, 'binance-raw' | 'hyperliquid-raw'>

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

async function formatOfAll(paths: readonly string[]): Promise<SourceFormat> {
  const formats: SourceFormat[] = []
  for (const path of paths) formats.push((await recognize(path)).format)
  const [format] = formats
  if (format === undefined) throw new ConfigError('NO_FILES', 'expected at least one data file, found none')
  if (formats.every((other) => other === format)) return format
  const found = paths.map((path, index) => `${basename(path)} (${formats[index]})`).join(', ')
  throw new DataError(
    'DATA_MIXED_FORMATS',
    `expected files of one kind that continue each other, found ${found}`,
  )
}
