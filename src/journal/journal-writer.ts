/**
 * Writes the journal: every record goes into a running SHA-256 (the fingerprint), and into a file when one is wanted.
 * Layout: model/journal-record.ts. A file starts with one line of JSON that says where the run came from (paths,
 * versions); that line is not part of the fingerprint, so that moving a file does not change it.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { assert } from '../core/errors.ts'
import { createHasher } from '../core/hash.ts'
import type { TimeUs } from '../core/units.ts'
import { type JournalSink, type RecordKind, recordDoubles } from '../model/journal-record.ts'

const recordsPerBlock = 1024

export interface JournalFile {
  readonly path: string
  /** The first line. */
  readonly origin: Json
}

export class JournalWriter implements JournalSink {
  private readonly block = new Float64Array(recordsPerBlock * recordDoubles)
  private readonly bytes = new Uint8Array(this.block.buffer)
  private readonly hasher = createHasher()
  private readonly path: string | undefined
  private fd: number | undefined
  private used = 0
  private count = 0

  /** Writes to `path.partial` until closed, so that a broken run leaves no journal that looks whole. */
  constructor(file?: JournalFile) {
    this.path = file?.path
    if (file === undefined) return
    this.fd = openSync(`${file.path}.partial`, 'w')
    writeSync(this.fd, `${canonicalJson(file.origin)}\n`)
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
    const bytes = Buffer.from(text, 'utf8')
    this.record(kind, time, 0, 0, bytes.length)
    this.flush()
    const padded = new Uint8Array(Math.ceil(bytes.length / 64) * 64)
    padded.set(bytes)
    this.put(padded)
  }

  /** Ends the journal. @returns its SHA-256 in hex: the fingerprint */
  close(): string {
    this.flush()
    if (this.fd !== undefined && this.path !== undefined) {
      closeSync(this.fd)
      this.fd = undefined
      renameSync(`${this.path}.partial`, this.path)
    }
    return this.hasher.finish()
  }

  /** Leaves no file behind. */
  abort(): void {
    if (this.fd === undefined || this.path === undefined) return
    closeSync(this.fd)
    this.fd = undefined
    rmSync(`${this.path}.partial`, { force: true })
  }

  private flush(): void {
    if (this.used === 0) return
    this.put(this.bytes.subarray(0, this.used * 8))
    this.used = 0
  }

  private put(bytes: Uint8Array): void {
    this.hasher.update(bytes)
    if (this.fd === undefined) return
    const written = writeSync(this.fd, bytes)
    assert(written === bytes.length, `journal: ${written} of ${bytes.length} bytes written`)
  }
}
