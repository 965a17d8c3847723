/** Reads a journal file back into records. */
import { readFileSync } from 'node:fs'
import { DataError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { f64At } from '../core/typed-array.ts'
import { recordDoubles, recordKind } from '../model/journal-record.ts'

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

export interface Journal {
  /** The first line, parsed: unknown until validated. */
  readonly origin: unknown
  readonly fingerprint: string
  readonly records: readonly JournalRecord[]
}

const textKinds: ReadonlySet<number> = new Set([recordKind.config, recordKind.log])

/** @throws {DataError} JOURNAL_DAMAGED */
export function readJournal(path: string): Journal {
  const bytes = readFileSync(path)
  const lineEnd = bytes.indexOf(10)
  const body = bytes.subarray(lineEnd + 1)
  if (lineEnd < 0 || body.length === 0 || body.length % (recordDoubles * 8) !== 0) {
    throw new DataError('JOURNAL_DAMAGED', `${path} is not a whole journal: ${body.length} bytes of records`)
  }
  let origin: unknown
  try {
    origin = JSON.parse(bytes.toString('utf8', 0, lineEnd))
  } catch (cause) {
    throw new DataError('JOURNAL_DAMAGED', `${path} does not start with a line of JSON`, { cause })
  }
  return { origin, fingerprint: sha256(body), records: parseRecords(body, path) }
}

function parseRecords(body: Buffer, path: string): JournalRecord[] {
  const aligned = new Uint8Array(body)
  const doubles = new Float64Array(aligned.buffer)
  const records: JournalRecord[] = []
  let at = 0
  while (at < doubles.length) {
    const head = f64At(doubles, at)
    const kind = head % 256
    const time = f64At(doubles, at + 1)
    const fields = Array.from(doubles.subarray(at + 2, at + recordDoubles))
    at += recordDoubles
    let text: string | undefined
    if (textKinds.has(kind)) {
      const length = fields[0] ?? 0
      if (!Number.isInteger(length) || length < 0 || at * 8 + length > aligned.length) {
        throw new DataError(
          'JOURNAL_DAMAGED',
          `${path}: text of ${length} bytes does not fit at record ${records.length}`,
        )
      }
      text = Buffer.from(aligned.subarray(at * 8, at * 8 + length)).toString('utf8')
      at += Math.ceil(length / 64) * recordDoubles
    }
    records.push({
      kind,
      instrument: Math.floor(head / 256) % 256,
      sub: Math.floor(head / 65_536),
      time,
      fields,
      text,
    })
  }
  return records
}
