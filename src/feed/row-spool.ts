/**
 * Rows on their way into a tape, in a temporary file of plain columns: what a tape says about itself is known only after
 * its last row, and memory must not grow with it. Blocks of 2,048 rows, which is also what DuckDB takes at a time.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { assert } from '../core/errors.ts'
import { type RowKind, type SideCode, type Visibility, visibility } from '../model/tape.ts'
import type { TapeSink } from './tape-sink.ts'

export const blockRows = 2048
const doubleBytes = 8 * blockRows
const doubleColumns = 5
const blockBytes = doubleColumns * doubleBytes + 4 * blockRows

/** Columns of up to 2,048 rows. All are views on one buffer. */
export interface SpoolBlock {
  readonly exchangeTime: Float64Array
  readonly receiveTime: Float64Array
  readonly price: Float64Array
  readonly qty: Float64Array
  readonly orderId: Float64Array
  readonly kind: Uint8Array
  readonly side: Uint8Array
  readonly isLast: Uint8Array
  readonly seenBy: Uint8Array
  readonly bytes: Uint8Array
}

export class RowSpool implements TapeSink {
  private readonly file: number
  private readonly block = createBlock()
  private total = 0
  private isOpen = true

  /** @param path of a file that does not exist yet; whoever names it removes it */
  constructor(path: string) {
    this.file = openSync(path, 'wx+')
  }

  get rows(): number {
    return this.total
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    seenBy: Visibility = visibility.both,
    orderId = 0,
  ): void {
    const { block } = this
    const at = this.total++ % blockRows
    block.exchangeTime[at] = exchangeTime
    block.receiveTime[at] = receiveTime
    block.price[at] = price
    block.qty[at] = qty
    block.orderId[at] = orderId
    block.kind[at] = kind
    block.side[at] = side
    block.isLast[at] = isLast ? 1 : 0
    block.seenBy[at] = seenBy
    if (at === blockRows - 1) this.writeBlock()
  }

  /** After the last row; `read` works only after it. */
  finish(): void {
    if (this.total % blockRows !== 0) this.writeBlock()
  }

  /** From the first row on; each reader has its own place. */
  read(): SpoolReader {
    return new SpoolReader(this.file, this.total)
  }

  close(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }

  private writeBlock(): void {
    const { bytes } = this.block
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at)
  }
}

export class SpoolReader {
  /** Valid until the next call of `next`. */
  readonly block = createBlock()
  private readonly file: number
  private readonly total: number
  private position = 0

  constructor(file: number, total: number) {
    this.file = file
    this.total = total
  }

  /** Fills `block`. @returns its rows; 0 at the end */
  next(): number {
    const rows = Math.min(blockRows, this.total - this.position * blockRows)
    if (rows <= 0) return 0
    const length = readSync(this.file, this.block.bytes, 0, blockBytes, this.position * blockBytes)
    assert(length === blockBytes, `block ${this.position} of the spool has ${length} bytes`)
    this.position++
    return rows
  }
}

function createBlock(): SpoolBlock {
  const buffer = new ArrayBuffer(blockBytes)
  const doubles = (column: number): Float64Array => new Float64Array(buffer, column * doubleBytes, blockRows)
  const bytes = (column: number): Uint8Array =>
    new Uint8Array(buffer, doubleColumns * doubleBytes + column * blockRows, blockRows)
  return {
    exchangeTime: doubles(0),
    receiveTime: doubles(1),
    price: doubles(2),
    qty: doubles(3),
    orderId: doubles(4),
    kind: bytes(0),
    side: bytes(1),
    isLast: bytes(2),
    seenBy: bytes(3),
    bytes: new Uint8Array(buffer),
  }
}
