import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import {
  type AccountReport,
  readFunding,
  readLiquidation,
  writeAccountReport,
} from '../../src/model/account-report.ts'
import { FakeJournal } from '../support/fake-venue.ts'

const base = { instrument: 3, exchangeTime: timeUs(1_700_000_000_000_000) }

describe('a report on the account', () => {
  it.each<[string, AccountReport]>([
    [
      'funding received',
      {
        ...base,
        kind: 'funding',
        amount: moneyQuanta(-5),
        qty: qtyLots(-7),
        markTimes2: 2001,
        rate: 1_000_000,
      },
    ],
    ...(['buy', 'sell'] as const).flatMap((side) =>
      [true, false].map((isInsured): [string, AccountReport] => [
        `a liquidation, ${side}, insured ${isInsured}`,
        {
          ...base,
          kind: 'liquidation',
          tradeId: 9,
          side,
          price: priceTicks(100),
          qty: qtyLots(4),
          fee: moneyQuanta(2),
          isInsured,
        },
      ]),
    ),
  ])('is read from the journal as it was written: %s', (_title, report) => {
    const journal = new FakeJournal()
    writeAccountReport(journal, timeUs(base.exchangeTime + 5), report)
    const [record] = journal.records
    expect(record).toBeDefined()
    if (record === undefined) return
    expect(report.kind === 'funding' ? readFunding(record) : readLiquidation(record)).toEqual(report)
  })

  it('is refused when its numbers are no report', () => {
    expect(() => readLiquidation({ instrument: 0, sub: 4, fields: [] })).toThrow(/does not exist/)
  })
})
