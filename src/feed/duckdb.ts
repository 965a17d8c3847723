/**
 * DuckDB as this folder uses it: one private instance for a task, closed after it. The package takes a third of a
 * second and 36 MB to load, so it is imported only here and only when something has to be read or written.
 */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api'
import { DataError } from '../core/errors.ts'
import { collectYoung } from './young-collector.ts'

export interface DuckDbOptions {
  /** Database file; default in memory. */
  readonly path?: string
  readonly threads?: number
  /** Folder for what does not fit into the memory; default none, because a stream needs none. */
  readonly spillFolder?: string
  /** Default 256. DuckDB keeps to it for tables and buffers; its own code comes on top. */
  readonly memoryMb?: number
}

export interface DuckDb {
  readonly connection: DuckDBConnection
  close(): void
}

export async function openDuckDb(options: DuckDbOptions = {}): Promise<DuckDb> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance: DuckDBInstance = await DuckDBInstance.create(options.path ?? ':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryMb ?? 256}MB`,
    temp_directory: options.spillFolder ?? '',
    // Files are read once; DuckDB would keep what it has read for a second time.
    enable_external_file_cache: 'false',
  })
  const connection = await instance.connect()
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const chunksPerCollection = 16

/** Chunks of up to 2,048 rows, in order. */
export async function* streamChunks(
  connection: DuckDBConnection,
  sql: string,
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql)
  for (let chunks = 1; ; chunks++) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    yield chunk
    if (chunks % chunksPerCollection === 0) collectYoung()
  }
}

/** Text in single quotes. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A list of files, as an argument of read_parquet. */
export const sqlFiles = (paths: readonly string[]): string => `[${paths.map(sqlText).join(', ')}]`

/** @throws {DataError} when a column of a chunk is not what the query asked for */
export function f64Column(chunk: DuckDBDataChunk, column: number): Float64Array {
  const vector = chunk.getColumnVector(column)
  const items = 'items' in vector ? vector.items : undefined
  if (items instanceof Float64Array) return items
  throw new DataError('TAPE_COLUMN', `column ${column} is not made of doubles`)
}

/** @throws {DataError} when a column of a chunk is not what the query asked for */
export function i32Column(chunk: DuckDBDataChunk, column: number): Int32Array {
  const vector = chunk.getColumnVector(column)
  const items = 'items' in vector ? vector.items : undefined
  if (items instanceof Int32Array) return items
  throw new DataError('TAPE_COLUMN', `column ${column} is not made of integers`)
}
