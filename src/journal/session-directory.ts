/**
 * Where a session lives that can outlive its process: `session.json` (who it is), `journal` (what happened), `lease.n`
 * (who runs it now) and `reserve` (room for the last words on a full disk). One process at a time, on the session and
 * on each of its accounts.
 */
import { z } from 'zod'
import type { Json } from '../core/canonical-json.ts'
import { ConfigError, DataError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { type Disk, type DiskFile, errorCode, type FileSource, nodeDisk } from './disk.ts'
import { createDurableJournal, DurableJournal, writeAll, writeFailure } from './durable-journal.ts'
import type { ChainEnd } from './frame.ts'
import { FrameReader, readFrameHeader } from './frame-reader.ts'
import { type JournalBytes, partialJournal } from './journal-reader.ts'
import { type FoundLease, isHeld, leaveLease, newestLease, takeLease } from './lease.ts'
import { nodeProcesses, type ProcessTable } from './process-table.ts'

/** An account at a venue, by what names it there: the public part of its key. */
export interface AccountKey {
  readonly venue: string
  readonly keyId: string
}

export interface SessionDirectoryOptions {
  readonly folder: string
  /** For a session that is new: 8 to 64 of a–z and 0–9; the first 8 go into client order ids. */
  readonly newId: () => string
  /** Where the session comes from, for the first line of a new journal. */
  readonly origin: Json
  /** None for a session without an account at a venue: paper. */
  readonly accounts: readonly AccountKey[]
  /** Where the leases of accounts are kept: one place for all sessions of a user. */
  readonly accountsFolder: string
  /**
   * Take an account although the session that used it last did not end: its orders may still work at the venue, and
   * nobody will track them. Default false.
   */
  readonly abandonsOthers?: boolean
  readonly disk?: Disk
  readonly processes?: ProcessTable
}

const sessionSchema = z.object({ format: z.literal(1), id: z.string().regex(/^[a-z0-9]{8,64}$/) })

/** One megabyte: some ten thousand records, to find out what became of every order. */
const reserveBytes = 1_048_576

export class SessionDirectory {
  readonly id: string
  /** Fencing token of this process: higher than any before, on the session and its accounts. */
  readonly fence: number
  /** The session has run before. */
  readonly isResumed: boolean
  /** There was no room to keep a reserve: what exists can be brought to an end, nothing new should begin. */
  readonly isDiskFull: boolean
  private readonly options: SessionDirectoryOptions
  private readonly disk: Disk
  private readonly processes: ProcessTable
  private readonly source: FileSource | undefined
  private journal: DurableJournal | undefined

  /**
   * Takes the leases. @throws {ConfigError} SESSION_IN_USE, ACCOUNT_IN_USE, ACCOUNT_UNSETTLED
   * @throws {DataError} SESSION_DAMAGED, LEASE_DAMAGED, SESSION_NOT_WRITABLE
   */
  constructor(options: SessionDirectoryOptions) {
    this.options = options
    this.disk = options.disk ?? nodeDisk
    this.processes = options.processes ?? nodeProcesses
    const { folder } = options
    try {
      this.disk.makeFolder(folder)
      this.id = this.readId() ?? this.writeId()
      this.fence = this.takeLeases()
    } catch (error) {
      throw unwritable(folder, error)
    }
    this.source = this.disk.openSource(this.journalPath)
    this.isResumed = this.source !== undefined
    this.isDiskFull = !this.keepReserve()
  }

  get journalPath(): string {
    return `${this.options.folder}/journal`
  }

  /** What the session wrote so far; undefined when it is new. @throws {DataError} JOURNAL_DAMAGED, JOURNAL_VERSION */
  openReader(): FrameReader | undefined {
    const { source, journalPath } = this
    if (source === undefined) return undefined
    const header = readFrameHeader(source, journalPath)
    if (header !== undefined) return new FrameReader(source, journalPath, header)
    throw new DataError(
      'JOURNAL_DAMAGED',
      `${journalPath} is no journal of a session: its first line is not one`,
    )
  }

  /** What the session wrote so far, all at once. @throws {DataError} JOURNAL_DAMAGED, JOURNAL_VERSION */
  readJournal(): JournalBytes {
    return partialJournal(Buffer.from(this.disk.read(this.journalPath) ?? []), this.journalPath)
  }

  /**
   * The journal, to be written from there on.
   * @param end of the clean prefix; undefined for a session that is new
   * @throws {DataError} JOURNAL_FAILED
   */
  openJournal(end: (ChainEnd & { readonly offset: number }) | undefined): DurableJournal {
    const { folder, origin } = this.options
    const { offset, ...chain } = end ?? createDurableJournal(this.disk, { folder, name: 'journal', origin })
    this.source?.close()
    const file = this.append(offset)
    this.journal = new DurableJournal(this.journalPath, file, chain, () => this.freeReserve())
    return this.journal
  }

  /**
   * Gives the leases back. On a disk that takes nothing they stay as they are: they hold only while this process lives,
   * and whoever closes has something more important to tell.
   * @param state `ended` when the session is over and nothing of it is open anywhere
   */
  close(state: 'left' | 'ended'): void {
    const { fence } = this
    for (const folder of this.leaseFolders()) {
      try {
        const lease = newestLease({ disk: this.disk, folder })
        if (lease?.fence === fence) leaveLease(this.lease(folder), lease, state)
      } catch (error) {
        if (errorCode(error) === undefined) throw error
      }
    }
  }

  /** @throws {DataError} JOURNAL_FAILED */
  private append(offset: number): DiskFile {
    try {
      return this.disk.append(this.journalPath, offset)
    } catch (cause) {
      throw writeFailure(this.journalPath, cause)
    }
  }

  private readId(): string | undefined {
    const path = `${this.options.folder}/session.json`
    const bytes = this.disk.read(path)
    if (bytes === undefined) return undefined
    const found = sessionSchema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')))
    if (found.success) return found.data.id
    throw new DataError('SESSION_DAMAGED', `${path} does not say which session this is`)
  }

  private writeId(): string {
    const { folder } = this.options
    if (this.disk.list(folder).includes('journal')) {
      throw new DataError('SESSION_DAMAGED', `${folder} has a journal and no session.json`)
    }
    const { id } = sessionSchema.parse({ format: 1, id: this.options.newId() })
    const draft = `${folder}/session.json.${this.processes.self().pid}`
    const file = this.disk.create(draft)
    try {
      writeAll(file, Buffer.from(`${JSON.stringify({ format: 1, id })}\n`))
      file.sync()
    } finally {
      file.close()
    }
    try {
      this.disk.link(draft, `${folder}/session.json`)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      // Another process was faster; the lease decides between the two.
      return this.readId() ?? id
    } finally {
      this.disk.remove(draft)
    }
    this.disk.syncFolder(folder)
    return id
  }

  private takeLeases(): number {
    const folders = this.leaseFolders()
    for (const folder of folders) this.disk.makeFolder(folder)
    const found = folders.map((folder) => newestLease({ disk: this.disk, folder }))
    found.forEach((lease, index) => {
      if (lease !== undefined) this.checkFree(lease, index)
    })
    const fence = 1 + Math.max(0, ...found.map((lease) => lease?.fence ?? 0))
    const who = { session: this.id, folder: this.options.folder }
    folders.forEach((folder, index) => {
      const seen = found[index]?.fence ?? 0
      if (takeLease(this.lease(folder), { ...who, fence, seen })) return
      for (const taken of folders.slice(0, index)) this.giveBack(taken, fence)
      throw inUse(this.nameOf(index), 'another process, which has just taken it')
    })
    return fence
  }

  /** What was taken in vain is no longer in the way. */
  private giveBack(folder: string, fence: number): void {
    const lease = newestLease({ disk: this.disk, folder })
    if (lease?.fence === fence) leaveLease(this.lease(folder), lease, 'left')
  }

  /** @param index 0 is the session itself, the accounts follow */
  private checkFree(lease: FoundLease, index: number): void {
    const { pid, session, folder, state } = lease.holder
    if (isHeld(this.processes, lease)) throw inUse(this.nameOf(index), `process ${pid}, session ${folder}`)
    // One without a journal has never sent anything.
    const isForeign = session !== this.id && state !== 'ended' && this.disk.list(folder).includes('journal')
    if (index === 0 || !isForeign || this.options.abandonsOthers === true) return
    throw new ConfigError(
      'ACCOUNT_UNSETTLED',
      `${this.nameOf(index)} was last used by session ${folder}, which has not ended: its orders may still work there; resume it and end it, or settle them at the venue and abandon it`,
    )
  }

  private nameOf(index: number): string {
    const account = this.options.accounts[index - 1]
    return account === undefined ? `session ${this.options.folder}` : `the account at ${account.venue}`
  }

  private leaseFolders(): string[] {
    const { folder, accounts, accountsFolder } = this.options
    return [folder, ...accounts.map((account) => `${accountsFolder}/${accountName(account)}`)]
  }

  private lease(folder: string) {
    return { disk: this.disk, processes: this.processes, folder }
  }

  private sizeOf(path: string): number {
    const source = this.disk.openSource(path)
    source?.close()
    return source?.length ?? 0
  }

  /** @returns false when there is no room for it */
  private keepReserve(): boolean {
    const path = `${this.options.folder}/reserve`
    try {
      if (this.sizeOf(path) === reserveBytes) return true
      const file = this.disk.create(path)
      try {
        writeAll(file, new Uint8Array(reserveBytes).fill(0x72))
        file.sync()
      } finally {
        file.close()
      }
      return true
    } catch {
      this.freeReserve()
      return false
    }
  }

  /** The next process needs room to find out what became of the orders. */
  private freeReserve(): void {
    try {
      this.disk.remove(`${this.options.folder}/reserve`)
    } catch {
      // The disk is failing already, which is being told.
    }
  }
}

/** Folder of an account's leases: the key's name stays secret. */
export function accountName({ venue, keyId }: AccountKey): string {
  return `${venue.replace(/[^a-z0-9]/gi, '-')}-${sha256(`${venue}\n${keyId}`).slice(0, 16)}`
}

function inUse(what: string, by: string): ConfigError {
  const code = what.startsWith('session') ? 'SESSION_IN_USE' : 'ACCOUNT_IN_USE'
  return new ConfigError(code, `${what} is in use by ${by}`)
}

/** What the disk said, with the folder; our own errors as they are. */
function unwritable(folder: string, error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof DataError || errorCode(error) === undefined)
    return error
  const why = error instanceof Error ? error.message : String(error)
  return new DataError('SESSION_NOT_WRITABLE', `cannot keep a session in ${folder}: ${why}`, { cause: error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
