/**
 * Rows with named columns, whatever file they come from. Cells are text as the file writes it; numbers of binary files
 * are written out with fifteen significant digits, times of binary files as whole microseconds, absent values as ''.
 */
import type { PositionUnit } from '../source-position.ts'

export interface TableBatch {
  /** Line of the first row, or its number where a file has no lines; both count from 1. */
  readonly firstLine: number
  /** rows[i][column]; a row may be shorter than the columns. */
  readonly rows: readonly (readonly string[])[]
}

export interface Table {
  readonly path: string
  readonly columns: readonly string[]
  readonly unit: PositionUnit
  /** May be left early and read again. @throws {DataError} */
  batches(): AsyncIterable<TableBatch>
}
