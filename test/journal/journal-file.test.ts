/** A journal is written, read back, cut, bent and compared: the file itself, without an engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { sha256 } from '../../src/core/hash.ts'
import { timeUs } from '../../src/core/units.ts'
import { openJournal, openPartialJournal, readJournal } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import { recordKind } from '../../src/model/journal-record.ts'

const origin = { strategy: 'twap', data: ['a.gz'] }
const start = 1_700_000_000_000_000

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-journal-'))
  path = join(folder, 'run.journal')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A configuration, `timers` timers a microsecond apart, and a log after each hundredth. */
function writeRun(timers: number): string {
  const journal = new JournalWriter({ path, origin })
  fill(journal, timers)
  return journal.close()
}

function fill(journal: JournalWriter, timers: number): void {
  journal.text(recordKind.config, timeUs(start), '{"strategy":"twap"}')
  for (let i = 1; i <= timers; i++) {
    journal.record(recordKind.timer, timeUs(start + i), 3, 7, i, -i, 1.5e12)
    if (i % 100 === 0) journal.text(recordKind.log, timeUs(start + i), `fünf ${i} ✓`)
  }
}

describe('a journal file', () => {
  it('gives back what was written, across blocks', () => {
    // 1 config + 3000 timers + 30 logs; a block holds 1024 records.
    const fingerprint = writeRun(3000)
    const journal = readJournal(path)
    expect(journal.origin).toEqual(origin)
    expect(journal.records).toHaveLength(3031)
    expect(journal.records[0]).toMatchObject({
      kind: recordKind.config,
      text: '{"strategy":"twap"}',
      time: start,
    })
    expect(journal.records[100]).toEqual({
      kind: recordKind.timer,
      instrument: 3,
      sub: 7,
      time: start + 100,
      fields: [100, -100, 1.5e12, 0, 0, 0],
      text: undefined,
    })
    expect(journal.records[101]).toMatchObject({ kind: recordKind.log, text: 'fünf 100 ✓' })
    expect(journal.fingerprint).toBe(fingerprint)
  })

  it('has the SHA-256 of its records as fingerprint, whatever its first line says', () => {
    const fingerprint = writeRun(10)
    const bytes = readFileSync(path)
    const body = bytes.subarray(bytes.indexOf(10) + 1, -64)
    expect(fingerprint).toBe(sha256(body))
    expect(bytes.toString('latin1', bytes.length - 64)).toBe(fingerprint)
    // head and one block of text, ten timers
    expect(body.length).toBe(12 * 64)
    const elsewhere = new JournalWriter({ path: join(folder, 'b'), origin: { data: ['/somewhere/else'] } })
    fill(elsewhere, 10)
    expect(elsewhere.close()).toBe(fingerprint)
  })

  it.each([
    ['empty', ''],
    ['of one block', 'x'.repeat(64)],
    ['of one block and a byte', 'x'.repeat(65)],
    ['that fills a write exactly', 'x'.repeat(1023 * 64)],
    ['larger than a write', '€'.repeat(100_000)],
  ])('keeps a text %s', (_title, text) => {
    const journal = new JournalWriter({ path, origin })
    journal.record(recordKind.timer, timeUs(start), 0, 0, 1)
    journal.text(recordKind.log, timeUs(start), text)
    journal.record(recordKind.timer, timeUs(start), 0, 0, 2)
    const fingerprint = journal.close()
    const { records } = readJournal(path)
    expect(records.map((record) => record.text)).toEqual([undefined, text, undefined])
    expect(records[2]?.fields[0]).toBe(2)
    const unwritten = new JournalWriter()
    unwritten.record(recordKind.timer, timeUs(start), 0, 0, 1)
    unwritten.text(recordKind.log, timeUs(start), text)
    unwritten.record(recordKind.timer, timeUs(start), 0, 0, 2)
    expect(unwritten.close()).toBe(fingerprint)
  })

  it('is the same however often it was flushed on the way', () => {
    const once = new JournalWriter()
    const often = new JournalWriter()
    for (let i = 0; i < 50; i++) {
      for (const journal of [once, often]) journal.record(recordKind.timer, timeUs(start + i), 0, 0, i)
      if (i % 7 === 0) often.flush()
    }
    expect(often.close()).toBe(once.close())
  })

  it('leaves nothing behind when the run breaks off, or what there was when asked to', () => {
    const gone = new JournalWriter({ path, origin })
    fill(gone, 5)
    gone.abort()
    expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false])
    const kept = new JournalWriter({ path, origin, keepsPartial: true })
    fill(kept, 5)
    kept.abort()
    expect(existsSync(path)).toBe(false)
    expect(openPartialJournal(`${path}.partial`)).toMatchObject({ origin, isWhole: false })
    expect(openPartialJournal(`${path}.partial`).body.length).toBe(7 * 64)
  })

  // 22 records of 64 bytes, and 64 digits of the fingerprint.
  it.each([
    [1, 22],
    [63, 22],
    [64, 22],
    [65, 21],
    [128, 21],
    [640, 13],
  ])('is refused when its last %i bytes are missing; %i records are left', (missing, left) => {
    writeRun(20)
    truncateSync(path, readFileSync(path).length - missing)
    expect(() => openJournal(path)).toThrow(DataError)
    expect(() => openJournal(path)).toThrow('it breaks off before its end')
    expect(openPartialJournal(path).body.length).toBe(left * 64)
  })

  it('is refused when any byte of a record was changed', () => {
    writeRun(20)
    const bytes = readFileSync(path)
    const first = bytes.indexOf(10) + 1
    for (let at = first; at < bytes.length; at += 61) {
      const bent = Buffer.from(bytes)
      bent[at] = (bent[at] ?? 0) ^ 1
      writeFileSync(path, bent)
      expect(() => openJournal(path), `byte ${at - first}`).toThrow(DataError)
    }
  })

  it.each([
    ['nothing', ''],
    ['text', 'time,price\n1,2\n'],
    ['one line without a record', '{}\n'],
  ])('is refused when the file holds %s', (_title, content) => {
    writeFileSync(path, content)
    expect(() => openJournal(path)).toThrow(DataError)
  })

  it('is refused when there is no such file', () => {
    expect(() => openJournal(join(folder, 'none'))).toThrow(/cannot read the journal .*none/)
  })
})
