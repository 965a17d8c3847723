/** Every kind of report and market row survives the journal: what is read is what was written. */
import { describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { JournalComparison } from '../../src/journal/journal-comparison.ts'
import type { JournalTarget } from '../../src/journal/journal-file.ts'
import { type JournalRecord, readRecords } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import { reasonNumber, reportKindCode } from '../../src/model/codes.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import type { JournalSink } from '../../src/model/journal-record.ts'
import { type MarketRow, readMarketRow, writeMarketRow } from '../../src/model/market-row.ts'
import type { ReasonCode } from '../../src/model/order.ts'
import { readReport, writeReport } from '../../src/model/report-record.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'

const now = timeUs(1_700_000_000_000_123)

/** What is written by `write`, as it would be read from a file. */
function through(write: (journal: JournalSink) => void): JournalRecord[] {
  const chunks: Uint8Array[] = []
  const target: JournalTarget = {
    write: (bytes) => chunks.push(Buffer.from(bytes)),
    close: () => {},
    abort: () => {},
  }
  const journal = new JournalWriter(target)
  write(journal)
  journal.close()
  return [...readRecords({ body: Buffer.concat(chunks), path: 'memory' })]
}

const base = {
  clientOrderId: 4_000_000_000,
  instrument: 255,
  exchangeTime: timeUs(1_700_000_000_000_001),
  cumQty: qtyLots(9_007_199_254_740_991),
}
const reasons: ReasonCode[] = []
for (const name in reasonNumber) {
  const reason = isReason(name) ? name : undefined
  if (reason !== undefined) reasons.push(reason)
}

function isReason(name: string): name is ReasonCode {
  return name in reasonNumber
}

const reports: ExecutionReport[] = [
  { ...base, kind: 'accepted' },
  {
    ...base,
    kind: 'fill',
    tradeId: 6_123_456_789_012,
    lastPrice: priceTicks(618_000),
    lastQty: qtyLots(7),
    liquidity: 'maker',
  },
  { ...base, kind: 'fill', tradeId: 1, lastPrice: priceTicks(1), lastQty: qtyLots(1), liquidity: 'taker' },
  { ...base, kind: 'amended', price: priceTicks(617_999), qty: qtyLots(12) },
  ...reasons.flatMap((reason): ExecutionReport[] => [
    { ...base, kind: 'rejected', reason },
    { ...base, kind: 'canceled', reason },
    { ...base, kind: 'expired', reason },
    { ...base, kind: 'cancel-rejected', reason },
    { ...base, kind: 'amend-rejected', reason },
  ]),
]

describe('a report in the journal', () => {
  it('is there in every kind and with every reason', () => {
    expect(new Set(reports.map(({ kind }) => kind))).toEqual(new Set(Object.keys(reportKindCode)))
    expect(reasons).toHaveLength(Object.keys(reasonNumber).length)
  })

  it('comes back as it was', () => {
    const records = through((journal) => {
      for (const report of reports) writeReport(journal, now, report)
    })
    expect(records.every(({ time }) => time === now)).toBe(true)
    expect(records.map(readReport)).toEqual(reports)
  })

  it('is refused when its kind or its reason does not exist', () => {
    const [record] = through((journal) =>
      writeReport(journal, now, { ...base, kind: 'rejected', reason: 'no-liquidity' }),
    )
    if (record === undefined) throw new Error('nothing was written')
    expect(() => readReport({ ...record, sub: 16 })).toThrow(DataError)
    expect(() => readReport({ ...record, fields: [1, 1, 0, 0, 99, 0] })).toThrow('reason 99')
  })
})

describe('a market row in the journal', () => {
  it('comes back as it was, whatever its kind', () => {
    const rows: MarketRow[] = Object.values(rowKind).flatMap((kind) =>
      Object.values(sideCode).flatMap((side) =>
        [true, false].map((isLast) => ({
          kind,
          side,
          exchangeTime: base.exchangeTime,
          price: 618_000,
          qty: 5,
          isLast,
        })),
      ),
    )
    const records = through((journal) => {
      for (const row of rows) writeMarketRow(journal, now, 2, row)
    })
    expect(records.map(readMarketRow)).toEqual(rows)
    expect(records.every(({ instrument, time }) => instrument === 2 && time === now)).toBe(true)
  })
})

describe('two journals', () => {
  const [fill] = reports.filter(({ kind }) => kind === 'fill')
  if (fill === undefined) throw new Error('no fill')
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
})
