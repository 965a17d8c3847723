import { describe, expect, it } from 'vitest'
import { collectFindings } from '../../src/analysis/data-findings.ts'
import { gradeTape } from '../../src/analysis/grade-tape.ts'
import { tapeFacts } from '../support/tape-facts.ts'
import { testInstrument } from '../support/tape-rows.ts'

/** A minute of 2,184,311 rows, 21,313 of them trades. */
function judge(note: string): unknown {
  const facts = tapeFacts(testInstrument, { firstTime: 1_700_000_000_000_000, spanUs: 60_000_000 })
  const { judged } = gradeTape(collectFindings({ ...facts, notes: [note] }))
  const one = judged.find(({ finding }) => finding.text === note)
  return [one?.rule.code, one?.finding.count, one?.cap]
}

describe('a note of an importer', () => {
  it.each<[string, [code: string, count: number, cap: string]]>([
    ['3044 diffs at the end wait for a snapshot that never came', ['missingSnapshot', 3044, 'C']],
    ['what stood before the recording is unknown and fills in as orders come', ['missingSnapshot', 1, 'C']],
    ['4 diffs came before the snapshot that contains them and were left out', ['earlyDiffs', 4, 'A']],
    [
      // 40 of 1,000 are 4 %: between 1 % (C) and 10 % (D).
      '40 of 1000 book messages came after a gap without a new snapshot and were left out: there was no book meanwhile',
      ['lostBook', 40, 'C'],
    ],
    ['182 orders that were never created were deleted', ['unknownOrders', 182, 'B']],
    ['99 checksums of the book were verified: all agree', ['note', 99, 'A']],
    // 3 of 99 are 3 %, more than 1 %.
    ['99 checksums of the book were verified: 3 do not agree', ['checksumMismatch', 3, 'D']],
    // 3 of 21,316 are 0.014 %, below 0.1 %.
    ['3 trade ids are missing', ['missingIds', 3, 'B']],
    ['300 trade ids are missing', ['missingIds', 300, 'C']],
    ['1 trades were repeated under the same id and left out', ['repeatedIds', 1, 'B']],
    ['the dump does not tell whether book changes are missing', ['untoldGaps', 1, 'B']],
    ['tick size 0.01 is inferred from the prices; pass --tick to set it', ['inferredGrid', 1, 'B']],
    ['mark prices are rounded to the nearest tick', ['note', 1, 'A']],
  ])('"%s" is understood', (note, expected) => {
    expect(judge(note)).toEqual(expected)
  })
})
