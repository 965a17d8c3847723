/**
 * Rows of an importer → one canonical tape: a Parquet file (zstd) with its facts in the file's own metadata.
 * See docs/TAPE.md. Rows wait in a temporary file beside the target, because the facts are known only after the last
 * row and the memory must not grow with the file.
 */
import { renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { DataError, SimError } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import {
  type LatencyPercentiles,
  type RowKind,
  type SideCode,
  type TapeFacts,
  type Visibility,
  visibility,
} from '../model/tape.ts'
import { ClockCorrection, type ClockFit, fitClock, noClockFit } from './clock-fit.ts'
import { openDuckDb, sqlText } from './duckdb.ts'
import { LatencyHistogram } from './latency-stats.ts'
import { RowChecks } from './row-checks.ts'
import { rowKindOf } from './row-kinds.ts'
import { RowSpool } from './row-spool.ts'
import { registerSpool } from './spool-table.ts'
import { RowFacts, showsLatency, type TapeOrigin } from './tape-facts.ts'
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
    for (const suffix of ['', '.rows', '.spill']) {
      rmSync(`${temporary}${suffix}`, { force: true, recursive: true })
    }
  }
  removeTemporary()
  process.once('exit', removeTemporary)
  let spool: RowSpool | undefined
  try {
    spool = new RowSpool(`${temporary}.rows`)
    const facts = await gather(spool, origin, read)
    await storeRows(temporary, spool, facts)
    renameSync(temporary, path)
    return facts
  } catch (error) {
    throw asWriteError(error, path)
  } finally {
    spool?.close()
    removeTemporary()
    process.off('exit', removeTemporary)
  }
}

/** Checks and counts all rows on their way into the spool. */
async function gather(
  spool: RowSpool,
  origin: TapeOrigin,
  read: (sink: TapeSink) => Promise<ImportCounters> | ImportCounters,
): Promise<TapeFacts> {
  const checks = new RowChecks()
  const counted = new RowFacts(origin.barUs)
  const counters = await read({
    row(
      kind: RowKind,
      side: SideCode,
      exchangeTime: number,
      receiveTime: number,
      price: number,
      qty: number,
      isLast: boolean,
      seenBy?: Visibility,
      orderId = 0,
    ): void {
      checks.check(kind, side, exchangeTime, receiveTime, price, qty, isLast, orderId)
      counted.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
      spool.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
    },
  })
  checks.finish()
  spool.finish()
  if (counted.rows === 0)
    throw new DataError('DATA_EMPTY', `${origin.sources.join(', ')}: no market data found`)
  const isFitted = origin.hasReceiveTime && origin.isClockTrusted !== true
  const fit = isFitted ? fitClock(counted.minima) : noClockFit
  return counted.finish(origin, counters, { fit, latency: measureLatency(spool, origin, fit) })
}

function measureLatency(spool: RowSpool, origin: TapeOrigin, fit: ClockFit): LatencyPercentiles | undefined {
  if (!origin.hasReceiveTime) return undefined
  const correction = new ClockCorrection(fit)
  const histogram = new LatencyHistogram()
  const reader = spool.read()
  const { exchangeTime, receiveTime, kind, isLast, seenBy } = reader.block
  for (let rows = reader.next(); rows > 0; rows = reader.next()) {
    for (let i = 0; i < rows; i++) {
      const sent = f64At(exchangeTime, i)
      const latencyUs = correction.correct(sent, f64At(receiveTime, i)) - sent
      if (
        isLast[i] === 1 &&
        seenBy[i] === visibility.both &&
        showsLatency(origin.levels, rowKindOf(kind[i] ?? 0))
      )
        histogram.add(latencyUs)
    }
  }
  return histogram.percentiles()
}

async function storeRows(path: string, spool: RowSpool, facts: TapeFacts): Promise<void> {
  const db = await openDuckDb({ spillFolder: `${path}.spill` })
  try {
    await registerSpool(db.connection, spool)
    await db.connection.run(copySql(path, facts))
  } finally {
    db.close()
  }
}

/** Only tapes of orders have their ids. */
function copySql(path: string, facts: TapeFacts): string {
  const orderId = facts.levels.includes('l3') ? ', order_id::BIGINT AS order_id' : ''
  return `COPY (SELECT exchange_time::BIGINT AS exchange_time, receive_time::BIGINT AS receive_time, kind, side,
      price::BIGINT AS price, qty::BIGINT AS qty, visible, last::BOOLEAN AS last${orderId} FROM rows())
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
