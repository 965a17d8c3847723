import { describe, expect, it } from 'vitest'
import { LocalBook } from '../../src/book/local-book.ts'
import { createPrng } from '../../src/core/prng.ts'
import { timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { MarketView } from '../../src/model/market-data.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { randomMarketRows } from '../support/random-market-rows.ts'
import { depth, testInstrument, trade } from '../support/tape-rows.ts'

/** The same tape without its touch: the book has to answer everything. */
const withoutTouch = (tape: PackedTape): PackedTape => ({ ...tape, openTouch: () => undefined })

function answersOf(view: MarketView) {
  return {
    bestBid: view.bestBid(),
    bestAsk: view.bestAsk(),
    mid: view.midTimes2(),
    last: view.lastTradePrice(),
    update: view.lastUpdate(),
    tradedQty: view.tradedQty(),
    tradedNotional: view.tradedNotional(),
  }
}

function memoryTape(rows: readonly TapeRow[], batchRows?: number): PackedTape {
  return createMemoryTape({
    instrument: testInstrument,
    rows,
    ...(batchRows === undefined ? {} : { batchRows }),
  })
}

describe('what we know of a market', () => {
  it.each([1, 2, 3])('is the same from the touch as from the book, at any moment, seed %i', (seed) => {
    const tape = memoryTape(randomMarketRows(seed, 500), 256 + seed)
    let now = timeUs(0)
    const clock = { now: () => now }
    const [fast, slow] = [new LocalBook([tape], clock), new LocalBook([withoutTouch(tape)], clock)]
    const random = createPrng(seed, 'local-book-test')
    let known = 0
    for (let at = 990_000; at < 1_006_000; at += 1 + random.nextInt(16)) {
      now = timeUs(at)
      const answers = answersOf(fast)
      expect(answers, `at ${at}, seed ${seed}`).toEqual(answersOf(slow))
      expect(fast.nextTime).toBe(slow.nextTime)
      if (answers.bestBid !== undefined && answers.last !== undefined) known++
      if (random.nextInt(10) === 0) expect(fast.levels('sell', 3)).toEqual(slow.levels('sell', 3))
      expect(fast.bestBidQty()).toBe(slow.bestBidQty())
    }
    expect(known).toBeGreaterThan(250)
    fast.close()
    slow.close()
  })

  it('does not open the rows of a tape for best prices and prints', () => {
    const tape = memoryTape([...depth(1000, ['bid', 100, 1], ['ask', 101, 2]), ...trade(1010, 'buy', 101, 1)])
    const opened: string[] = []
    const watched: PackedTape = {
      ...tape,
      open: (order) => {
        opened.push(order)
        return tape.open(order)
      },
    }
    const book = new LocalBook([watched], { now: () => timeUs(1_000_000) })
    expect(book.midTimes2()).toBe(201)
    expect(book.tradedNotional()).toBe(101)
    expect(opened).toEqual([])
    expect(book.bestAskQty()).toBe(2)
    expect(opened).toEqual(['receive'])
    book.close()
  })

  it('goes on from the levels of one tape in the next', () => {
    const first = memoryTape(depth(1000, ['bid', 100, 1], ['ask', 103, 1]))
    const second = memoryTape(depth(2000, ['ask', 102, 1]))
    const book = new LocalBook([first, second], { now: () => timeUs(10_000) })
    expect([book.bestBid(), book.bestAsk()]).toEqual([100, 102])
    book.close()
  })
})
