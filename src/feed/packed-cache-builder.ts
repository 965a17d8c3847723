/** Canonical tapes of one instrument, one after the other → an entry of the cache. The cold path: DuckDB and Arrow. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { PackedBatch } from '../model/packed.ts'
import { type DataLevel, hasLevels, type TapeFacts } from '../model/tape.ts'
import { scanVersion } from '../model/tape-scan.ts'
import { type ArrowFile, ArrowWriter } from './arrow-writer.ts'
import { type CacheFile, type CacheIndex, cacheVersion, writeIndex } from './cache-index.ts'
import { ClockCorrection, type ClockFit, fitClock, noClockFit } from './clock-fit.ts'
import { type DuckDb, openDuckDb } from './duckdb.ts'
import { MarkRecorder } from './mark-recorder.ts'
import { mergeFacts } from './merge-facts.ts'
import { orderColumns, packedColumns } from './packed-layout.ts'
import { RowVerifier } from './row-verifier.ts'
import type { RowFacts } from './tape-facts.ts'
import { readMinima, readOrders, readRows, type TapeOrders } from './tape-reader.ts'
import { TapeSplitter, type TapeSplitterOptions } from './tape-splitter.ts'
import { TouchRecorder } from './touch-recorder.ts'

export interface CacheSource {
  /** In order of time. */
  readonly paths: readonly string[]
  readonly facts: readonly [TapeFacts, ...TapeFacts[]]
  readonly level: DataLevel
  /** Messages that leave the book crossed become gaps. */
  readonly hidesCrossed: boolean
  readonly onProgress?: ((rows: number, ofRows: number) => void) | undefined
}

/** Writes the Arrow files and the index into `folder`. @throws {DataError} */
export async function buildEntry(folder: string, source: CacheSource): Promise<void> {
  const db = await openDuckDb({ memoryMb: 128 })
  const writers: ArrowWriter[] = []
  const keep = (writer: ArrowWriter): ArrowWriter => {
    writers.push(writer)
    return writer
  }
  const createPacked = async (name: CacheFile['name'], columns = packedColumns): Promise<ArrowWriter> =>
    keep(await ArrowWriter.createPacked(join(folder, name), columns))
  try {
    const orders = await readOrders(db, source.paths)
    // What we know is levels, also where the venue matches by orders.
    const hasOrders = source.level === 'l3'
    const exchange = await createPacked('exchange.arrow', hasOrders ? orderColumns : packedColumns)
    const receive = orders.isSame && !hasOrders ? undefined : await createPacked('receive.arrow')
    const touch = hasLevels(source.level)
      ? keep(await ArrowWriter.createTouch(join(folder, 'touch.arrow')))
      : undefined
    const marks = source.facts.some(hasMarks)
      ? keep(await ArrowWriter.createMarks(join(folder, 'marks.arrow')))
      : undefined
    writeIndex(folder, await decode(db, folder, source, { orders, exchange, receive, touch, marks }))
  } finally {
    for (const writer of writers) writer.close()
    db.close()
  }
}

interface Targets {
  readonly orders: TapeOrders
  readonly exchange: ArrowWriter
  readonly receive: ArrowWriter | undefined
  readonly touch: ArrowWriter | undefined
  readonly marks: ArrowWriter | undefined
}

const hasMarks = ({ rowsByKind }: TapeFacts): boolean => (rowsByKind.markPrice ?? 0) > 0

async function decode(
  db: DuckDb,
  folder: string,
  { facts, level, paths, hidesCrossed, onProgress }: CacheSource,
  targets: Targets,
): Promise<CacheIndex> {
  const { orders, exchange, receive, touch, marks } = targets
  const fit = await fitClockOf(db, paths, facts)
  const recorder = touch && new TouchRecorder({ emit: (batch) => touch.writeTouch(batch) })
  const markRecorder = marks && new MarkRecorder({ emit: (batch) => marks.writeMarks(batch) })
  const splitter = new TapeSplitter({
    level,
    facts,
    horizonUs: orders.disorderUs,
    clock: new ClockCorrection(fit),
    hidesCrossed,
    ...writeBatches(exchange, receive, recorder),
    onMark: markRecorder && ((...mark) => markRecorder.add(...mark)),
    onProgress,
  })
  const verifier = new RowVerifier(facts)
  await readRows(db, { paths, facts }, (flags, exchangeTime, receiveTime, price, qty, orderId) => {
    splitter.row(flags, exchangeTime, receiveTime, price, qty, orderId)
    verifier.add(flags, exchangeTime, receiveTime, price, qty, orderId)
  })
  verifier.finish()
  splitter.finish()
  recorder?.finish()
  markRecorder?.finish()
  const { latencyProfile, counted, latency } = splitter
  const isOne = facts.length === 1
  return {
    version: cacheVersion,
    level,
    facts: isOne ? withScan(facts[0], counted) : mergeFacts(facts, counted, { fit, latency }),
    ...(latencyProfile === undefined ? {} : { latencyProfile }),
    ...finishFiles(folder, targets),
  }
}

function finishFiles(
  folder: string,
  { exchange, receive, touch, marks }: Targets,
): Pick<CacheIndex, 'exchange' | 'receive' | 'touch' | 'marks'> {
  const exchangeFile = fileOf(folder, 'exchange.arrow', exchange.finish())
  return {
    exchange: exchangeFile,
    receive: receive === undefined ? exchangeFile : fileOf(folder, 'receive.arrow', receive.finish()),
    ...(touch === undefined ? {} : { touch: fileOf(folder, 'touch.arrow', touch.finish()) }),
    ...(marks === undefined ? {} : { marks: fileOf(folder, 'marks.arrow', marks.finish()) }),
  }
}

/** A tape of an older version lacks the scan: the rows have just been counted for it. */
function withScan(facts: TapeFacts, counted: RowFacts): TapeFacts {
  return facts.scan?.version === scanVersion ? facts : { ...facts, scan: counted.scan(facts) }
}

/** Both orders into their files; the touch follows the receive order, which may be the exchange order as well. */
function writeBatches(
  exchange: ArrowWriter,
  receive: ArrowWriter | undefined,
  touch: TouchRecorder | undefined,
): Pick<TapeSplitterOptions, 'toExchange' | 'toReceive'> {
  if (receive === undefined) {
    const toExchange = (batch: PackedBatch): void => {
      exchange.writePacked(batch)
      touch?.add(batch)
    }
    return { toExchange, toReceive: undefined }
  }
  return {
    toExchange: (batch) => exchange.writePacked(batch),
    toReceive: (batch) => {
      receive.writePacked(batch)
      touch?.add(batch)
    },
  }
}

async function fitClockOf(
  db: DuckDb,
  paths: readonly string[],
  facts: readonly TapeFacts[],
): Promise<ClockFit> {
  const hasReceiveTime = facts.every((one) => one.hasReceiveTime)
  const isTrusted = facts.some((one) => one.isClockTrusted === true)
  return hasReceiveTime && !isTrusted ? fitClock(await readMinima(db, paths)) : noClockFit
}

function fileOf(folder: string, name: CacheFile['name'], file: ArrowFile): CacheFile {
  return { name, ...file, batches: [...file.batches], mtimeMs: statSync(join(folder, name)).mtimeMs }
}
