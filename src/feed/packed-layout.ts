/** Where the columns of one packed batch lie in the body of its record batch: see docs/TAPE.md. */
import type { PackedBatch } from '../model/packed.ts'

/** Each column has one more value than the batch has rows: the sentinel. Buffers are padded to 8 bytes. */
export function bodyBytes(rows: number): number {
  return 3 * 8 * (rows + 1) + codeBytes(rows)
}

const codeBytes = (rows: number): number => (4 * (rows + 1) + 7) & ~7

/** Where in its body the receive time of the last row starts; `rows` > 0. */
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
