/** Canonical tapes: their facts, and their rows in receive order. */
import { basename } from 'node:path'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { DataError } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { LatencyMinima } from './clock-fit.ts'
import { type DuckDb, f64Column, i32Column, sqlFiles, streamChunks } from './duckdb.ts'
import { isParquet, readParquetText } from './parquet-metadata.ts'
import { factsKey, parseFacts } from './tape-layout.ts'

/** Files of one instrument in order of time, with what each says about itself. */
export interface TapeFiles {
  readonly paths: readonly string[]
  readonly facts: readonly TapeFacts[]
}

/** One row as it is stored: `flags` = kind + 16 × side + 32 × isLast + 64 × visible. */
export type OnTapeRow = (
  flags: number,
  exchangeTime: number,
  receiveTime: number,
  price: number,
  qty: number,
  /** Of rows about single orders; 0 for all others. */
  orderId: number,
) => void

/**
 * Facts of a tape; undefined when the file is not one.
 *
 * @throws {DataError} when the file is damaged or of a version that this program does not know
 */
export function readTapeFacts(path: string): TapeFacts | undefined {
  if (!isParquet(path)) return undefined
  const text = readParquetText(path, factsKey)
  return text === undefined ? undefined : parseFacts(text, path)
}

/** Smallest raw latency of each second of receive time, over all files. */
export async function readMinima(db: DuckDb, paths: readonly string[]): Promise<LatencyMinima> {
  const second: number[] = []
  const minUs: number[] = []
  const sql = `SELECT (receive_time // 1000000)::DOUBLE AS second, min(receive_time - exchange_time)::DOUBLE
    FROM read_parquet(${sqlFiles(paths)}) WHERE visible = 3 GROUP BY second ORDER BY second`
  for await (const chunk of tapeChunks(db, paths, sql)) {
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
export async function readRows(db: DuckDb, { paths, facts }: TapeFiles, onRow: OnTapeRow): Promise<void> {
  const hasOrders = facts.map(({ levels }) => levels.includes('l3'))
  const orderId = hasOrders.includes(true) ? 'coalesce(order_id, 0)' : '0'
  const byName = hasOrders.includes(true) && hasOrders.includes(false) ? ', union_by_name = true' : ''
  const sql = `SELECT kind::INTEGER | (side::INTEGER << 4) | (last::INTEGER << 5) | (visible::INTEGER << 6),
    exchange_time::DOUBLE, receive_time::DOUBLE, price::DOUBLE, qty::DOUBLE, (${orderId})::DOUBLE
    FROM read_parquet(${sqlFiles(paths)}${byName})`
  for await (const chunk of tapeChunks(db, paths, sql)) eachRow(chunk, onRow)
}

/** @throws {DataError} TAPE_DAMAGED when the files cannot be read */
async function* tapeChunks(
  db: DuckDb,
  paths: readonly string[],
  sql: string,
): AsyncGenerator<DuckDBDataChunk> {
  try {
    yield* streamChunks(db.connection, sql)
  } catch (error) {
    const names = paths.map((path) => basename(path)).join(', ')
    throw new DataError('TAPE_DAMAGED', `${names}: the rows cannot be read`, { cause: error })
  }
}

/** As `readRows`, handed over chunk by chunk, for who takes his time. @throws {DataError} TAPE_DAMAGED */
export async function* streamRows(db: DuckDb, path: string): AsyncGenerator<(onRow: OnTapeRow) => void> {
  const sql = `SELECT kind::INTEGER | (side::INTEGER << 4) | (last::INTEGER << 5) | (visible::INTEGER << 6),
    exchange_time::DOUBLE, receive_time::DOUBLE, price::DOUBLE, qty::DOUBLE, 0::DOUBLE
    FROM read_parquet(${sqlFiles([path])})`
  for await (const chunk of tapeChunks(db, [path], sql)) yield (onRow) => eachRow(chunk, onRow)
}

function eachRow(chunk: DuckDBDataChunk, onRow: OnTapeRow): void {
  const flags = i32Column(chunk, 0)
  const exchange = f64Column(chunk, 1)
  const receive = f64Column(chunk, 2)
  const price = f64Column(chunk, 3)
  const qty = f64Column(chunk, 4)
  const orderId = f64Column(chunk, 5)
  const rows = chunk.rowCount
  for (let i = 0; i < rows; i++) {
    onRow(
      i32At(flags, i),
      f64At(exchange, i),
      f64At(receive, i),
      f64At(price, i),
      f64At(qty, i),
      f64At(orderId, i),
    )
  }
}

/** How the two orders of the rows differ. */
export interface TapeOrders {
  /** How far an exchange time lies behind the latest one before it, at most: what a reorder buffer has to hold. */
  readonly disorderUs: number
  /** Both orders are the same, and both sides see all rows. */
  readonly isSame: boolean
}

export async function readOrders(db: DuckDb, paths: readonly string[]): Promise<TapeOrders> {
  const sql = `SELECT max(latest - exchange_time)::DOUBLE, max((visible <> 3)::INTEGER) FROM (
    SELECT exchange_time, visible, max(exchange_time) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS latest
    FROM read_parquet(${sqlFiles(paths)}))`
  for await (const chunk of tapeChunks(db, paths, sql)) {
    const disorderUs = f64At(f64Column(chunk, 0), 0)
    return { disorderUs, isSame: disorderUs === 0 && i32At(i32Column(chunk, 1), 0) === 0 }
  }
  return { disorderUs: 0, isSame: true }
}
