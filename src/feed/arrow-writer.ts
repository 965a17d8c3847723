/**
 * Batches of columns → an Arrow IPC file, one record batch each. Written synchronously: the arrays of a batch are reused
 * for the next one. Each record batch says its window in its metadata, so the file explains itself.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import type { RecordBatchFileWriter, Schema } from 'apache-arrow'
import { assert } from '../core/errors.ts'
import type { MarkBatch, PackedBatch, TouchBatch } from '../model/packed.ts'
import { bodyBytes, type ColumnLayout, markColumns, packedColumns, touchColumns } from './packed-layout.ts'

/** Where a record batch lies in its file. */
export interface BatchPlace {
  readonly rows: number
  readonly baseTick: number
  /** Byte offset of the columns. */
  readonly body: number
}

export interface ArrowFile {
  readonly bytes: number
  readonly sha256: string
  readonly batches: readonly BatchPlace[]
}

type Arrow = typeof import('apache-arrow')

export class ArrowWriter {
  private readonly arrow: Arrow
  private readonly columns: readonly ColumnLayout[]
  private readonly schema: Schema
  private readonly writer: RecordBatchFileWriter
  private readonly file: number
  private readonly hash = createHash('sha256')
  private readonly batches: BatchPlace[] = []
  private bytes = 0
  private isOpen = true
  private failure: unknown

  private constructor(arrow: Arrow, path: string, columns: readonly ColumnLayout[]) {
    this.arrow = arrow
    this.columns = columns
    this.schema = createSchema(arrow, columns)
    this.file = openSync(path, 'wx')
    this.writer = new arrow.RecordBatchFileWriter()
    const sink = new arrow.AsyncByteQueue()
    sink.write = (bytes) => {
      assert(bytes instanceof Uint8Array, 'Arrow writes bytes')
      this.writeBytes(bytes)
    }
    this.writer.reset(sink, this.schema)
  }

  /** For `writePacked`. @param columns `packedColumns` or `orderColumns` */
  static async createPacked(path: string, columns = packedColumns): Promise<ArrowWriter> {
    return new ArrowWriter(await import('apache-arrow'), path, columns)
  }

  /** For `writeTouch`. */
  static async createTouch(path: string): Promise<ArrowWriter> {
    return new ArrowWriter(await import('apache-arrow'), path, touchColumns)
  }

  /** For `writeMarks`. */
  static async createMarks(path: string): Promise<ArrowWriter> {
    return new ArrowWriter(await import('apache-arrow'), path, markColumns)
  }

  writePacked(batch: PackedBatch): void {
    const { rows, baseTick, exchangeTime, receiveTime, code, qty, joinedAt } = batch
    const arrays = [exchangeTime, receiveTime, code, qty]
    this.write({ rows, baseTick, arrays: joinedAt === undefined ? arrays : [...arrays, joinedAt] })
  }

  writeTouch(batch: TouchBatch): void {
    const { rows, receiveTime, bestBid, bestAsk, lastPrice, tradedQty, tradedNotional } = batch
    this.write({
      rows,
      baseTick: 0,
      arrays: [receiveTime, bestBid, bestAsk, lastPrice, tradedQty, tradedNotional],
    })
  }

  writeMarks({ rows, exchangeTime, receiveTime, price }: MarkBatch): void {
    this.write({ rows, baseTick: 0, arrays: [exchangeTime, receiveTime, price] })
  }

  /** `arrays` as the columns are laid out. */
  private write({ rows, baseTick, arrays }: BatchArrays): void {
    const { makeData, RecordBatch, Struct } = this.arrow
    const length = rows + 1
    const children = this.schema.fields.map((field, i) =>
      makeData({ type: field.type, length, nullCount: 0, data: arrays[i]?.subarray(0, length) }),
    )
    const type = new Struct(this.schema.fields)
    const about = new Map([
      ['rows', String(rows)],
      ['baseTick', String(baseTick)],
    ])
    const data = makeData({ type, length, nullCount: 0, children })
    this.attempt(() => this.writer.write(new RecordBatch(this.schema, data, about)))
    this.batches.push({ rows, baseTick, body: this.bytes - bodyBytes(this.columns, rows) })
  }

  /** Writes the footer. */
  finish(): ArrowFile {
    this.attempt(() => this.writer.close())
    this.close()
    return { bytes: this.bytes, sha256: this.hash.digest('hex'), batches: this.batches }
  }

  /** Of a file that will not be finished, too. */
  close(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }

  private attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      throw this.failure ?? error
    }
  }

  private writeBytes(bytes: Uint8Array): void {
    // Arrow throws an error of its own for whatever goes wrong here: what it was is kept.
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at)
    } catch (error) {
      this.failure ??= error
      throw error
    }
    this.hash.update(bytes)
    this.bytes += bytes.length
  }
}

interface BatchArrays {
  readonly rows: number
  readonly baseTick: number
  readonly arrays: readonly (Float64Array | Int32Array)[]
}

function createSchema(arrow: Arrow, columns: readonly ColumnLayout[]): Schema {
  const { Field, Float64, Int32, Schema } = arrow
  return new Schema(
    columns.map(({ name, type }) => new Field(name, type === 'float64' ? new Float64() : new Int32(), false)),
  )
}
