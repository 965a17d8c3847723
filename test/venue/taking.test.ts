import { describe, expect, it } from 'vitest'
import { entryUs, ReplayBench, responseUs } from '../support/replay-bench.ts'
import { clear, depth, trade } from '../support/tape-rows.ts'

/** Bids 100 (5), 99 (8); asks 101 (3), 102 (4), 104 (10). */
const start = depth(1000, ['bid', 100, 5], ['bid', 99, 8], ['ask', 101, 3], ['ask', 102, 4], ['ask', 104, 10])

describe('taking', () => {
  it('walks the displayed levels of the other side, and arrives one entry latency after it was sent', () => {
    const bench = new ReplayBench({ rows: start }).submit(2000, { id: 1, side: 'buy', qty: 8 }).runTo(9000)
    const at = 2000 + entryUs
    expect(bench.fills).toEqual([
      [1, 101, 3, 'taker', at],
      [1, 102, 4, 'taker', at],
      [1, 104, 1, 'taker', at],
    ])
    expect(bench.reports.map(({ time }) => time)).toEqual(Array(4).fill(at + responseUs))
  })

  it('stops at the limit, and rests there with what is left', () => {
    const rows = [...start, ...trade(5000, 'sell', 102, 2), ...trade(5001, 'sell', 101, 9)]
    const bench = new ReplayBench({ rows })
      .submit(2000, { id: 1, side: 'buy', qty: 10, price: 102 })
      .runTo(9000)
    // 3 + 4 taken at once; 3 rest at 102 with nobody ahead: 2 trade at the price, the last one when 101 prints.
    expect(bench.fills.slice(2)).toEqual([
      [1, 102, 2, 'maker', 5000],
      [1, 102, 1, 'maker', 5001],
    ])
  })

  it('does not take the same liquidity twice before the feed refreshes the level', () => {
    const bench = new ReplayBench({ rows: [...start, ...depth(4000, ['ask', 101, 3])] })
      .submit(2000, { id: 1, side: 'buy', qty: 3 })
      .submit(3000, { id: 2, side: 'buy', qty: 1 })
      .submit(5000, { id: 3, side: 'buy', qty: 1 })
      .runTo(9000)
    expect(bench.fills.map(([id, price]) => [id, price])).toEqual([
      [1, 101],
      [2, 102],
      [3, 101],
    ])
  })

  it('expires the remainder of an IOC order with a reason', () => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, { id: 1, side: 'buy', qty: 9, price: 101, tif: 'ioc' })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill', 'expired: ioc-remainder'])
  })

  it('expires an IOC order away from the market', () => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, { id: 1, side: 'sell', qty: 1, price: 101, tif: 'ioc' })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'expired: not-marketable'])
  })

  it.each([
    { name: 'fills all of a FOK order that fits', qty: 7, story: ['accepted', 'fill', 'fill'] },
    {
      name: 'fills none of a FOK order that does not',
      qty: 8,
      story: ['accepted', 'expired: fok-not-fillable'],
    },
  ])('$name', ({ qty, story }) => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, { id: 1, side: 'buy', qty, price: 102, tif: 'fok' })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(story)
  })

  it('rejects a post-only order that would take, and lets one rest at the touch', () => {
    const bench = new ReplayBench({ rows: start })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 101, postOnly: true })
      .submit(2001, { id: 2, side: 'buy', qty: 1, price: 100, postOnly: true })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['rejected: post-only-would-take'])
    expect(bench.storyOf(2)).toEqual(['accepted'])
  })

  it('invents no price when the book is empty', () => {
    const bench = new ReplayBench({ rows: [...start, ...clear(1500)] })
      .submit(2000, { id: 1, side: 'buy', qty: 1 })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'expired: no-liquidity'])
  })

  it('expires what a market order cannot take from the whole book', () => {
    const bench = new ReplayBench({ rows: start }).submit(2000, { id: 1, side: 'sell', qty: 20 }).runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill', 'fill', 'expired: ioc-remainder'])
    expect(bench.fills.reduce((sum, [, , lots]) => sum + lots, 0)).toBe(13)
  })

  it('sees market data of its own arrival time, but none after it', () => {
    const arrival = 2000 + entryUs
    const rows = [...start, ...depth(arrival, ['ask', 101, 0]), ...depth(arrival + 1, ['ask', 102, 0])]
    const bench = new ReplayBench({ rows }).submit(2000, { id: 1, side: 'buy', qty: 1 }).runTo(9000)
    expect(bench.fills).toEqual([[1, 102, 1, 'taker', arrival]])
  })

  it('is not led astray by a level far from the touch', () => {
    const rows = [...start, ...depth(1500, ['ask', 5_000_000, 1], ['bid', 1, 1])]
    const bench = new ReplayBench({ rows })
      .submit(2000, { id: 1, side: 'buy', qty: 1 })
      .submit(2001, { id: 2, side: 'sell', qty: 1 })
      .runTo(9000)
    expect(bench.fills.map(([, price]) => price)).toEqual([101, 100])
  })

  it('takes from levels outside the window when nothing else is left', () => {
    const rows = depth(1000, ['bid', 600_000, 1], ['ask', 600_001, 1], ['ask', 9_000_000, 1])
    const bench = new ReplayBench({ rows }).submit(2000, { id: 1, side: 'buy', qty: 2 }).runTo(9000)
    expect(bench.fills.map(([, price]) => price)).toEqual([600_001, 9_000_000])
  })

  it('rejects an order below the minimum notional', () => {
    // 1 lot at 101 ticks is 0.001 × 10.1 = 0.0101 in settlement currency.
    const bench = new ReplayBench({ rows: start, minNotional: '0.0102' })
      .submit(2000, { id: 1, side: 'buy', qty: 1 })
      .submit(2001, { id: 2, side: 'buy', qty: 2 })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['rejected: below-min-notional'])
    expect(bench.storyOf(2)).toEqual(['accepted', 'fill'])
  })

  it('is held to the smallest value of an inverse contract, in the base currency', () => {
    // Contracts of 100 USD; at 10.0 (100 ticks) one is worth 10 BTC, 9.9 at 10.1: 5 are 50 or less than it.
    const spec = { kind: 'inverse', settleCurrency: 'BTC', lotSize: '1', contractSize: '100' } as const
    const bench = new ReplayBench({ rows: start, minNotional: '50', spec })
      .submit(2000, { id: 1, side: 'buy', qty: 5, price: 100 })
      .submit(3000, { id: 2, side: 'sell', qty: 5, price: 101 })
      .runTo(9000)
    expect([bench.storyOf(1)[0], bench.storyOf(2)[0]]).toEqual(['accepted', 'rejected: below-min-notional'])
  })
})
