/** Parquet, through DuckDB, which also writes the cells out as text. */
import { openDuckDb, sqlText, streamChunks } from '../duckdb.ts'
import { fileError } from '../source-position.ts'
import type { Table, TableBatch } from './table.ts'

/** @throws {DataError} DATA_DAMAGED */
export async function openParquetTable(path: string): Promise<Table> {
  const columns: string[] = []
  const expressions: string[] = []
  const describe = `select column_name, column_type from (describe select * from read_parquet(${sqlText(path)}))`
  for await (const { rows } of textRows(path, describe, 2)) {
    for (const [name = '', type = ''] of rows) {
      columns.push(name)
      expressions.push(textExpression(`"${name.replaceAll('"', '""')}"`, type))
    }
  }
  const select = `select ${expressions.join(', ')} from read_parquet(${sqlText(path)})`
  return { path, columns, unit: 'row', batches: () => textRows(path, select, columns.length) }
}

async function* textRows(path: string, sql: string, width: number): AsyncGenerator<TableBatch> {
  const database = await openDuckDb()
  let firstLine = 1
  try {
    for await (const chunk of streamChunks(database.connection, sql)) {
      const rows = Array.from({ length: chunk.rowCount }, () => Array<string>(width).fill(''))
      for (let column = 0; column < width; column++) {
        const vector = chunk.getColumnVector(column)
        for (const [index, row] of rows.entries()) row[column] = String(vector.getItem(index) ?? '')
      }
      yield { firstLine, rows }
      firstLine += rows.length
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fileError('DATA_DAMAGED', path, `expected a sound Parquet file, found damage: ${reason}`, error)
  } finally {
    database.close()
  }
}

/** Doubles with the fifteen digits that survive, times as microseconds. */
function textExpression(column: string, type: string): string {
  if (type === 'DOUBLE') return `printf('%.15g', ${column})`
  if (type.startsWith('TIMESTAMP') || type === 'DATE') return `epoch_us(${column})::varchar`
  return `${column}::varchar`
}
