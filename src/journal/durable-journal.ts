/**
 * The journal of a session that must outlive its process: what is handed on is on the disk when `write` returns, or the
 * journal has failed for good. It does not throw then, because it is written to in the middle of a decision: whoever
 * lets commands out asks `failure` first. A failed write or sync is never tried again; what the disk holds then is not
 * known, and only a new process that reads it can tell.
 */
import type { Json } from '../core/canonical-json.ts'
import { DataError } from '../core/errors.ts'
import type { Disk, DiskFile } from './disk.ts'
import { type ChainEnd, chainStart, encodeFrame, type FrameType, frameType, headerLine } from './frame.ts'
import type { JournalTarget } from './journal-file.ts'

export interface DurableTarget extends JournalTarget {
  /** Why nothing is durable any more; undefined while all is well. */
  readonly failure: DataError | undefined
}

export class DurableJournal implements DurableTarget {
  failure: DataError | undefined
  private readonly path: string
  private readonly file: DiskFile
  private readonly onFailure: () => void
  private chain: ChainEnd
  private isClosed = false

  /** @param chain where the journal stands @param onFailure told once */
  constructor(path: string, file: DiskFile, chain: ChainEnd, onFailure: () => void = () => {}) {
    this.path = path
    this.file = file
    this.chain = chain
    this.onFailure = onFailure
  }

  write(bytes: Uint8Array): void {
    this.put(frameType.records, bytes)
  }

  /** The session has ended: nothing can follow. */
  close(fingerprint: string): void {
    this.put(frameType.seal, Buffer.from(fingerprint))
    this.release()
  }

  abort(rest: Uint8Array): void {
    if (rest.length > 0) this.put(frameType.records, rest)
    this.release()
  }

  private put(type: FrameType, payload: Uint8Array): void {
    if (this.failure !== undefined || this.isClosed) return
    const { frame, end } = encodeFrame(type, this.chain, payload)
    try {
      writeAll(this.file, frame)
      this.file.sync()
      this.chain = end
    } catch (cause) {
      this.failure = writeFailure(this.path, cause)
      this.onFailure()
    }
  }

  private release(): void {
    if (this.isClosed) return
    this.isClosed = true
    try {
      this.file.close()
    } catch (cause) {
      this.failure ??= writeFailure(this.path, cause)
    }
  }
}

/**
 * A new journal, whole or not there at all: its header is on the disk under its name when this returns.
 * @throws {DataError} JOURNAL_FAILED
 */
export function createDurableJournal(
  disk: Disk,
  { folder, name, origin }: { readonly folder: string; readonly name: string; readonly origin: Json },
): ChainEnd & { readonly offset: number } {
  const path = `${folder}/${name}`
  const header = headerLine(origin)
  try {
    const file = disk.create(`${path}.new`)
    try {
      writeAll(file, header)
      file.sync()
    } finally {
      file.close()
    }
    disk.rename(`${path}.new`, path)
    disk.syncFolder(folder)
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  return { ...chainStart(header), offset: header.length }
}

/** @throws when the disk takes no more */
export function writeAll(file: DiskFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const written = file.write(bytes.subarray(done))
    if (written <= 0) throw new Error('nothing was written')
    done += written
  }
}

/** What the disk said, in one line. */
export function writeFailure(path: string, cause: unknown): DataError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new DataError('JOURNAL_FAILED', `cannot write the journal ${path}: ${why}`, { cause })
}
