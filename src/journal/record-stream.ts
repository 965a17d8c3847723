/** Bytes of a journal, as they come, into records: a text may go on in the next piece. */
import { DataError } from '../core/errors.ts'
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

const textKinds: ReadonlySet<number> = new Set([recordKind.config, recordKind.log])
const knownKinds: ReadonlySet<number> = new Set(Object.values(recordKind))

export class RecordStream {
  private readonly path: string
  private rest: Uint8Array = new Uint8Array(0)
  private time = 0
  private index = 0

  constructor(path: string) {
    this.path = path
  }

  /** Bytes of a record that has begun and is not whole yet. */
  get pendingBytes(): number {
    return this.rest.length
  }

  /** @throws {DataError} JOURNAL_DAMAGED naming the record */
  *push(bytes: Uint8Array): Generator<JournalRecord> {
    const body = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    let at = 0
    this.rest = new Uint8Array(0)
    while (at < body.length) {
      const record = body.length - at < recordBytes ? undefined : this.check(recordAt(body, at))
      const next = record === undefined ? Number.POSITIVE_INFINITY : at + recordLength(record)
      if (record === undefined || next > body.length) {
        this.rest = body.subarray(at)
        return
      }
      this.time = record.time
      this.index++
      at = next
      yield record
    }
  }

  /** @returns the error that a journal with such a record deserves */
  damaged(what: string): DataError {
    return new DataError(
      'JOURNAL_DAMAGED',
      `${this.path} is not a whole journal: record ${this.index}${what}`,
    )
  }

  private check(record: JournalRecord): JournalRecord {
    const problem = problemOf(record)
    if (problem !== undefined) throw this.damaged(`: ${problem}`)
    if (record.time < this.time) throw this.damaged(' is older than the one before it')
    return record
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
