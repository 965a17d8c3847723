/** Canonical tapes of one instrument, one after the other → an entry of the cache. The cold path: DuckDB and Arrow. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { type ArrowFile, ArrowWriter } from './arrow-writer.ts'
import { type CacheFile, type CacheIndex, cacheVersion, writeIndex } from './cache-index.ts'
import { ClockCorrection, type ClockFit, fitClock, noClockFit } from './clock-fit.ts'
import { type DuckDb, openDuckDb } from './duckdb.ts'
import { mergeFacts } from './merge-facts.ts'
import { RowVerifier } from './row-verifier.ts'
import { readMinima, readOrders, readRows, type TapeOrders } from './tape-reader.ts'
import { TapeSplitter } from './tape-splitter.ts'

export interface CacheSource {
  /** In order of time. */
  readonly paths: readonly string[]
  readonly facts: readonly [TapeFacts, ...TapeFacts[]]
  readonly level: DataLevel
  readonly onProgress?: ((rows: number, ofRows: number) => void) | undefined
}

/** Writes the Arrow files and the index into `folder`. @throws {DataError} */
export async function buildEntry(folder: string, source: CacheSource): Promise<void> {
  const db = await openDuckDb({ memoryMb: 128 })
  const writers: ArrowWriter[] = []
  const create = async (name: CacheFile['name']): Promise<ArrowWriter> => {
    const writer = await ArrowWriter.create(join(folder, name))
    writers.push(writer)
    return writer
  }
  try {
    const orders = await readOrders(db, source.paths)
    const exchange = await create('exchange.arrow')
    const receive = orders.isSame ? undefined : await create('receive.arrow')
    writeIndex(folder, await decode(db, folder, source, { orders, exchange, receive }))
  } finally {
    for (const writer of writers) writer.close()
    db.close()
  }
}

interface Targets {
  readonly orders: TapeOrders
  readonly exchange: ArrowWriter
  readonly receive: ArrowWriter | undefined
}

async function decode(
  db: DuckDb,
  folder: string,
  { facts, level, paths, onProgress }: CacheSource,
  { orders, exchange, receive }: Targets,
): Promise<CacheIndex> {
  const fit = await fitClockOf(db, paths, facts)
  const splitter = new TapeSplitter({
    level,
    facts,
    horizonUs: orders.disorderUs,
    clock: new ClockCorrection(fit),
    toExchange: (batch) => exchange.write(batch),
    toReceive: receive === undefined ? undefined : (batch) => receive.write(batch),
    onProgress,
  })
  const verifier = new RowVerifier(facts)
  await readRows(db, paths, (flags, exchangeTime, receiveTime, price, qty) => {
    splitter.row(flags, exchangeTime, receiveTime, price, qty)
    verifier.add(flags, exchangeTime, receiveTime, price, qty)
  })
  verifier.finish()
  splitter.finish()
  const exchangeFile = fileOf(folder, 'exchange.arrow', exchange.finish())
  const { latencyProfile } = splitter
  const [first, ...more] = facts
  return {
    version: cacheVersion,
    level,
    facts:
      more.length === 0 ? first : mergeFacts(facts, splitter.counted, { fit, latency: splitter.latency }),
    ...(latencyProfile === undefined ? {} : { latencyProfile }),
    exchange: exchangeFile,
    receive: receive === undefined ? exchangeFile : fileOf(folder, 'receive.arrow', receive.finish()),
  }
}

async function fitClockOf(
  db: DuckDb,
  paths: readonly string[],
  facts: readonly TapeFacts[],
): Promise<ClockFit> {
  const hasReceiveTime = facts.every((one) => one.hasReceiveTime)
  return hasReceiveTime ? fitClock(await readMinima(db, paths)) : noClockFit
}

function fileOf(folder: string, name: CacheFile['name'], file: ArrowFile): CacheFile {
  return { name, ...file, batches: [...file.batches], mtimeMs: statSync(join(folder, name)).mtimeMs }
}
