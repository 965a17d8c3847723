/**
 * A packed tape in the cache, read batch by batch into one buffer per cursor: memory does not grow with the tape.
 * The Arrow library is not needed, because the index of the entry tells where the columns lie.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import type {
  MarkBatch,
  MarkSource,
  PackedBatch,
  PackedOrder,
  PackedSource,
  PackedTape,
  TouchBatch,
  TouchSource,
} from '../model/packed.ts'
import type { CacheFile, CacheIndex } from './cache-index.ts'
import {
  bodyBytes,
  type ColumnLayout,
  lastReceiveTimeByte,
  markColumns,
  orderColumns,
  packedColumns,
  touchColumns,
  viewBatch,
  viewMarks,
  viewOrderBatch,
  viewTouch,
} from './packed-layout.ts'

export function createFileTape(folder: string, index: CacheIndex): PackedTape {
  return {
    facts: index.facts,
    level: index.level,
    latencyProfile: index.latencyProfile,
    open: (order) => new FileSource(folder, index, order),
    openTouch: () => (index.touch === undefined ? undefined : new TouchFileSource(folder, index.touch)),
    openMarks: () => (index.marks === undefined ? undefined : new MarkFileSource(folder, index.marks)),
    lastReceiveTime: () => readLastReceiveTime(folder, index.receive),
  }
}

function readLastReceiveTime(folder: string, { name, batches }: CacheFile): number {
  const last = batches.findLast(({ rows }) => rows > 0)
  if (last === undefined) return 0
  const time = new Float64Array(1)
  const path = join(folder, name)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, time, 0, 8, last.body + lastReceiveTimeByte(last.rows))
    if (length !== 8) throw new DataError('CACHE_DAMAGED', `${path} ends too early: delete its folder`)
  } finally {
    closeSync(file)
  }
  return f64At(time, 0)
}

class FileSource implements PackedSource {
  private readonly order: PackedOrder
  private readonly hasOrders: boolean
  private readonly bodies: BodyReader

  constructor(folder: string, index: CacheIndex, order: PackedOrder) {
    this.order = order
    this.hasOrders = index.level === 'l3' && order === 'exchange'
    const file = order === 'exchange' ? index.exchange : index.receive
    this.bodies = new BodyReader(folder, file, this.hasOrders ? orderColumns : packedColumns)
  }

  /** @throws {DataError} CACHE_DAMAGED */
  next(): PackedBatch | undefined {
    const place = this.bodies.next()
    if (place === undefined) return undefined
    const view = this.hasOrders ? viewOrderBatch : viewBatch
    const batch = view(this.bodies.body, place.rows, place.baseTick)
    this.bodies.checkEnd(this.order === 'exchange' ? batch.exchangeTime : batch.receiveTime, place.rows)
    return batch
  }

  close(): void {
    this.bodies.close()
  }
}

class TouchFileSource implements TouchSource {
  private readonly bodies: BodyReader

  constructor(folder: string, file: CacheFile) {
    this.bodies = new BodyReader(folder, file, touchColumns)
  }

  /** @throws {DataError} CACHE_DAMAGED */
  next(): TouchBatch | undefined {
    const place = this.bodies.next()
    if (place === undefined) return undefined
    const batch = viewTouch(this.bodies.body, place.rows)
    this.bodies.checkEnd(batch.receiveTime, place.rows)
    return batch
  }

  close(): void {
    this.bodies.close()
  }
}

class MarkFileSource implements MarkSource {
  private readonly bodies: BodyReader

  constructor(folder: string, file: CacheFile) {
    this.bodies = new BodyReader(folder, file, markColumns)
  }

  /** @throws {DataError} CACHE_DAMAGED */
  next(): MarkBatch | undefined {
    const place = this.bodies.next()
    if (place === undefined) return undefined
    const batch = viewMarks(this.bodies.body, place.rows)
    this.bodies.checkEnd(batch.exchangeTime, place.rows)
    this.bodies.checkEnd(batch.receiveTime, place.rows)
    return batch
  }

  close(): void {
    this.bodies.close()
  }
}

/** Reads the columns of one batch after the other into the same memory. */
class BodyReader {
  readonly body: ArrayBuffer
  private readonly path: string
  private readonly columns: readonly ColumnLayout[]
  private readonly batches: CacheFile['batches']
  private readonly bytes: Uint8Array
  private file: number | undefined
  private at = 0

  constructor(folder: string, file: CacheFile, columns: readonly ColumnLayout[]) {
    this.path = join(folder, file.name)
    this.columns = columns
    this.batches = file.batches
    const longest = file.batches.reduce((most, { rows }) => Math.max(most, rows), 0)
    this.body = new ArrayBuffer(bodyBytes(columns, longest))
    this.bytes = new Uint8Array(this.body)
    this.file = openSync(this.path, 'r')
  }

  /** @throws {DataError} CACHE_DAMAGED */
  next(): CacheFile['batches'][number] | undefined {
    const place = this.batches[this.at]
    if (place === undefined || this.file === undefined) return undefined
    const length = bodyBytes(this.columns, place.rows)
    if (readSync(this.file, this.bytes, 0, length, place.body) !== length) throw this.damaged()
    this.at++
    return place
  }

  /** The loops rely on the sentinel to end: without it they would read past the batch. @throws {DataError} CACHE_DAMAGED */
  checkEnd(time: Float64Array, rows: number): void {
    if (f64At(time, rows) !== Number.POSITIVE_INFINITY) throw this.damaged()
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private damaged(): DataError {
    return new DataError('CACHE_DAMAGED', `batch ${this.at} of ${this.path} is damaged: delete its folder`)
  }
}
