import { describe, expect, it } from 'vitest'
import { LiveBook, type LiveLevel } from '../../src/book/live-book.ts'
import { LocalBook } from '../../src/book/local-book.ts'
import { DataError } from '../../src/core/errors.ts'
import { createPrng } from '../../src/core/prng.ts'
import { timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { MarketView } from '../../src/model/market-data.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { windowLevels } from '../../src/model/packed.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { ReferenceBook } from '../support/reference-book.ts'
import { testInstrument } from '../support/tape-rows.ts'

type Kind = keyof typeof rowKind
type Brief = readonly [kind: Kind, side: 'buy' | 'sell', price: number, qty: number]

/** One message. */
function message(time: number, ...rows: readonly Brief[]): MarketRow[] {
  return rows.map(([kind, side, price, qty], index) => ({
    kind: rowKind[kind],
    side: sideCode[side],
    exchangeTime: timeUs(time),
    price,
    qty,
    isLast: index === rows.length - 1,
  }))
}

/** What a strategy can read. Looking deeper into so sparse a book costs a scan of the whole window. */
function look(view: MarketView, depth = 4) {
  return {
    bids: depth === 0 ? [] : view.levels('buy', depth).map(({ price, qty }) => [price, qty]),
    asks: depth === 0 ? [] : view.levels('sell', depth).map(({ price, qty }) => [price, qty]),
    touch: [view.bestBid(), view.bestBidQty(), view.bestAsk(), view.bestAskQty()],
    midTimes2: view.midTimes2(),
    last: view.lastTradePrice(),
    traded: [view.tradedQty(), view.tradedNotional()],
    updated: view.lastUpdate(),
  }
}

function bookOf(level: LiveLevel, ...messages: readonly MarketRow[][]): LiveBook {
  const book = new LiveBook(level)
  for (const row of messages.flat()) book.apply(row, row.exchangeTime)
  return book
}

describe('live book', () => {
  it('knows nothing before the first row', () => {
    expect(look(new LiveBook('l2'))).toEqual({
      bids: [],
      asks: [],
      touch: [undefined, undefined, undefined, undefined],
      midTimes2: undefined,
      last: undefined,
      traded: [0, 0],
      updated: undefined,
    })
  })

  it('takes levels, prints and gaps of a book feed, and no quotes', () => {
    const book = bookOf(
      'l2',
      message(1, ['clear', 'buy', 0, 0], ['snapshot', 'buy', 100, 5], ['snapshot', 'sell', 103, 6]),
      message(2, ['depth', 'buy', 101, 2], ['depth', 'buy', 100, 0]),
      message(3, ['trade', 'sell', 101, 4]),
      message(4, ['quote', 'buy', 90, 1]),
    )
    expect(look(book)).toEqual({
      bids: [[101, 2]],
      asks: [[103, 6]],
      touch: [101, 2, 103, 6],
      midTimes2: 204,
      last: 101,
      traded: [4, 404],
      updated: 3,
    })
    for (const row of message(5, ['clear', 'buy', 0, 0])) book.apply(row, timeUs(5))
    // Between a gap and the next snapshot there is no book; the last print stands in for the mid.
    expect(look(book)).toMatchObject({ bids: [], asks: [], midTimes2: 202 })
  })

  it('replaces a whole side with each quote, and takes no levels', () => {
    const book = bookOf(
      'l1',
      message(1, ['quote', 'buy', 100, 5]),
      message(2, ['quote', 'sell', 102, 5]),
      message(3, ['quote', 'buy', 99, 7], ['quote', 'sell', 102, 1]),
      message(4, ['depth', 'buy', 101, 9]),
      message(5, ['clear', 'buy', 0, 0], ['snapshot', 'buy', 98, 1]),
    )
    expect(look(book)).toMatchObject({ bids: [[99, 7]], asks: [[102, 1]] })
    for (const row of message(6, ['quote', 'sell', 0, 0])) book.apply(row, timeUs(6))
    expect(look(book)).toMatchObject({ bids: [[99, 7]], asks: [] })
    for (const row of message(7, ['clear', 'buy', 0, 0])) book.apply(row, timeUs(7))
    expect(look(book)).toMatchObject({ bids: [], asks: [] })
  })

  it('passes over prints off the market and mark prices, but for their time', () => {
    const book = bookOf(
      'trades',
      message(1, ['trade', 'buy', 100, 2]),
      message(2, ['offMarketTrade', 'buy', 500, 9], ['markPrice', 'buy', 400, 0], ['depth', 'buy', 1, 1]),
    )
    expect(look(book)).toMatchObject({ bids: [], last: 100, traded: [2, 200], updated: 2 })
  })

  it('stops at a message that leaves the book crossed, not at one that crosses on the way', () => {
    const start = message(1, ['depth', 'buy', 100, 1], ['depth', 'sell', 101, 1])
    const passing = message(2, ['depth', 'buy', 102, 1], ['depth', 'sell', 101, 0], ['depth', 'sell', 103, 1])
    expect(look(bookOf('l2', start, passing))).toMatchObject({ touch: [102, 1, 103, 1] })
    expect(() => bookOf('l2', start, message(2, ['depth', 'buy', 101, 1]))).toThrow(DataError)
  })

  it.each([1, 2, 3])('follows the touch over many windows and agrees with a plain book, seed %i', (seed) => {
    const random = createPrng(seed, 'live-book-test')
    const slow = new ReferenceBook()
    const book = new LiveBook('l2')
    let mid = 5_000_000
    for (let step = 1; step <= 400; step++) {
      // Now and then a jump of up to three windows.
      const jump = random.nextInt(25) === 0 ? random.nextInt(6 * windowLevels) - 3 * windowLevels : 0
      mid = Math.max(1000, mid + random.nextInt(9) - 4 + jump)
      const changes: Brief[] = []
      for (const [tick] of slow.levels('buy')) if (tick >= mid) changes.push(['depth', 'buy', tick, 0])
      for (const [tick] of slow.levels('sell')) if (tick <= mid) changes.push(['depth', 'sell', tick, 0])
      changes.push(['depth', 'buy', mid - 1 - random.nextInt(50), 1 + random.nextInt(9)])
      changes.push(['depth', 'sell', mid + 1 + random.nextInt(50), random.nextInt(9)])
      for (const [, side, tick, lots] of changes) slow.set(side, tick, lots)
      for (const row of message(step, ...changes)) book.apply(row, timeUs(step))
      for (const side of ['buy', 'sell'] as const) {
        const found =
          side === 'buy' ? [book.bestBid(), book.bestBidQty()] : [book.bestAsk(), book.bestAskQty()]
        const expected = slow.levels(side)[0] ?? [undefined, undefined]
        expect(found, `seed ${seed}, step ${step}, ${side}`).toEqual(expected)
      }
    }
    for (const side of ['buy', 'sell'] as const) {
      const found = book.levels(side, 1000).map(({ price, qty }) => [price, qty])
      expect(found, `seed ${seed}, ${side}`).toEqual(slow.levels(side))
    }
  })

  it.each([
    ['l2', 4],
    ['l2', 5],
    ['l1', 6],
    ['trades', 7],
  ] as const)('shows what the same rows show on a tape, level %s, seed %i', (level, seed) => {
    const rows = randomFeed(seed, 600)
    let now = timeUs(0)
    const tape = createMemoryTape({ instrument: testInstrument, rows, level, batchRows: 64 })
    const replayed = new LocalBook([tape], { now: () => now })
    const live = new LiveBook(level)
    for (const row of rows) {
      live.apply(row, row.exchangeTime)
      if (!row.isLast) continue
      now = row.exchangeTime
      const levels = now % 200 === 0 ? 3 : 0
      expect(look(live, levels), `seed ${seed}, time ${now}`).toEqual(look(replayed, levels))
    }
  })
})

/** Snapshots, levels, quotes and prints mixed, as an exchange sends them; one message a microsecond, never crossed. */
function randomFeed(seed: number, messages: number): MarketRow[] {
  const random = createPrng(seed, 'live-feed-test')
  const rows: MarketRow[] = []
  const lots = (): number => random.nextInt(5)
  for (let time = 1; time <= messages; time++) {
    const away = 1 + random.nextInt(5)
    const bid = 1000 - away
    const choice = random.nextInt(10)
    if (choice === 0) {
      rows.push(
        ...message(
          time,
          ['clear', 'buy', 0, 0],
          ['snapshot', 'buy', bid, 3],
          ['snapshot', 'sell', 1000 + away, 3],
        ),
      )
    } else if (choice === 1) rows.push(...message(time, ['clear', 'buy', 0, 0]))
    else if (choice < 4) rows.push(...message(time, ['trade', 'sell', bid, 1 + lots()]))
    else if (choice < 7) {
      rows.push(...message(time, ['quote', 'buy', bid, lots()], ['quote', 'sell', 1000 + away, 1 + lots()]))
    } else {
      rows.push(...message(time, ['depth', 'buy', bid, lots()], ['depth', 'sell', 1000 + away, lots()]))
    }
  }
  return rows
}
