/**
 * The journal of a session that is executed again and then goes on: what comes out must be what is on the disk, byte for
 * byte; what comes out beyond it is appended.
 */
import { DataError } from '../core/errors.ts'
import type { DurableTarget } from './durable-journal.ts'

export class ResumedJournal implements DurableTarget {
  private readonly path: string
  /** On the disk and not come out yet. */
  private expected: Uint8Array = new Uint8Array(0)
  /** Come out, and not read from the disk yet. */
  private ahead: Uint8Array = new Uint8Array(0)
  private journal: DurableTarget | undefined

  /** @param path for messages */
  constructor(path: string) {
    this.path = path
  }

  get failure(): DataError | undefined {
    return this.journal?.failure
  }

  /** @param bytes that follow on the disk @throws {DataError} JOURNAL_DIFFERS */
  expect(bytes: Uint8Array): void {
    this.expected = this.expected.length === 0 ? bytes : Buffer.concat([this.expected, bytes])
    const { ahead } = this
    this.ahead = new Uint8Array(0)
    this.compare(ahead)
  }

  /**
   * There is no more on the disk. Flush the writer before.
   * @param open the journal behind it @throws {DataError} JOURNAL_DIFFERS when something did not come out
   */
  goOn(open: () => DurableTarget): void {
    if (this.expected.length > 0) throw this.differs()
    this.journal = open()
    if (this.ahead.length > 0) this.journal.write(this.ahead)
    this.ahead = new Uint8Array(0)
  }

  write(bytes: Uint8Array): void {
    if (this.journal === undefined) this.compare(bytes)
    else this.journal.write(bytes)
  }

  close(fingerprint: string): void {
    this.journal?.close(fingerprint)
  }

  abort(rest: Uint8Array): void {
    this.journal?.abort(rest)
  }

  private compare(bytes: Uint8Array): void {
    const length = Math.min(bytes.length, this.expected.length)
    if (Buffer.compare(bytes.subarray(0, length), this.expected.subarray(0, length)) !== 0) {
      throw this.differs()
    }
    this.expected = this.expected.subarray(length)
    // The writer will use its block again.
    if (length < bytes.length) this.ahead = Buffer.concat([this.ahead, bytes.subarray(length)])
  }

  private differs(): DataError {
    return new DataError('JOURNAL_DIFFERS', `${this.path} is of another run`)
  }
}
