/**
 * Rows of an importer → one canonical tape: a Parquet file (zstd) with its facts in the file's own metadata.
 * See docs/TAPE.md. Rows are gathered in a temporary database beside the target, because the facts are known only
 * after the last row and the memory must not grow with the file.
 */
import { renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { DataError, SimError } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import type { RowKind, SideCode, TapeFacts } from '../model/tape.ts'
import { ClockCorrection, type ClockFit, fitClock, noClockFit } from './clock-fit.ts'
import { type DuckDb, f64Column, i32Column, openDuckDb, sqlText, streamChunks } from './duckdb.ts'
import { LatencyHistogram } from './latency-stats.ts'
import { RowAppender } from './row-appender.ts'
import { RowChecks } from './row-checks.ts'
import { rowKindOf } from './row-kinds.ts'
import { type ClockFacts, RowFacts, showsLatency, type TapeOrigin } from './tape-facts.ts'
import { factsKey } from './tape-layout.ts'
import type { ImportCounters, TapeSink } from './tape-sink.ts'

/**
 * Writes `path` at once or not at all: under a temporary name first, which is gone after an error.
 *
 * @param read hands all rows to the sink, in receive order
 * @throws {DataError} of a bad row, of the source, or when the disk is full
 */
export async function writeTape(
  path: string,
  origin: TapeOrigin,
  read: (sink: TapeSink) => Promise<ImportCounters> | ImportCounters,
): Promise<TapeFacts> {
  const temporary = `${path}.tmp-${process.pid}`
  const removeTemporary = (): void => {
    for (const suffix of ['', '.rows', '.rows.wal', '.spill']) {
      rmSync(`${temporary}${suffix}`, { force: true, recursive: true })
    }
  }
  removeTemporary()
  process.once('exit', removeTemporary)
  let db: DuckDb | undefined
  try {
    db = await openDuckDb({ path: `${temporary}.rows`, spillFolder: `${temporary}.spill` })
    const facts = await writeWith(db, temporary, origin, read)
    renameSync(temporary, path)
    return facts
  } catch (error) {
    throw asWriteError(error, path)
  } finally {
    db?.close()
    removeTemporary()
    process.off('exit', removeTemporary)
  }
}

async function writeWith(
  db: DuckDb,
  temporary: string,
  origin: TapeOrigin,
  read: (sink: TapeSink) => Promise<ImportCounters> | ImportCounters,
): Promise<TapeFacts> {
  const appender = await RowAppender.create(db.connection)
  const checks = new RowChecks()
  const counted = new RowFacts()
  const counters = await read({
    row(
      kind: RowKind,
      side: SideCode,
      exchangeTime: number,
      receiveTime: number,
      price: number,
      qty: number,
      isLast: boolean,
    ): void {
      checks.check(kind, side, exchangeTime, receiveTime, price, qty, isLast)
      counted.row(kind, side, exchangeTime, receiveTime, price, qty, isLast)
      appender.row(kind, side, exchangeTime, receiveTime, price, qty, isLast)
    },
  })
  checks.finish()
  appender.finish()
  if (counted.rows === 0)
    throw new DataError('DATA_EMPTY', `${origin.sources.join(', ')}: no market data found`)
  const fit = origin.hasReceiveTime ? fitClock(counted.minima) : noClockFit
  const facts = counted.finish(origin, counters, await measureLatency(db, origin, fit))
  await db.connection.run(copySql(temporary, facts))
  return facts
}

async function measureLatency(db: DuckDb, origin: TapeOrigin, fit: ClockFit): Promise<ClockFacts> {
  if (!origin.hasReceiveTime) return { fit, latency: undefined }
  const correction = new ClockCorrection(fit)
  const histogram = new LatencyHistogram()
  const sql = 'SELECT exchange_time, receive_time, kind::INTEGER FROM rows WHERE last = 1'
  for await (const chunk of streamChunks(db.connection, sql)) {
    const exchange = f64Column(chunk, 0)
    const receive = f64Column(chunk, 1)
    const kinds = i32Column(chunk, 2)
    for (let i = 0; i < chunk.rowCount; i++) {
      const exchangeTime = f64At(exchange, i)
      const latencyUs = correction.correct(exchangeTime, f64At(receive, i)) - exchangeTime
      if (showsLatency(origin.levels, rowKindOf(i32At(kinds, i)))) histogram.add(latencyUs)
    }
  }
  return { fit, latency: histogram.percentiles() }
}

/** `visible` is 3 (both sides) for all rows: no importer makes others yet. */
function copySql(path: string, facts: TapeFacts): string {
  return `COPY (SELECT exchange_time::BIGINT AS exchange_time, receive_time::BIGINT AS receive_time, kind, side,
      price::BIGINT AS price, qty::BIGINT AS qty, 3::UTINYINT AS visible, last::BOOLEAN AS last FROM rows)
    TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 131072,
      KV_METADATA {${sqlText(factsKey)}: ${sqlText(JSON.stringify(facts))}})`
}

function asWriteError(error: unknown, path: string): unknown {
  if (error instanceof SimError || !(error instanceof Error)) return error
  if (/no space left|ENOSPC|disk.*full|could not write/i.test(error.message)) {
    return new DataError('DISK_FULL', `no space left on the disk to write ${basename(path)}`, {
      cause: error,
    })
  }
  if (/cannot open file|ENOENT|EACCES|permission denied|no such file/i.test(error.message)) {
    return new DataError('OUTPUT_NOT_WRITABLE', `cannot write ${path}`, { cause: error })
  }
  return error
}
