/** Reads a journal file back into records, and refuses one that is not exactly what was written. */
import { readFileSync } from 'node:fs'
import { DataError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { recordBytes, recordKind } from '../model/journal-record.ts'

export interface JournalRecord {
  readonly kind: number
  readonly instrument: number
  readonly sub: number
  /** Microseconds. */
  readonly time: number
  /** a … f as the kind defines them. */
  readonly fields: readonly number[]
  /** Of text records. */
  readonly text: string | undefined
}

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

const textKinds: ReadonlySet<number> = new Set([recordKind.config, recordKind.log])
const knownKinds: ReadonlySet<number> = new Set(Object.values(recordKind))
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
  const bytes = readBytes(path)
  const lineEnd = bytes.indexOf(10)
  const origin = parseOrigin(bytes.toString('utf8', 0, Math.max(0, lineEnd)), path)
  const rest = bytes.subarray(lineEnd + 1)
  const seal = rest.toString('latin1', Math.max(0, rest.length - sealBytes))
  const isWhole = rest.length % recordBytes === 0 && /^[0-9a-f]{64}$/.test(seal)
  const length = isWhole ? rest.length - sealBytes : rest.length - (rest.length % recordBytes)
  const body = rest.subarray(0, length)
  const fingerprint = sha256(body)
  if (isWhole && fingerprint !== seal) {
    throw damaged(
      path,
      `its records were changed after they were written: fingerprint ${fingerprint}, expected ${seal}`,
    )
  }
  return { path, origin, body, fingerprint, isWhole }
}

/** @throws {DataError} JOURNAL_DAMAGED naming the record */
export function* readRecords({ body, path }: Pick<JournalBytes, 'body' | 'path'>): Generator<JournalRecord> {
  let time = 0
  let index = 0
  for (let at = 0; at < body.length; index++) {
    const record = recordAt(body, at)
    const next = at + recordLength(record)
    const problem =
      next > body.length ? `its text of ${record.fields[0]} bytes does not fit` : problemOf(record)
    if (problem !== undefined) throw damaged(path, `record ${index}: ${problem}`)
    if (record.time < time) throw damaged(path, `record ${index} is older than the one before it`)
    time = record.time
    at = next
    yield record
  }
}

/** The record at a byte offset; text as far as there are bytes. */
export function recordAt(body: Uint8Array, at: number): JournalRecord {
  const view = new DataView(body.buffer, body.byteOffset + at, recordBytes)
  const value = (index: number): number => view.getFloat64(8 * index, true)
  const head = value(0)
  const kind = head % 256
  const fields = [value(2), value(3), value(4), value(5), value(6), value(7)]
  const textAt = at + recordBytes
  const text = textKinds.has(kind)
    ? Buffer.from(body.subarray(textAt, textAt + (fields[0] ?? 0))).toString('utf8')
    : undefined
  return {
    kind,
    instrument: Math.floor(head / 256) % 256,
    sub: Math.floor(head / 65_536),
    time: value(1),
    fields,
    text,
  }
}

/** In bytes, its text included. */
export function recordLength({ kind, fields }: JournalRecord): number {
  const text = textKinds.has(kind) ? Math.ceil((fields[0] ?? 0) / recordBytes) : 0
  return (1 + text) * recordBytes
}

function problemOf({ kind, time, fields }: JournalRecord): string | undefined {
  if (!knownKinds.has(kind)) return `kind ${kind} does not exist`
  const odd = [time, ...fields].find((value) => !Number.isSafeInteger(value))
  return odd === undefined ? undefined : `${odd} is not a whole number`
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
