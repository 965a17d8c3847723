/** When a run begins: at the first moment at which every instrument has a price that we know. */

import { ColumnCursor } from '../book/column-cursor.ts'
import { LocalBook } from '../book/local-book.ts'
import { assert, DataError } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import type { PackedTape } from '../model/packed.ts'

/** @throws {DataError} NO_MARKET when the tapes never give a two-sided book (or, without book, a print) */
export function findStartTime(tapes: readonly PackedTape[]): TimeUs {
  const [tape] = tapes
  const hasBook = tape?.level === 'l2' || tape?.level === 'l1'
  let now = timeUs(0)
  const view = new LocalBook(tapes, { now: () => now })
  const cursor = new ColumnCursor(tapes, 'receive')
  try {
    while (cursor.nextTime < Number.POSITIVE_INFINITY) {
      now = timeUs(cursor.nextTime)
      const isReady = hasBook
        ? view.bestBid() !== undefined && view.bestAsk() !== undefined
        : view.lastTradePrice() !== undefined
      if (isReady) return now
      cursor.moveTo(cursor.rowAfter(now))
    }
  } finally {
    view.close()
    cursor.close()
  }
  const what = hasBook ? 'a book with both sides' : 'a print'
  const names = tape?.facts.sources.join(', ') ?? 'the data'
  throw new DataError('NO_MARKET', `${names}: the data never show ${what}, so no order could be priced`)
}

/** Twice the mid price in ticks at that moment. */
export function findOpeningMidTimes2(tapes: readonly PackedTape[]): number {
  const start = findStartTime(tapes)
  const view = new LocalBook(tapes, { now: () => start })
  const mid = view.midTimes2()
  view.close()
  assert(mid !== undefined, 'a run starts when there is a price')
  return mid
}

/** Receive time of the last row. */
export function findEndTime(tapes: readonly PackedTape[]): TimeUs {
  const last = tapes.at(-1)
  const source = last?.open('receive')
  let end = 0
  for (let batch = source?.next(); batch !== undefined; batch = source?.next()) {
    end = f64At(batch.receiveTime, batch.rows - 1)
  }
  source?.close()
  return timeUs(end)
}
