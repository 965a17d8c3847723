/** Reads the files of one kind of table, row by row, into the rows of a tape. */
import { BarRows } from './table-bars.ts'
import { BookDiffRows } from './table-book.ts'
import type { TableKind } from './table-columns.ts'
import { QuoteRows } from './table-quotes.ts'
import type { TableRowReader, TableRows } from './table-rows.ts'
import type { TableGroup, TableScan } from './table-scan.ts'
import { BookSnapshotRows } from './table-snapshots.ts'
import { TradeRows } from './table-trades.ts'
import { BookUpdateRows } from './table-updates.ts'

export interface GroupReadOptions {
  readonly scan: TableScan
  /** Rows of other symbols are passed over, not refused. */
  readonly skipsOthers: boolean
}

/** Each step reads one batch of a file. @throws {DataError} with file and line */
export async function* readGroup(
  { kind, files }: TableGroup,
  rows: TableRows,
  options: GroupReadOptions,
): AsyncGenerator<void> {
  const reader = rowReader(kind, rows, options.scan)
  for (const { table, shape } of files) {
    rows.position.open(table.path, table.unit)
    rows.useColumns(shape.columns)
    reader.startFile(table.columns)
    for await (const batch of table.batches()) {
      rows.position.line = batch.firstLine - 1
      for (const cells of batch.rows) {
        rows.position.line++
        if (cells.length > 0 && isWanted(cells, rows, options)) reader.row(cells)
      }
      yield
    }
    reader.endFile()
    yield
  }
}

function rowReader(kind: TableKind, rows: TableRows, scan: TableScan): TableRowReader {
  switch (kind) {
    case 'trades':
      return new TradeRows(rows)
    case 'quotes':
      return new QuoteRows(rows)
    case 'bars':
      return new BarRows(rows, scan.barUs ?? 0)
    case 'book-diffs':
      return new BookDiffRows(rows)
    case 'book-updates':
      return new BookUpdateRows(rows)
    case 'book-snapshots':
      return new BookSnapshotRows(rows)
  }
}

function isWanted(
  cells: readonly string[],
  rows: TableRows,
  { scan, skipsOthers }: GroupReadOptions,
): boolean {
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
