/** Every kind of report and market row survives the journal: what is read is what was written. */
import { describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { JournalTarget } from '../../src/journal/journal-file.ts'
import { readRecords } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import type { JournalRecord } from '../../src/journal/record-stream.ts'
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
  { ...base, kind: 'amended', price: undefined, qty: qtyLots(12), triggerPrice: priceTicks(617_000) },
  { ...base, kind: 'triggered' },
  { ...base, kind: 'restated', qty: qtyLots(3), reason: 'oco-filled' },
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
    expect(() => readReport({ ...record, sub: 40 })).toThrow(DataError)
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
