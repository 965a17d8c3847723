/** SHA-256 over the rows of a tape, whatever file they lie in: five little-endian doubles for each. See docs/TAPE.md. */
import { createHash } from 'node:crypto'

const valuesPerRow = 5
const bufferedRows = 4096

export class RowHash {
  private readonly hash = createHash('sha256')
  private readonly buffer = new Float64Array(bufferedRows * valuesPerRow)
  private length = 0

  /** @param flags kind + 16 × side + 32 × isLast */
  add(flags: number, exchangeTime: number, receiveTime: number, price: number, qty: number): void {
    const { buffer } = this
    let at = this.length
    if (at === buffer.length) {
      this.hash.update(buffer)
      at = 0
    }
    buffer[at] = flags
    buffer[at + 1] = exchangeTime
    buffer[at + 2] = receiveTime
    buffer[at + 3] = price
    buffer[at + 4] = qty
    this.length = at + valuesPerRow
  }

  /** Ends the hash: lower-case hex. */
  digest(): string {
    this.hash.update(this.buffer.subarray(0, this.length))
    return this.hash.digest('hex')
  }
}
