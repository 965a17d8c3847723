import { describe, expect, it } from 'vitest'
import { ReplayBench } from '../support/replay-bench.ts'
import { clear, depth, trade } from '../support/tape-rows.ts'

/** Bids 100 (5), 99 (5); asks 101 (3), 102 (4). */
const start = depth(1000, ['bid', 100, 5], ['bid', 99, 5], ['ask', 101, 3], ['ask', 102, 4])

const bid = (price: number, qty = 3, id = 1) => ({ id, side: 'buy' as const, qty, price })

describe('a resting order', () => {
  it('waits behind the displayed quantity, and fills with the excess only', () => {
    // 5 ahead: 4 trade (1 ahead), then 3 trade: 2 for us.
    const rows = [...start, ...trade(3000, 'sell', 100, 4), ...trade(4000, 'sell', 100, 3)]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000)
    expect(bench.fills).toEqual([[1, 100, 2, 'maker', 4000]])
  })

  it('is not filled by a trade exactly as large as the queue ahead', () => {
    const bench = new ReplayBench({ rows: [...start, ...trade(3000, 'sell', 100, 5)] })
      .submit(2000, bid(100))
      .runTo(9000)
    expect(bench.fills).toEqual([])
  })

  it('waits behind the displayed quantity one tick back as well', () => {
    const bench = new ReplayBench({ rows: [...start, ...trade(3000, 'sell', 99, 3)] })
      .submit(2000, bid(99))
      .runTo(9000)
    expect(bench.fills).toEqual([])
  })

  it('fills by a trade through its price, up to what was traded', () => {
    const bench = new ReplayBench({ rows: [...start, ...trade(3000, 'sell', 99, 2)] })
      .submit(2000, bid(100))
      .runTo(9000)
    expect(bench.fills).toEqual([[1, 100, 2, 'maker', 3000]])
  })

  it('is not filled by a trade of an aggressor on its own side', () => {
    const bench = new ReplayBench({ rows: [...start, ...trade(3000, 'buy', 101, 50)] })
      .submit(2000, bid(100))
      .runTo(9000)
    expect(bench.fills).toEqual([])
  })

  it('fills against an opposite quote at its price, up to the quantity that arrived', () => {
    const rows = [...start, ...depth(3000, ['bid', 100, 0], ['ask', 100, 2])]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000)
    expect(bench.fills).toEqual([[1, 100, 2, 'maker', 3000]])
  })

  it('gives the same fills in whatever order the levels of one message come', () => {
    const changes = [
      ['ask', 99, 2],
      ['bid', 100, 0],
      ['bid', 99, 0],
      ['ask', 100, 1],
    ] as const
    const fillsOf = (order: readonly number[]) => {
      const message = order.flatMap((index) => (changes[index] === undefined ? [] : [changes[index]]))
      return new ReplayBench({ rows: [...start, ...depth(3000, ...message)] })
        .submit(2000, bid(100, 9))
        .runTo(9000).fills
    }
    const expected = fillsOf([0, 1, 2, 3])
    expect(expected.reduce((sum, [, , lots]) => sum + lots, 0)).toBe(3)
    expect(fillsOf([3, 2, 1, 0])).toEqual(expected)
    expect(fillsOf([1, 3, 0, 2])).toEqual(expected)
  })

  it('is not filled by the removal of levels', () => {
    const rows = [...start, ...depth(3000, ['bid', 100, 0]), ...depth(3001, ['ask', 101, 0])]
    expect(new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000).fills).toEqual([])
  })

  it('moves up when the level becomes smaller than its queue', () => {
    // Level 100 falls to 1: at most 1 ahead. A trade of 2 leaves 1 for us.
    const rows = [...start, ...depth(3000, ['bid', 100, 1]), ...trade(4000, 'sell', 100, 2)]
    expect(new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000).fills).toEqual([
      [1, 100, 1, 'maker', 4000],
    ])
  })

  it('does not join ahead of what came later at its level', () => {
    // 5 ahead, 7 more behind us; a trade of 6 gives us 1.
    const rows = [...start, ...depth(3000, ['bid', 100, 12]), ...trade(4000, 'sell', 100, 6)]
    expect(new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000).fills).toEqual([
      [1, 100, 1, 'maker', 4000],
    ])
  })

  it('cannot be filled by what printed before or at its arrival', () => {
    const rows = [...start, ...trade(2005, 'sell', 99, 9)]
    expect(new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000).fills).toEqual([])
  })

  it('does not count on the head of the queue while the book is unknown', () => {
    const rows = [...start, ...clear(1500), ...trade(3000, 'sell', 100, 9)]
    expect(new ReplayBench({ rows }).submit(2000, bid(100)).runTo(9000).fills).toEqual([])
  })
})

describe('own orders at one price', () => {
  it('share one print, first come first', () => {
    // 5 ahead of both; 9 trade: 4 for us, 3 for the first, 1 for the second.
    const rows = [...start, ...trade(3000, 'sell', 100, 9)]
    const bench = new ReplayBench({ rows })
      .submit(2000, bid(100, 3, 1))
      .submit(2001, bid(100, 3, 2))
      .runTo(9000)
    expect(bench.fills.map(([id, , lots]) => [id, lots])).toEqual([
      [1, 3],
      [2, 1],
    ])
  })

  it('do not take more together than a print that went through them', () => {
    const rows = [...start, ...trade(3000, 'sell', 98, 4)]
    const bench = new ReplayBench({ rows })
      .submit(2000, bid(99, 3, 1))
      .submit(2001, bid(100, 3, 2))
      .runTo(9000)
    expect(bench.fills.map(([id, , lots]) => [id, lots])).toEqual([
      [2, 3],
      [1, 1],
    ])
  })

  it('share an arriving quote with own takers', () => {
    const rows = [...start, ...depth(3000, ['bid', 100, 0], ['ask', 100, 4])]
    const bench = new ReplayBench({ rows })
      .submit(2000, bid(100, 3, 1))
      .submit(4000, { id: 2, side: 'buy', qty: 4, price: 100, tif: 'ioc' })
      .runTo(9000)
    expect(bench.fills.map(([id, , lots, liquidity]) => [id, lots, liquidity])).toEqual([
      [1, 3, 'maker'],
      [2, 1, 'taker'],
    ])
  })

  it('on both sides never trade with each other', () => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 100 })
      .submit(3000, { id: 2, side: 'sell', qty: 9, price: 100, tif: 'ioc' })
      .runTo(9000)
    expect(bench.fills.map(([id, , lots]) => [id, lots])).toEqual([[2, 5]])
  })
})

describe('amend', () => {
  it('keeps the place with the same price and a smaller quantity', () => {
    const rows = [...start, ...depth(3500, ['bid', 100, 9]), ...trade(4000, 'sell', 100, 6)]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100, 3)).amend(3600, 1, 100, 2).runTo(9000)
    expect(bench.fills).toEqual([[1, 100, 1, 'maker', 4000]])
  })

  it.each([
    { name: 'more quantity', price: 100, qty: 4 },
    { name: 'another price and back', price: 99, qty: 3 },
  ])('loses the place with $name', ({ price, qty }) => {
    const rows = [...start, ...depth(3500, ['bid', 100, 9]), ...trade(5000, 'sell', 100, 6)]
    const bench = new ReplayBench({ rows })
      .submit(2000, bid(100, 3))
      .amend(3600, 1, price, qty)
      .amend(4000, 1, 100, 4)
    expect(bench.runTo(9000).fills).toEqual([])
  })

  it('may take when it moves to the other side, and is filled as a taker then', () => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, bid(100, 2))
      .amend(3000, 1, 101, 2)
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'amended', 'fill'])
    expect(bench.fills[0]?.slice(1, 4)).toEqual([101, 2, 'taker'])
  })

  it('is refused when a post-only order would take, and leaves the order alone', () => {
    const rows = [...start, ...trade(4000, 'sell', 99, 1)]
    const bench = new ReplayBench({ rows })
      .submit(2000, { ...bid(100, 2), postOnly: true })
      .amend(3000, 1, 101, 2)
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'amend-rejected: post-only-would-take', 'fill'])
  })

  it('cancels an order that is filled further than the new quantity', () => {
    const rows = [...start, ...trade(3000, 'sell', 99, 2)]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100, 3)).amend(4000, 1, 100, 2).runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill', 'canceled: amended-below-filled'])
  })
})

describe('cancel', () => {
  it('reaches the venue after what printed before', () => {
    const rows = [...start, ...trade(3005, 'sell', 99, 9), ...trade(3006, 'sell', 99, 9)]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100, 3)).cancel(3000, 1).runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill', 'cancel-rejected: unknown-order'])
  })

  it('ends a working order', () => {
    const rows = [...start, ...trade(3006, 'sell', 99, 9)]
    const bench = new ReplayBench({ rows }).submit(2000, bid(100, 3)).cancel(3000, 1).runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'canceled: canceled-by-strategy'])
    expect(bench.fills).toEqual([])
  })
})

describe('probability queue models', () => {
  // prob-power:1 with 5 ahead and 15 behind of 20: p(behind) = 15/20. A cancel of 4 puts us up by (1 − 0.75) × 4 = 1.
  it('share cancels out by what stands ahead and behind', () => {
    const rows = [
      ...start,
      ...depth(3000, ['bid', 100, 20]),
      ...depth(3500, ['bid', 100, 16]),
      ...trade(4000, 'sell', 100, 6),
    ]
    const fillsWith = (queue: string) =>
      new ReplayBench({ rows, queue }).submit(2000, bid(100)).runTo(9000).fills
    expect(fillsWith('prob-power:1')).toEqual([[1, 100, 2, 'maker', 4000]])
    expect(fillsWith('risk-averse')).toEqual([[1, 100, 1, 'maker', 4000]])
  })
})

describe('the probability models on cancels of any size', () => {
  it.each([
    'prob-log',
    'prob-log2',
    'prob-power:2',
    'prob-power:3',
    'prob-power2:2',
    'prob-power2:3',
    'prob-power3:3',
  ])('%s never puts less than nothing ahead', (queue) => {
    const rows = [
      ...start,
      ...depth(3000, ['bid', 100, 60]),
      ...depth(3500, ['bid', 100, 3]),
      ...depth(3600, ['bid', 100, 1]),
      ...trade(4000, 'sell', 100, 2),
    ]
    const bench = new ReplayBench({ rows, queue }).submit(2000, bid(100)).runTo(9000)
    expect(bench.fills.reduce((sum, [, , lots]) => sum + lots, 0)).toBeLessThanOrEqual(2)
  })
})

describe('the second of two own orders at one price', () => {
  it('does not move up by what filled the first', () => {
    // Level 5 ahead of the first, then 5 more displayed before the second joins: 10 ahead of it. A trade of 8 takes 5 of
    // the market and 3 of ours, so 10 − 5 = 5 stay ahead of the second, and a trade of 6 gives it 1.
    const rows = [
      ...start,
      ...depth(2500, ['bid', 100, 10]),
      ...trade(4000, 'sell', 100, 8),
      ...trade(5000, 'sell', 100, 6),
    ]
    const bench = new ReplayBench({ rows })
      .submit(2000, bid(100, 3, 1))
      .submit(3000, bid(100, 3, 2))
      .runTo(9000)
    expect(bench.fills.map(([id, , lots, , at]) => [id, lots, at])).toEqual([
      [1, 3, 4000],
      [2, 1, 5000],
    ])
  })
})
