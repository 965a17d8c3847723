/** Canonical tapes: their facts, and their rows in receive order. */
import { closeSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { DataError } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { LatencyMinima } from './clock-fit.ts'
import { type DuckDb, f64Column, i32Column, sqlFiles, sqlText, streamChunks } from './duckdb.ts'
import { factsKey, parseFacts } from './tape-layout.ts'

/** One row as it is stored: `flags` = kind + 16 × side + 32 × isLast + 64 × visible. */
export type OnTapeRow = (
  flags: number,
  exchangeTime: number,
  receiveTime: number,
  price: number,
  qty: number,
) => void

/** Whether a file is Parquet, by its first four bytes. */
export function isParquet(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const magic = Buffer.alloc(4)
    return readSync(file, magic, 0, 4, 0) === 4 && magic.toString('latin1') === 'PAR1'
  } finally {
    closeSync(file)
  }
}

/**
 * Facts from the file's metadata; undefined when the Parquet file is not a tape.
 *
 * @throws {DataError} when the file is damaged or of a version that this program does not know
 */
export async function readFacts(db: DuckDb, path: string): Promise<TapeFacts | undefined> {
  const sql = `SELECT decode(value) FROM parquet_kv_metadata(${sqlText(path)}) WHERE decode(key) = ${sqlText(factsKey)}`
  const text = await firstValue(db, sql).catch((error: unknown) => {
    throw new DataError('TAPE_DAMAGED', `${basename(path)}: not a readable Parquet file`, { cause: error })
  })
  return typeof text === 'string' ? parseFacts(text, path) : undefined
}

/** Smallest raw latency of each second of receive time, over all files. */
export async function readMinima(db: DuckDb, paths: readonly string[]): Promise<LatencyMinima> {
  const second: number[] = []
  const minUs: number[] = []
  const sql = `SELECT (receive_time // 1000000)::DOUBLE AS second, min(receive_time - exchange_time)::DOUBLE
    FROM read_parquet(${sqlFiles(paths)}) GROUP BY second ORDER BY second`
  for await (const chunk of streamChunks(db.connection, sql)) {
    const seconds = f64Column(chunk, 0)
    const least = f64Column(chunk, 1)
    for (let i = 0; i < chunk.rowCount; i++) {
      second.push(f64At(seconds, i))
      minUs.push(f64At(least, i))
    }
  }
  return { second, minUs }
}

/** All rows of the files, one after the other. @throws {DataError} TAPE_DAMAGED */
export async function readRows(db: DuckDb, paths: readonly string[], onRow: OnTapeRow): Promise<void> {
  const sql = `SELECT kind::INTEGER | (side::INTEGER << 4) | (last::INTEGER << 5) | (visible::INTEGER << 6),
    exchange_time::DOUBLE, receive_time::DOUBLE, price::DOUBLE, qty::DOUBLE FROM read_parquet(${sqlFiles(paths)})`
  try {
    for await (const chunk of streamChunks(db.connection, sql)) eachRow(chunk, onRow)
  } catch (error) {
    if (error instanceof DataError) throw error
    const names = paths.map((path) => basename(path)).join(', ')
    throw new DataError('TAPE_DAMAGED', `${names}: the rows cannot be read`, { cause: error })
  }
}

function eachRow(chunk: DuckDBDataChunk, onRow: OnTapeRow): void {
  const flags = i32Column(chunk, 0)
  const exchange = f64Column(chunk, 1)
  const receive = f64Column(chunk, 2)
  const price = f64Column(chunk, 3)
  const qty = f64Column(chunk, 4)
  const rows = chunk.rowCount
  for (let i = 0; i < rows; i++) {
    onRow(i32At(flags, i), f64At(exchange, i), f64At(receive, i), f64At(price, i), f64At(qty, i))
  }
}

async function firstValue(db: DuckDb, sql: string): Promise<unknown> {
  const result = await db.connection.runAndReadAll(sql)
  return result.getRows()[0]?.[0]
}
