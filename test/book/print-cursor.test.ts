import { describe, expect, it } from 'vitest'
import { LocalBook } from '../../src/book/local-book.ts'
import { createPrng } from '../../src/core/prng.ts'
import { timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind } from '../../src/model/tape.ts'
import { testInstrument, trade } from '../support/tape-rows.ts'

const quiet = (exchangeTime: number): TapeRow[] =>
  trade(exchangeTime, 'buy', 7, 7).map((row) => ({ ...row, kind: rowKind.offMarketTrade }))

/** Prints near and far apart (more than one window holds), and some that no market made. */
function randomPrints(seed: number, count: number, startTime: number): TapeRow[] {
  const random = createPrng(seed, 'print-cursor-test')
  return Array.from({ length: count }, (_, i) => {
    const at = startTime + 10 * i + random.nextInt(10)
    if (random.nextInt(8) === 0) return quiet(at)
    const tick = 1_000 + random.nextInt(50) + (random.nextInt(40) === 0 ? 3_000_000 : 0)
    return trade(at, random.nextInt(2) === 0 ? 'buy' : 'sell', tick, 1 + random.nextInt(9))
  }).flat()
}

const tapeOf = (rows: readonly TapeRow[], batchRows: number) =>
  createMemoryTape({ instrument: testInstrument, rows, level: 'trades', batchRows })

describe('what we know of a tape without a book', () => {
  it.each([1, 2, 3])('is what adding up the rows received so far gives, at any moment, seed %i', (seed) => {
    const first = randomPrints(seed, 300, 1_000)
    const second = randomPrints(seed + 100, 300, 9_000)
    const rows = [...first, ...second]
    let now = 0
    const view = new LocalBook([tapeOf(first, 16 + seed), tapeOf(second, 64)], { now: () => timeUs(now) })
    const random = createPrng(seed, 'print-cursor-moments')
    for (now = 900; now < 13_000; now += 1 + random.nextInt(random.nextInt(9) === 0 ? 900 : 40)) {
      const received = rows.filter(({ receiveTime = 0 }) => receiveTime <= now)
      const prints = received.filter(({ kind }) => kind === rowKind.trade)
      const last = prints.at(-1)?.price
      const ahead = rows.find(({ receiveTime = 0 }) => receiveTime > now)
      expect(view.lastTradePrice(), `at ${now}, seed ${seed}`).toBe(last)
      expect(view.midTimes2()).toBe(last === undefined ? undefined : 2 * last)
      expect(view.lastUpdate()).toBe(received.at(-1)?.receiveTime)
      expect(view.nextTime).toBe(ahead?.receiveTime ?? Number.POSITIVE_INFINITY)
      if (random.nextInt(4) > 0) continue
      expect(view.tradedQty()).toBe(prints.reduce((sum, { qty = 0 }) => sum + qty, 0))
      expect(view.tradedNotional()).toBe(prints.reduce((sum, { qty = 0, price = 0 }) => sum + qty * price, 0))
    }
    expect(view.levels('buy', 5)).toEqual([])
    expect([view.bestBid(), view.bestAsk(), view.bestBidQty(), view.bestAskQty()]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    view.close()
  })
})
