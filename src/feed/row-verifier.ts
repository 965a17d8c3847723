/** Rows read back from tapes, against the hashes that were taken when they were written. */
import { DataError } from '../core/errors.ts'
import { type TapeFacts, visibility } from '../model/tape.ts'
import { RowHash } from './row-hash.ts'

const kindFlags = 63

export class RowVerifier {
  private readonly facts: readonly TapeFacts[]
  private tape = 0
  private rows = 0
  private hash = new RowHash()

  /** @param facts of the tapes whose rows come one after the other */
  constructor(facts: readonly TapeFacts[]) {
    this.facts = facts
  }

  /** @throws {DataError} TAPE_DAMAGED after the last row of a tape that is not what was written */
  add(
    flags: number,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    orderId: number,
  ): void {
    const hidden = visibility.both - (flags >> 6)
    this.hash.add((flags & kindFlags) + 64 * hidden, exchangeTime, receiveTime, price, qty, orderId)
    if (++this.rows === this.facts[this.tape]?.rows) this.endTape()
  }

  /** @throws {DataError} TAPE_DAMAGED when rows are missing */
  finish(): void {
    if (this.rows > 0 || this.tape < this.facts.length) this.endTape()
  }

  private endTape(): void {
    const facts = this.facts[this.tape]
    if (facts === undefined || this.hash.digest() !== facts.dataHash) {
      const name = facts?.sources.join(', ') ?? 'the last tape'
      throw new DataError(
        'TAPE_DAMAGED',
        `the rows of the tape of ${name} are not those that were written: the file is damaged`,
      )
    }
    this.tape++
    this.rows = 0
    this.hash = new RowHash()
  }
}
