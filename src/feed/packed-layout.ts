/**
 * Where the columns of one batch lie in the body of its record batch: one after the other, each with one more value than
 * the batch has rows (the sentinel), padded to 8 bytes. See docs/TAPE.md.
 */
import type { MarkBatch, PackedBatch, TouchBatch } from '../model/packed.ts'

export interface ColumnLayout {
  readonly name: string
  readonly type: 'float64' | 'int32'
}

/** Of the packed rows, in order. */
export const packedColumns: readonly ColumnLayout[] = [
  { name: 'exchangeTime', type: 'float64' },
  { name: 'receiveTime', type: 'float64' },
  { name: 'code', type: 'int32' },
  { name: 'qty', type: 'float64' },
]

/** Of the rows of an L3 tape in exchange order. */
export const orderColumns: readonly ColumnLayout[] = [...packedColumns, { name: 'joinedAt', type: 'float64' }]

/** Of the touch after each message, in order. */
export const touchColumns: readonly ColumnLayout[] = [
  'receiveTime',
  'bestBid',
  'bestAsk',
  'lastPrice',
  'tradedQty',
  'tradedNotional',
].map((name) => ({ name, type: 'float64' }))

/** Of the mark prices, in order. */
export const markColumns: readonly ColumnLayout[] = ['exchangeTime', 'receiveTime', 'price'].map((name) => ({
  name,
  type: 'float64',
}))

export function bodyBytes(columns: readonly ColumnLayout[], rows: number): number {
  let bytes = 0
  for (const { type } of columns) bytes += type === 'float64' ? 8 * (rows + 1) : codeBytes(rows)
  return bytes
}

const codeBytes = (rows: number): number => (4 * (rows + 1) + 7) & ~7

/** Where in the body of packed rows the receive time of the last one starts; `rows` > 0. */
export function lastReceiveTimeByte(rows: number): number {
  return 8 * (rows + 1) + 8 * (rows - 1)
}

/** Views on a body that starts at byte 0 of `body`. Nothing is copied. */
export function viewBatch(body: ArrayBuffer, rows: number, baseTick: number): PackedBatch {
  const length = rows + 1
  const doubles = 8 * length
  return {
    rows,
    baseTick,
    exchangeTime: new Float64Array(body, 0, length),
    receiveTime: new Float64Array(body, doubles, length),
    code: new Int32Array(body, 2 * doubles, length),
    qty: new Float64Array(body, 2 * doubles + codeBytes(rows), length),
  }
}

/** As `viewBatch`, of a body with `orderColumns`. */
export function viewOrderBatch(body: ArrayBuffer, rows: number, baseTick: number): PackedBatch {
  const length = rows + 1
  const joinedAt = new Float64Array(body, 3 * 8 * length + codeBytes(rows), length)
  return { ...viewBatch(body, rows, baseTick), joinedAt }
}

/** As `viewBatch`. */
export function viewMarks(body: ArrayBuffer, rows: number): MarkBatch {
  const length = rows + 1
  return {
    rows,
    exchangeTime: new Float64Array(body, 0, length),
    receiveTime: new Float64Array(body, 8 * length, length),
    price: new Float64Array(body, 16 * length, length),
  }
}

/** As `viewBatch`. */
export function viewTouch(body: ArrayBuffer, rows: number): TouchBatch {
  const length = rows + 1
  const column = (index: number): Float64Array => new Float64Array(body, 8 * length * index, length)
  return {
    rows,
    receiveTime: column(0),
    bestBid: column(1),
    bestAsk: column(2),
    lastPrice: column(3),
    tradedQty: column(4),
    tradedNotional: column(5),
  }
}
