/**
 * A packed tape in the cache, read batch by batch into one buffer per cursor: memory does not grow with the tape.
 * The Arrow library is not needed, because the index of the entry tells where the columns lie.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import type { PackedBatch, PackedOrder, PackedSource, PackedTape } from '../model/packed.ts'
import type { CacheFile, CacheIndex } from './cache-index.ts'
import { bodyBytes, lastReceiveTimeByte, viewBatch } from './packed-layout.ts'

export function createFileTape(folder: string, index: CacheIndex): PackedTape {
  return {
    facts: index.facts,
    level: index.level,
    latencyProfile: index.latencyProfile,
    open: (order) => new FileSource(folder, order === 'exchange' ? index.exchange : index.receive, order),
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
  private readonly path: string
  private readonly order: PackedOrder
  private readonly batches: CacheFile['batches']
  private readonly body: ArrayBuffer
  private readonly bytes: Uint8Array
  private file: number | undefined
  private at = 0

  constructor(folder: string, file: CacheFile, order: PackedOrder) {
    this.path = join(folder, file.name)
    this.order = order
    this.batches = file.batches
    this.body = new ArrayBuffer(file.batches.reduce((most, { rows }) => Math.max(most, bodyBytes(rows)), 0))
    this.bytes = new Uint8Array(this.body)
    this.file = openSync(this.path, 'r')
  }

  /** @throws {DataError} CACHE_DAMAGED */
  next(): PackedBatch | undefined {
    const place = this.batches[this.at]
    if (place === undefined || this.file === undefined) return undefined
    const length = bodyBytes(place.rows)
    if (readSync(this.file, this.bytes, 0, length, place.body) !== length) throw this.damaged()
    const batch = viewBatch(this.body, place.rows, place.baseTick)
    const time = this.order === 'exchange' ? batch.exchangeTime : batch.receiveTime
    // The loops rely on the sentinel to end: without it they would read past the batch.
    if (f64At(time, place.rows) !== Number.POSITIVE_INFINITY) throw this.damaged()
    this.at++
    return batch
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private damaged(): DataError {
    return new DataError('CACHE_DAMAGED', `batch ${this.at} of ${this.path} is damaged: delete its folder`)
  }
}
