import { describe, expect, it } from 'vitest'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind } from '../../src/model/tape.ts'
import { ReplayBench } from '../support/replay-bench.ts'
import { trade } from '../support/tape-rows.ts'

const prints = [...trade(1000, 'buy', 100, 5), ...trade(3000, 'sell', 101, 4), ...trade(4000, 'buy', 103, 9)]
const bench = (rows: readonly TapeRow[] = prints) =>
  new ReplayBench({ rows, level: 'trades', spreadTicks: 2 })

describe('matching on prints alone', () => {
  it('fills a market order from the prints after its arrival, at the print plus the spread', () => {
    const fills = bench().submit(2000, { id: 1, side: 'buy', qty: 6 }).runTo(9000).fills
    expect(fills).toEqual([
      [1, 103, 4, 'taker', 3000],
      [1, 105, 2, 'taker', 4000],
    ])
  })

  it('takes the spread from a seller', () => {
    expect(bench().submit(2000, { id: 1, side: 'sell', qty: 1 }).runTo(9000).fills).toEqual([
      [1, 99, 1, 'taker', 3000],
    ])
  })

  it.each([
    { name: 'not at its own price', price: 101, fills: [] },
    { name: 'at its own price once a print is beyond it', price: 102, fills: [[1, 102, 2, 'maker', 4000]] },
  ])('fills a resting sell order $name', ({ price, fills }) => {
    const rows = [...trade(1000, 'buy', 90, 5), ...trade(3000, 'buy', 101, 4), ...trade(4000, 'buy', 103, 2)]
    const order = { id: 1, side: 'sell' as const, qty: 3, price }
    const beyond = price === 101 ? rows.slice(0, 2) : rows
    expect(bench(beyond).submit(2000, order).runTo(9000).fills).toEqual(fills)
  })

  it('shares one print between all orders', () => {
    const rows = [...trade(1000, 'sell', 100, 1), ...trade(3000, 'sell', 90, 4)]
    const fills = bench(rows)
      .submit(2000, { id: 1, side: 'buy', qty: 3, price: 95 })
      .submit(2001, { id: 2, side: 'buy', qty: 3, price: 95 })
      .runTo(9000).fills
    expect(fills.map(([id, , lots]) => [id, lots])).toEqual([
      [1, 3],
      [2, 1],
    ])
  })

  it('rejects a post-only order at or beyond the last print plus the spread', () => {
    const run = bench()
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 102, postOnly: true })
      .submit(2001, { id: 2, side: 'buy', qty: 1, price: 101, postOnly: true })
      .runTo(2500)
    expect(run.storyOf(1)).toEqual(['rejected: post-only-would-take'])
    expect(run.storyOf(2)).toEqual(['accepted'])
  })

  it.each([
    { tif: 'ioc' as const, qty: 6, story: ['accepted', 'fill', 'expired: ioc-remainder'] },
    { tif: 'fok' as const, qty: 6, story: ['accepted', 'expired: fok-not-fillable'] },
    { tif: 'fok' as const, qty: 4, story: ['accepted', 'fill'] },
  ])('shows $tif orders of $qty the first print only', ({ tif, qty, story }) => {
    expect(bench().submit(2000, { id: 1, side: 'buy', qty, price: 110, tif }).runTo(9000).storyOf(1)).toEqual(
      story,
    )
  })

  it('does not fill from what printed before the arrival', () => {
    expect(bench().submit(5000, { id: 1, side: 'buy', qty: 1 }).runTo(9000).fills).toEqual([])
  })
})

describe('matching on bars', () => {
  const point = (kind: number, time: number, tick: number, lots: number): TapeRow => ({
    kind: kind as TapeRow['kind'],
    side: 0,
    exchangeTime: time,
    receiveTime: 1999,
    price: tick,
    qty: lots,
    isLast: true,
  })
  /** Open 100, low 95, high 110, close 108. */
  const bar = [
    point(rowKind.barOpen, 1000, 100, 2),
    point(rowKind.barLow, 1333, 95, 2),
    point(rowKind.barHigh, 1666, 110, 2),
    point(rowKind.barClose, 1998, 108, 3),
  ]

  it('fills along the path of the bar, each point offering its share of the volume', () => {
    const run = new ReplayBench({ rows: bar, level: 'bars', spreadTicks: 1 })
      .submit(500, { id: 1, side: 'buy', qty: 3 })
      .submit(501, { id: 2, side: 'sell', qty: 9, price: 109 })
      .runTo(9000)
    expect(run.fills).toEqual([
      [1, 101, 2, 'taker', 1000],
      [1, 96, 1, 'taker', 1333],
      [2, 109, 2, 'maker', 1666],
    ])
  })
})
