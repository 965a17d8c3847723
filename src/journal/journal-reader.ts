/** Reads a journal file back into records, and refuses one that is not exactly what was written. */
import { readFileSync } from 'node:fs'
import { DataError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { recordBytes } from '../model/journal-record.ts'
import { FrameReader, readFrameHeader } from './frame-reader.ts'
import { type JournalRecord, RecordStream } from './record-stream.ts'

/** The bytes of a journal, not yet taken apart. */
export interface JournalBytes {
  readonly path: string
  /** The first line, parsed: unknown until validated. */
  readonly origin: unknown
  /** All records, as they were hashed. */
  readonly body: Uint8Array
  /** SHA-256 of the body. */
  readonly fingerprint: string
  /** False for what a run that broke off has left. */
  readonly isWhole: boolean
}

export interface Journal extends JournalBytes {
  readonly records: readonly JournalRecord[]
}

/** Of the fingerprint at the end, in hex. No record starts like that: read as a double it is no integer. */
const sealBytes = 64

/** @throws {DataError} JOURNAL_MISSING, JOURNAL_DAMAGED */
export function readJournal(path: string): Journal {
  const bytes = openJournal(path)
  return { ...bytes, records: [...readRecords(bytes)] }
}

/** @throws {DataError} JOURNAL_MISSING, JOURNAL_DAMAGED when it is not whole, or not what was written */
export function openJournal(path: string): JournalBytes {
  const journal = openPartialJournal(path)
  if (journal.isWhole) return journal
  throw damaged(path, 'it breaks off before its end')
}

/**
 * Also takes what a run that broke off has left; a record that was written only in part is dropped.
 * @throws {DataError} JOURNAL_MISSING, JOURNAL_DAMAGED
 */
export function openPartialJournal(path: string): JournalBytes {
  return partialJournal(readBytes(path), path)
}

/** As openPartialJournal. @param path for messages @throws {DataError} JOURNAL_DAMAGED, JOURNAL_VERSION */
export function partialJournal(bytes: Buffer, path: string): JournalBytes {
  const source = {
    length: bytes.length,
    read: (at: number, length: number) => bytes.subarray(at, at + length),
  }
  const header = readFrameHeader(source, path)
  return header === undefined
    ? openSealed(bytes, path)
    : openFramed(new FrameReader(source, path, header), path)
}

/** Records one after the other, and the seal at the end. */
function openSealed(bytes: Buffer, path: string): JournalBytes {
  const lineEnd = bytes.indexOf(10)
  const origin = parseOrigin(bytes.toString('utf8', 0, Math.max(0, lineEnd)), path)
  const rest = bytes.subarray(lineEnd + 1)
  const seal = rest.toString('latin1', Math.max(0, rest.length - sealBytes))
  const isWhole = rest.length % recordBytes === 0 && /^[0-9a-f]{64}$/.test(seal)
  const length = isWhole ? rest.length - sealBytes : rest.length - (rest.length % recordBytes)
  const found = { path, origin, body: rest.subarray(0, length) }
  return isWhole ? sealed(found, seal) : broken(found)
}

/** The journal of a session that may have run in several processes. */
function openFramed(reader: FrameReader, path: string): JournalBytes {
  const body = Buffer.concat([...reader.payloads()])
  const { fingerprint: seal } = reader
  const found = { path, origin: reader.header.origin, body }
  return seal === undefined ? broken(found) : sealed(found, seal)
}

type Found = Pick<JournalBytes, 'path' | 'origin' | 'body'>

/** @throws {DataError} JOURNAL_DAMAGED when the seal is not that of the records */
function sealed(found: Found, seal: string): JournalBytes {
  const fingerprint = sha256(found.body)
  if (fingerprint === seal) return { ...found, fingerprint, isWhole: true }
  throw damaged(
    found.path,
    `its records were changed after they were written: fingerprint ${fingerprint}, expected ${seal}`,
  )
}

/** As far as there are whole records. */
function broken(found: Found): JournalBytes {
  const { body } = found
  const stream = new RecordStream(found.path)
  for (const _ of stream.push(body));
  const whole = body.subarray(0, body.length - stream.pendingBytes)
  return { ...found, body: whole, fingerprint: sha256(whole), isWhole: false }
}

/** @throws {DataError} JOURNAL_DAMAGED naming the record */
export function* readRecords({ body, path }: Pick<JournalBytes, 'body' | 'path'>): Generator<JournalRecord> {
  const stream = new RecordStream(path)
  yield* stream.push(body)
  if (stream.pendingBytes > 0) throw stream.damaged(': its text does not fit')
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('JOURNAL_MISSING', `cannot read the journal ${path}: ${why}`, { cause })
  }
}

function parseOrigin(line: string, path: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new DataError('JOURNAL_DAMAGED', `${path} is no journal: it does not start with a line of JSON`, {
      cause,
    })
  }
}

function damaged(path: string, what: string): DataError {
  return new DataError('JOURNAL_DAMAGED', `${path} is not a whole journal: ${what}`)
}
