import { describe, expect, it } from 'vitest'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { ReplayBench } from '../support/replay-bench.ts'
import { clear, depth, feedUs, trade } from '../support/tape-rows.ts'

/** Best bid and ask of an L1 tape: [tick, lots] each. */
function quote(
  exchangeTime: number,
  bid: readonly [number, number],
  ask: readonly [number, number],
): TapeRow[] {
  const row = (side: 'buy' | 'sell', [price, qty]: readonly [number, number], isLast: boolean): TapeRow => ({
    kind: rowKind.quote,
    side: sideCode[side],
    exchangeTime,
    receiveTime: exchangeTime + feedUs,
    price,
    qty,
    isLast,
  })
  return [row('buy', bid, false), row('sell', ask, true)]
}

const bid = (price: number, qty = 3) => ({ id: 1, side: 'buy' as const, qty, price })

describe('an order on a tape that shows the touch only', () => {
  it('keeps its place when the touch leaves its level and comes back', () => {
    const rows = [
      ...quote(1000, [100, 5], [110, 5]),
      ...quote(3000, [101, 2], [110, 5]),
      ...quote(3500, [100, 5], [110, 5]),
      ...trade(4000, 'sell', 100, 3),
    ]
    expect(new ReplayBench({ rows, level: 'l1' }).submit(2000, bid(100)).runTo(9000).fills).toEqual([])
  })

  it('stands behind what its level shows when that becomes the touch', () => {
    const rows = [
      ...quote(1000, [100, 5], [110, 5]),
      ...quote(3000, [99, 8], [110, 5]),
      ...trade(4000, 'sell', 99, 3),
      ...trade(5000, 'sell', 99, 6),
    ]
    // 8 ahead: 3 and then 5 of 6 take them, the sixth is ours.
    const { fills } = new ReplayBench({ rows, level: 'l1' }).submit(2000, bid(99)).runTo(9000)
    expect(fills).toEqual([[1, 99, 1, 'maker', 5000]])
  })

  it('is first in line once its level is consumed', () => {
    const rows = [
      ...quote(1000, [100, 5], [110, 5]),
      ...quote(3000, [99, 8], [110, 5]),
      ...trade(4000, 'sell', 100, 2),
    ]
    const { fills } = new ReplayBench({ rows, level: 'l1' }).submit(2000, bid(100)).runTo(9000)
    expect(fills).toEqual([[1, 100, 2, 'maker', 4000]])
  })
})

describe('an order that came while the book was unknown', () => {
  it('stands behind what the snapshot shows at its price, which may be nothing', () => {
    const rows = [
      ...depth(1000, ['bid', 100, 5], ['ask', 101, 3]),
      ...clear(1500),
      ...depth(3000, ['bid', 98, 5], ['ask', 101, 3]),
      ...trade(4000, 'sell', 99, 2),
    ]
    const { fills } = new ReplayBench({ rows }).submit(2000, bid(99)).runTo(9000)
    expect(fills).toEqual([[1, 99, 2, 'maker', 4000]])
  })
})

describe('a marketable limit on a tape without a book', () => {
  const prints = [...trade(1000, 'buy', 100, 1), ...trade(3000, 'buy', 100, 1), ...trade(4000, 'buy', 100, 9)]
  const bench = () => new ReplayBench({ rows: prints, level: 'trades', spreadTicks: 1 })

  it('goes on taking at the print plus the spread, not at its limit', () => {
    expect(bench().submit(2000, bid(110)).runTo(9000).fills).toEqual([
      [1, 101, 1, 'taker', 3000],
      [1, 101, 2, 'taker', 4000],
    ])
  })

  it('takes as well when an amend made it marketable', () => {
    const { fills } = bench().submit(1500, bid(90)).amend(2000, 1, 110, 3).runTo(9000)
    expect(fills.map(([, price, , liquidity]) => [price, liquidity])).toEqual([
      [101, 'taker'],
      [101, 'taker'],
    ])
  })
})

describe('a window that moves inside a message', () => {
  it('changes no fill', () => {
    const changes = Array.from({ length: 20 }, (_, i) => ['bid', 600_000 - i, 0] as const)
    const far = Array.from({ length: 20 }, (_, i) => ['ask', 100_000 + i, 1] as const)
    const rows = [
      ...depth(1000, ...changes.map(([, tick]) => ['bid', tick, 4] as const), ['ask', 600_010, 5]),
      ...depth(3000, ...changes, ...far),
      ...depth(4000, ['bid', 99_000, 1]),
    ]
    const fillsWith = (batchRows: number) =>
      new ReplayBench({ rows, batchRows }).submit(2000, bid(600_000, 3)).runTo(9000).fills
    const whole = fillsWith(1000)
    expect(whole.reduce((sum, [, , lots]) => sum + lots, 0)).toBe(3)
    for (const batchRows of [8, 13, 20]) expect(fillsWith(batchRows)).toEqual(whole)
  })
})
