/**
 * Writes the journal: every record goes into a running SHA-256 (the fingerprint), and to a file when one is wanted.
 * Layout: model/journal-record.ts.
 */
import { createHasher } from '../core/hash.ts'
import type { TimeUs } from '../core/units.ts'
import { type JournalSink, type RecordKind, recordBytes, recordDoubles } from '../model/journal-record.ts'
import { type JournalFile, JournalFileTarget, type JournalTarget } from './journal-file.ts'

const recordsPerBlock = 1024

export class JournalWriter implements JournalSink {
  private readonly block = new Float64Array(recordsPerBlock * recordDoubles)
  private readonly bytes = new Uint8Array(this.block.buffer)
  private readonly hasher = createHasher()
  private readonly target: JournalTarget | undefined
  private used = 0
  private count = 0

  /** Without a target the records are only hashed. */
  constructor(target?: JournalFile | JournalTarget) {
    this.target = target === undefined || 'write' in target ? target : new JournalFileTarget(target)
  }

  /** Records written so far; a text counts once. */
  get records(): number {
    return this.count
  }

  record(
    kind: RecordKind,
    time: TimeUs,
    instrument: number,
    sub: number,
    a = 0,
    b = 0,
    c = 0,
    d = 0,
    e = 0,
    f = 0,
  ): void {
    const { block } = this
    const at = this.used
    block[at] = kind + 256 * instrument + 65_536 * sub
    block[at + 1] = time
    block[at + 2] = a
    block[at + 3] = b
    block[at + 4] = c
    block[at + 5] = d
    block[at + 6] = e
    block[at + 7] = f
    this.used = at + recordDoubles
    this.count++
    if (this.used === block.length) this.flush()
  }

  text(kind: RecordKind, time: TimeUs, text: string): void {
    const text8 = Buffer.from(text, 'utf8')
    const length = Math.ceil(text8.length / recordBytes) * recordBytes
    // Together with its head where it fits: whoever compares journals sees both at once.
    if (this.used * 8 + recordBytes + length > this.bytes.length) this.flush()
    this.record(kind, time, 0, 0, text8.length)
    if (recordBytes + length <= this.bytes.length) this.append(text8, length)
    else {
      this.flush()
      const padded = new Uint8Array(length)
      padded.set(text8)
      this.put(padded)
    }
  }

  /** Hands on what is still in memory: before a command leaves, when the journal must know of it first. */
  flush(): void {
    if (this.used === 0) return
    const bytes = this.bytes.subarray(0, this.used * 8)
    this.used = 0
    this.put(bytes)
  }

  /** Ends the journal. @returns its SHA-256 in hex: the fingerprint */
  close(): string {
    this.flush()
    const fingerprint = this.hasher.finish()
    this.target?.close(fingerprint)
    return fingerprint
  }

  /** The run broke off: there will be no fingerprint. */
  abort(): void {
    this.target?.abort(this.bytes.subarray(0, this.used * 8))
    this.used = 0
  }

  /** @param length of the text with its padding; there is room for it */
  private append(text8: Uint8Array, length: number): void {
    const start = this.used * 8
    this.bytes.fill(0, start, start + length)
    this.bytes.set(text8, start)
    this.used += length / 8
    if (this.used === this.block.length) this.flush()
  }

  private put(bytes: Uint8Array): void {
    this.hasher.update(bytes)
    this.target?.write(bytes)
  }
}
