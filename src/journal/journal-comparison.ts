/**
 * Holds a run against a journal while it runs: takes the bytes of the new journal and stops at the first one that
 * differs, so that nothing has to be kept and a run that went another way does not go on.
 */
import { DataError } from '../core/errors.ts'
import { describeRecord, recordKindName, recordTime } from './describe-record.ts'
import type { JournalTarget } from './journal-file.ts'
import { type JournalRecord, recordAt, recordLength } from './record-stream.ts'

export interface JournalDifference {
  /** Index of the first record that differs; 0 is the configuration. */
  readonly record: number
  /** Name of the kind of the expected record; of the one found when no further one was expected. */
  readonly kind: string
  readonly expected: string
  readonly found: string
  /** All of this in one sentence. */
  readonly message: string
}

const nothing = 'the end of the journal'

export class JournalComparison implements JournalTarget {
  difference: JournalDifference | undefined
  private readonly expected: Uint8Array
  private readonly mayEndEarly: boolean
  /** Bytes found equal so far. */
  private offset = 0

  /**
   * @param expected all records of the journal to compare with
   * @param mayEndEarly the journal broke off: what comes behind its last record is not compared
   */
  constructor(expected: Uint8Array, { mayEndEarly = false } = {}) {
    this.expected = expected
    this.mayEndEarly = mayEndEarly
  }

  /** @throws {DataError} JOURNAL_DIFFERS at the first difference */
  write(bytes: Uint8Array): void {
    this.compare(bytes)
    if (this.difference !== undefined) throw new DataError('JOURNAL_DIFFERS', this.difference.message)
  }

  close(): void {
    if (this.offset < this.expected.length) this.difference ??= this.locate(this.offset, new Uint8Array())
  }

  /** The run failed: perhaps because it had gone another way just before. */
  abort(rest: Uint8Array): void {
    this.compare(rest)
  }

  private compare(bytes: Uint8Array): void {
    if (this.difference !== undefined) return
    const part = this.expected.subarray(this.offset, this.offset + bytes.length)
    const found = this.mayEndEarly ? bytes.subarray(0, part.length) : bytes
    if (Buffer.compare(part, found) === 0) this.offset += found.length
    else {
      const at = found.findIndex((byte, index) => byte !== part[index])
      this.difference = this.locate(this.offset + at, found)
    }
  }

  /** @param at offset of the first byte that differs @param bytes found from `offset` on */
  private locate(at: number, bytes: Uint8Array): JournalDifference {
    let record = 0
    let start = 0
    let expected: JournalRecord | undefined
    while (start < this.expected.length) {
      expected = recordAt(this.expected, start)
      const next = start + recordLength(expected)
      if (at < next) break
      expected = undefined
      start = next
      record++
    }
    // What came before the first difference is as expected, and a record may have begun there.
    const before = this.expected.subarray(start, Math.max(start, this.offset))
    const found = Buffer.concat([before, bytes.subarray(Math.max(0, start - this.offset))])
    return describeDifference(record, expected, found.length > 0 ? recordAt(found, 0) : undefined)
  }
}

function describeDifference(
  record: number,
  expected: JournalRecord | undefined,
  found: JournalRecord | undefined,
): JournalDifference {
  const first = expected ?? found
  const kind = recordKindName(first?.kind ?? 0)
  const at = recordTime(first?.time ?? 0)
  const [expectedWords, foundWords] = inWords(expected, found)
  const message = `record ${record} (${kind}, ${at}): expected ${expectedWords}; found ${foundWords}`
  return { record, kind, expected: expectedWords, found: foundWords, message }
}

function inWords(
  expected: JournalRecord | undefined,
  found: JournalRecord | undefined,
): [expected: string, found: string] {
  if (expected?.text !== undefined && found?.text !== undefined && expected.text !== found.text) {
    const [a, b] = excerpts(expected.text, found.text)
    return [`${recordKindName(expected.kind)} ${a}`, `${recordKindName(found.kind)} ${b}`]
  }
  const hasOneTime = expected === undefined || found === undefined || expected.time === found.time
  const words = (one: JournalRecord | undefined): string =>
    one === undefined ? nothing : `${describeRecord(one)}${hasOneTime ? '' : ` at ${recordTime(one.time)}`}`
  const [a, b] = [words(expected), words(found)]
  // A number that means nothing in this kind of record is told by none of the words.
  return a === b ? [`${a} ${numbersOf(expected)}`, `${b} ${numbersOf(found)}`] : [a, b]
}

function numbersOf(record: JournalRecord | undefined): string {
  return record === undefined ? '' : `[${[record.sub, ...record.fields].join(', ')}]`
}

/** The part of two long texts where they begin to differ. */
function excerpts(a: string, b: string): [string, string] {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const from = Math.max(0, at - 40)
  const cut = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + 120)}${text.length > from + 120 ? '…' : ''}`
  return [JSON.stringify(cut(a)), JSON.stringify(cut(b))]
}
