/** Two journals are the same, or the first record that differs is named. */
import { describe, expect, it } from 'vitest'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import { JournalComparison } from '../../src/journal/journal-comparison.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import type { JournalSink } from '../../src/model/journal-record.ts'
import { writeReport } from '../../src/model/report-record.ts'

const now = timeUs(1_700_000_000_000_123)
const base = {
  clientOrderId: 4_000_000_000,
  instrument: 255,
  exchangeTime: timeUs(1_700_000_000_000_001),
  cumQty: qtyLots(9_007_199_254_740_991),
}

describe('two journals', () => {
  const bytesOf = (write: (journal: JournalSink) => void): Uint8Array => {
    const chunks: Uint8Array[] = []
    const target = {
      write: (bytes: Uint8Array) => chunks.push(Buffer.from(bytes)),
      close: () => {},
      abort: () => {},
    }
    const journal = new JournalWriter(target)
    write(journal)
    journal.close()
    return Buffer.concat(chunks)
  }
  const compare = (expected: (journal: JournalSink) => void, found: (journal: JournalSink) => void) => {
    const comparison = new JournalComparison(bytesOf(expected))
    const journal = new JournalWriter(comparison)
    try {
      found(journal)
      journal.close()
    } catch (error) {
      if (comparison.difference === undefined) throw error
    }
    return comparison.difference
  }
  const few = (journal: JournalSink): void => {
    journal.text(1, now, `{"seed":1,"strategy":"${'x'.repeat(200)}"}`)
    for (let id = 1; id <= 1500; id++) journal.record(10, now, 0, 0, id)
    writeReport(journal, now, { ...base, kind: 'accepted' })
  }

  it('do not differ when they are the same', () => {
    expect(compare(few, few)).toBeUndefined()
  })

  it.each([
    [
      'a number',
      (journal: JournalSink) => {
        journal.text(1, now, `{"seed":1,"strategy":"${'x'.repeat(200)}"}`)
        for (let id = 1; id <= 1500; id++) journal.record(10, now, 0, 0, id === 1400 ? 7 : id)
        writeReport(journal, now, { ...base, kind: 'accepted' })
      },
      'record 1400 (timer, 2023-11-14T22:13:20.000123Z): expected timer 1400; found timer 7',
    ],
    [
      'a time',
      (journal: JournalSink) => {
        journal.text(1, now, `{"seed":1,"strategy":"${'x'.repeat(200)}"}`)
        journal.record(10, timeUs(now + 1), 0, 0, 1)
      },
      'record 1 (timer, 2023-11-14T22:13:20.000123Z): expected timer 1 at 2023-11-14T22:13:20.000123Z;' +
        ' found timer 1 at 2023-11-14T22:13:20.000124Z',
    ],
    [
      'the configuration',
      (journal: JournalSink) => journal.text(1, now, `{"seed":2,"strategy":"${'x'.repeat(200)}"}`),
      'record 0 (config, 2023-11-14T22:13:20.000123Z): expected config "{\\"seed\\":1,\\"strategy\\":',
    ],
    [
      'a record too few',
      (journal: JournalSink) => {
        journal.text(1, now, `{"seed":1,"strategy":"${'x'.repeat(200)}"}`)
        for (let id = 1; id <= 1500; id++) journal.record(10, now, 0, 0, id)
      },
      'record 1501 (report, 2023-11-14T22:13:20.000123Z): expected report: order 4000000000 accepted,' +
        ' exchange time 2023-11-14T22:13:20.000001Z, 9007199254740991 lots filled so far on instrument 255;' +
        ' found the end of the journal',
    ],
    [
      'a record too many',
      (journal: JournalSink) => {
        few(journal)
        journal.record(10, now, 0, 0, 8)
      },
      'record 1502 (timer, 2023-11-14T22:13:20.000123Z): expected the end of the journal; found timer 8',
    ],
  ])('differ in %s, and it is named', (_title, found, message) => {
    expect(compare(few, found)?.message).toContain(message)
  })

  it.each([0, 1, 700, 1500])(
    'are the same as far as the first goes, when it broke off after %i timers',
    (timers) => {
      const whole = bytesOf(few)
      // The text of the first record takes 4 blocks behind its head.
      const cut = whole.subarray(0, (5 + timers) * 64)
      const comparison = new JournalComparison(cut, { mayEndEarly: true })
      const journal = new JournalWriter(comparison)
      few(journal)
      journal.close()
      expect(comparison.difference).toBeUndefined()
      const strict = new JournalComparison(cut)
      const again = new JournalWriter(strict)
      expect(() => {
        few(again)
        again.close()
      }).toThrow('expected the end of the journal')
      expect(strict.difference?.record).toBe(1 + timers)
    },
  )

  it('are compared to the last record even when the run failed before a write', () => {
    const comparison = new JournalComparison(bytesOf(few))
    const journal = new JournalWriter(comparison)
    journal.text(1, now, `{"seed":1,"strategy":"${'x'.repeat(200)}"}`)
    journal.record(10, now, 0, 0, 2)
    journal.abort()
    expect(comparison.difference).toMatchObject({ record: 1, expected: 'timer 1', found: 'timer 2' })
  })
})
