/**
 * The journal as a file. It starts with one line of JSON that says where the run came from (paths, versions); that line
 * is not part of the fingerprint, so that moving a file does not change it.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { DataError } from '../core/errors.ts'

/** Where the bytes of a journal go, besides into the hash. */
export interface JournalTarget {
  write(bytes: Uint8Array): void
  /** The journal is whole. @param fingerprint SHA-256 of all bytes written, in hex */
  close(fingerprint: string): void
  /** The run broke off. @param rest bytes that were not written yet */
  abort(rest: Uint8Array): void
}

export interface JournalFile {
  readonly path: string
  /** The first line. */
  readonly origin: Json
  /** A run that breaks off leaves `path.partial` behind, to recover from or look into. Default false: nothing. */
  readonly keepsPartial?: boolean
}

export class JournalFileTarget implements JournalTarget {
  private readonly file: JournalFile
  private fd: number | undefined

  /** Writes to `path.partial` until closed, so that a broken run leaves no journal that looks whole. */
  constructor(file: JournalFile) {
    this.file = file
    this.fd = openSync(partialPath(file), 'w')
    try {
      this.write(Buffer.from(`${canonicalJson(file.origin)}\n`))
    } catch (error) {
      this.abort(new Uint8Array(0))
      throw error
    }
  }

  write(bytes: Uint8Array): void {
    if (this.fd === undefined) return
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new DataError('OUTPUT_NOT_WRITABLE', `cannot write the journal ${this.file.path}: ${why}`, {
        cause,
      })
    }
  }

  close(fingerprint: string): void {
    this.write(Buffer.from(fingerprint))
    this.release()
    renameSync(partialPath(this.file), this.file.path)
  }

  abort(rest: Uint8Array): void {
    if (this.fd === undefined) return
    if (this.file.keepsPartial) this.write(rest)
    this.release()
    if (!this.file.keepsPartial) rmSync(partialPath(this.file), { force: true })
  }

  private release(): void {
    if (this.fd !== undefined) closeSync(this.fd)
    this.fd = undefined
  }
}

const partialPath = ({ path }: JournalFile): string => `${path}.partial`
