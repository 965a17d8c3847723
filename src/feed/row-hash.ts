/**
 * SHA-256 over the rows of a tape, whatever file they lie in: five little-endian doubles for each, and a sixth, the
 * order id, for rows about single orders. See docs/TAPE.md.
 */
import { createHash } from 'node:crypto'
import { rowKind } from '../model/tape.ts'

const valuesPerRow = 5
const kindFlags = 15
const bufferedRows = 4096
const fullLength = bufferedRows * valuesPerRow

export class RowHash {
  private readonly hash = createHash('sha256')
  private readonly buffer = new Float64Array((bufferedRows + 1) * valuesPerRow + 1)
  private length = 0

  /** @param flags kind + 16 × side + 32 × isLast */
  add(
    flags: number,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    orderId: number,
  ): void {
    const { buffer } = this
    let at = this.length
    if (at >= fullLength) {
      this.hash.update(buffer.subarray(0, at))
      at = 0
    }
    buffer[at] = flags
    buffer[at + 1] = exchangeTime
    buffer[at + 2] = receiveTime
    buffer[at + 3] = price
    buffer[at + 4] = qty
    at += valuesPerRow
    const kind = flags & kindFlags
    if (kind >= rowKind.orderAdd && kind <= rowKind.orderExecute) buffer[at++] = orderId
    this.length = at
  }

  /** Ends the hash: lower-case hex. */
  digest(): string {
    this.hash.update(this.buffer.subarray(0, this.length))
    return this.hash.digest('hex')
  }
}
