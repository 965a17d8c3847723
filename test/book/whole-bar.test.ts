import { describe, expect, it } from 'vitest'
import { SubscriptionCursor } from '../../src/book/subscription-cursor.ts'
import { createPrng } from '../../src/core/prng.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { Bar } from '../../src/model/market-data.ts'
import { rowKind } from '../../src/model/tape.ts'
import { type BarScript, barRows, scriptBarUs } from '../support/bar-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

const random = createPrng(1, 'whole-bar-test')
const scripts = Array.from({ length: 60 }, (): BarScript => {
  const [open, close] = [1_000 + random.nextInt(20), 1_000 + random.nextInt(20)]
  return [open, Math.max(open, close) + random.nextInt(9), Math.min(open, close) - random.nextInt(9), close]
})

function barsOf(rows: readonly TapeRow[], batchRows: number): Bar[] {
  const tape = createMemoryTape({ instrument: testInstrument, rows, level: 'bars', batchRows })
  const bars: Bar[] = []
  const cursor = new SubscriptionCursor({
    instrument: 0,
    tapes: [tape],
    trades: false,
    book: false,
    barUs: scriptBarUs,
    from: 0,
  })
  const handler = { onBar: (bar: Bar) => void bars.push(bar), onTrade: () => {}, onBook: () => {} }
  while (cursor.nextTime < Number.POSITIVE_INFINITY) {
    const { nextTime } = cursor
    cursor.deliver(handler)
    expect(bars.at(-1)?.receiveTime).toBe(nextTime)
  }
  cursor.close()
  return bars
}

const expected = scripts.map(([open, high, low, close], index) => ({
  instrument: 0,
  openTime: (index + 1) * scriptBarUs,
  closeTime: (index + 2) * scriptBarUs,
  receiveTime: (index + 2) * scriptBarUs - 1000,
  open,
  high,
  low,
  close,
  volume: 400,
}))

describe('bars of a tape', () => {
  it.each([16, 17, 18, 19, 21, 1000])(
    'are the same however its rows are cut into batches of %i rows',
    (batchRows) => {
      expect(barsOf(barRows(scripts), batchRows)).toEqual(expected)
    },
  )

  it('are the same where something else stands between their points', () => {
    const rows = barRows(scripts).flatMap((row, index): TapeRow[] =>
      index % 7 === 0 ? [row, { ...row, kind: rowKind.offMarketTrade, qty: 3 }] : [row],
    )
    expect(barsOf(rows, 1000)).toEqual(expected)
  })
})
