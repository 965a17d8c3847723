/** When a run begins: at the first moment at which every instrument has a price that we know. */

import { LocalBook } from '../book/local-book.ts'
import { SimulatedClock } from '../clock/simulated-clock.ts'
import { assert, DataError } from '../core/errors.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import type { PackedTape } from '../model/packed.ts'
import { hasBook } from '../model/tape.ts'

/**
 * What we know of one instrument, at the first moment from now on at which it has a price. The clock goes there.
 *
 * @throws {DataError} NO_MARKET when the tapes never give a two-sided book (or, without book, a print)
 */
export function openMarket(tapes: readonly PackedTape[], clock: SimulatedClock): LocalBook {
  const [tape] = tapes
  const isTwoSided = tape !== undefined && hasBook(tape.level)
  const view = new LocalBook(tapes, clock)
  while (view.nextTime < Number.POSITIVE_INFINITY) {
    clock.advanceTo(timeUs(Math.max(view.nextTime, clock.now())))
    const isReady = isTwoSided
      ? view.bestBid() !== undefined && view.bestAsk() !== undefined
      : view.lastTradePrice() !== undefined
    if (isReady) return view
  }
  view.close()
  const what = isTwoSided ? 'a book with both sides' : 'a print'
  const names = tape?.facts.sources.join(', ') ?? 'the data'
  throw new DataError('NO_MARKET', `${names}: the data never show ${what}, so no order could be priced`)
}

/** Twice the mid price in ticks at the first moment with a price. @throws {DataError} NO_MARKET */
export function findOpeningMidTimes2(tapes: readonly PackedTape[]): number {
  const view = openMarket(tapes, new SimulatedClock(timeUs(0)))
  const mid = view.midTimes2()
  view.close()
  assert(mid !== undefined, 'a market opens when there is a price')
  return mid
}

/** Receive time of the last row. */
export function findEndTime(tapes: readonly PackedTape[]): TimeUs {
  return timeUs(tapes.at(-1)?.lastReceiveTime() ?? 0)
}
