import { describe, expect, it } from 'vitest'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import type { Slice } from '../differential/compare.ts'
import { runOurs, type Setting } from '../differential/our-run.ts'
import type { Action } from '../differential/schedule.ts'
import { memoryTape } from '../support/run-rows.ts'
import { clear, depth, trade } from '../support/tape-rows.ts'

/** 2024-01-01. Orders sent at t0 + x arrive at t0 + x + 100. */
const t0 = 1_704_067_200_000_000
const base: Setting = {
  exchange: 'nopartial',
  queue: 'risk-averse',
  entryUs: 100,
  responseUs: 100,
  makerBps: '0',
  takerBps: '0',
}
const partial: Setting = { ...base, exchange: 'partial' }

/** Bids 1000 × 5, 999 × 8, 990 × 20; asks 1002 × 2, 1003 × 6, 1010 × 20. */
const book = depth(
  t0,
  ['bid', 1000, 5],
  ['bid', 999, 8],
  ['bid', 990, 20],
  ['ask', 1002, 2],
  ['ask', 1003, 6],
  ['ask', 1010, 20],
)

interface Outcome {
  readonly fills: readonly string[]
  readonly states: readonly string[]
}

/** Fills as `id time side lots@tick`, times since t0; states by id. */
async function play(
  rows: readonly TapeRow[],
  actions: readonly (Partial<Action> & { readonly t: number })[],
  setting: Setting = base,
): Promise<Outcome> {
  const plan = actions.map(
    (action): Action => ({
      what: 'submit',
      id: 1,
      side: 'buy',
      tick: 1000,
      lots: 3,
      style: 'gtc',
      ...action,
      t: t0 + action.t,
    }),
  )
  const tape = memoryTape([...book, ...rows, ...depth(t0 + 1_000_000, ['bid', 1, 1])])
  const { slices, states } = await runOurs([tape], plan, setting)
  const fillText = ({ id, t, lots, tick, isMaker }: Slice): string =>
    `${id} ${t - t0} ${isMaker ? 'maker' : 'taker'} ${lots}@${tick}`
  return { fills: slices.map(fillText), states: [...states.values()] }
}

describe('an order that arrives (VENUE.md B4)', () => {
  it.each([
    [
      'a crossing limit order takes all at the best price',
      { tick: 1003, lots: 9 },
      ['1 200 taker 9@1002'],
      'filled 1003',
    ],
    ['a crossing IOC does too', { tick: 1002, lots: 9, style: 'ioc' }, ['1 200 taker 9@1002'], 'filled 1002'],
    ['a crossing FOK does too', { tick: 1002, lots: 9, style: 'fok' }, ['1 200 taker 9@1002'], 'filled 1002'],
    ['a market order does too', { tick: 0, lots: 9, style: 'market' }, ['1 200 taker 9@1002'], 'filled 0'],
    ['a crossing post-only order expires', { tick: 1002, style: 'post-only' }, [], 'expired 1002'],
    ['an IOC away from the market expires', { tick: 1001, style: 'ioc' }, [], 'expired 1001'],
    ['a FOK away from the market expires', { tick: 1001, style: 'fok' }, [], 'expired 1001'],
    ['a limit order away from the market rests', { tick: 1001 }, [], 'open 1001'],
  ] as const)('without partial fills: %s', async (_title, order, fills, state) => {
    expect(await play([], [{ t: 100, ...order }])).toEqual({ fills, states: [state] })
  })

  it.each([
    // 2 are shown at 1002; the limit takes the rest, though only 6 are shown there.
    [
      'a limit order takes what is shown, the rest at its limit',
      { tick: 1003, lots: 9 },
      ['2@1002', '6@1003', '1@1003'],
      'filled 1003',
    ],
    [
      'an IOC takes what is shown, the rest expires',
      { tick: 1003, lots: 9, style: 'ioc' },
      ['2@1002', '6@1003'],
      'expired 1003',
    ],
    [
      'a FOK fills when enough is shown',
      { tick: 1003, lots: 8, style: 'fok' },
      ['2@1002', '6@1003'],
      'filled 1003',
    ],
    ['a FOK expires when less is shown', { tick: 1003, lots: 9, style: 'fok' }, [], 'expired 1003'],
    [
      'a market order walks the book',
      { tick: 0, lots: 10, style: 'market' },
      ['2@1002', '6@1003', '2@1010'],
      'filled 0',
    ],
    [
      'a market order expires with what is not shown',
      { tick: 0, lots: 40, style: 'market' },
      ['2@1002', '6@1003', '20@1010'],
      'expired 0',
    ],
  ] as const)('with partial fills: %s', async (_title, order, fills, state) => {
    const outcome = await play([], [{ t: 100, ...order }], partial)
    expect(outcome).toEqual({ fills: fills.map((fill) => `1 200 taker ${fill}`), states: [state] })
  })

  it('looks at 100 ticks for a market order that buys, and at 101 for one that sells', async () => {
    const far = [...depth(t0 + 10, ['ask', 1101, 1], ['ask', 1102, 1], ['bid', 900, 1], ['bid', 899, 1])]
    const orders = [
      { t: 100, id: 1, tick: 0, lots: 50, style: 'market' },
      { t: 100, id: 2, tick: 0, lots: 50, style: 'market', side: 'sell' },
    ] as const
    const { fills } = await play(far, orders, partial)
    // From 1002 to 1101, and from 1000 to 900.
    expect(fills.filter((fill) => /@(1101|1102|900|899)$/.test(fill))).toEqual([
      '1 200 taker 1@1101',
      '2 200 taker 1@900',
    ])
  })

  it('leaves the book as it was: the next order takes the same lots', async () => {
    const orders = [
      { t: 100, id: 1, tick: 1002, lots: 2, style: 'ioc' },
      { t: 101, id: 2, tick: 1002, lots: 2, style: 'ioc' },
    ] as const
    expect((await play([], orders, partial)).fills).toEqual(['1 200 taker 2@1002', '2 201 taker 2@1002'])
  })

  it('never invents a price: a market order expires when the other side is empty', async () => {
    // The tool fills it at the largest integer there is.
    const gone = depth(t0 + 150, ['ask', 1002, 0], ['ask', 1003, 0], ['ask', 1010, 0])
    expect(await play(gone, [{ t: 100, tick: 0, style: 'market' }])).toEqual({
      fills: [],
      states: ['expired 0'],
    })
  })
})

describe('a resting order (VENUE.md B5)', () => {
  const bid = { t: 100, tick: 1000, lots: 3 } as const // arrives at 200, behind 5

  it.each([
    ['a trade as large as the queue does not fill it', trade(t0 + 300, 'sell', 1000, 5), []],
    [
      'a trade larger than the queue fills it whole',
      trade(t0 + 300, 'sell', 1000, 6),
      ['1 300 maker 3@1000'],
    ],
    [
      'trades add up',
      [...trade(t0 + 300, 'sell', 1000, 5), ...trade(t0 + 400, 'sell', 1000, 1)],
      ['1 400 maker 3@1000'],
    ],
    ['a trade at the time of its arrival comes before it', trade(t0 + 200, 'sell', 1000, 9), []],
    [
      'a trade through its price fills it, however small',
      trade(t0 + 300, 'sell', 999, 1),
      ['1 300 maker 3@1000'],
    ],
    ['a trade above its price does not', trade(t0 + 300, 'sell', 1001, 50), []],
    ['a buy at its price does not', trade(t0 + 300, 'buy', 1000, 50), []],
    [
      'an ask at its price fills it whole, whatever its size',
      depth(t0 + 300, ['ask', 1000, 1]),
      ['1 300 maker 3@1000'],
    ],
    [
      'an ask below its price fills it at its own price',
      depth(t0 + 300, ['ask', 998, 1]),
      ['1 300 maker 3@1000'],
    ],
    [
      'a level that shrinks to nothing puts it first, and fills nothing',
      depth(t0 + 300, ['bid', 1000, 0]),
      [],
    ],
    [
      'after that the smallest trade fills it',
      [...depth(t0 + 300, ['bid', 1000, 0]), ...trade(t0 + 400, 'sell', 1000, 1)],
      ['1 400 maker 3@1000'],
    ],
    [
      'a clear fills nothing and keeps its queue',
      [...clear(t0 + 300), ...trade(t0 + 400, 'sell', 1000, 5)],
      [],
    ],
  ] as const)('%s', async (_title, rows, fills) => {
    expect((await play(rows, [bid])).fills).toEqual(fills)
  })

  it('fills by the excess only where partial fills are simulated', async () => {
    const rows = [...trade(t0 + 300, 'sell', 1000, 6), ...trade(t0 + 400, 'sell', 1000, 9)]
    // 6 − 5 ahead = 1; then nobody is ahead: 9, of which 2 are left.
    expect((await play(rows, [bid], partial)).fills).toEqual(['1 300 maker 1@1000', '1 400 maker 2@1000'])
  })

  it('does not see other orders of ours: one trade fills both', async () => {
    const orders = [bid, { ...bid, id: 2 }]
    const { fills } = await play(trade(t0 + 300, 'sell', 1000, 6), orders)
    expect(fills).toEqual(['1 300 maker 3@1000', '2 300 maker 3@1000'])
  })

  it('is filled by the newest quote when the sides cross, and the crossed levels come back only when quoted', async () => {
    // The bid at 1003 hides the asks at 1002 and 1003; a buy then takes at 1010.
    const rows = depth(t0 + 300, ['bid', 1003, 1])
    const orders = [
      { t: 100, id: 1, side: 'sell', tick: 1001, lots: 1 },
      { t: 400, id: 2, tick: 1010, lots: 1, style: 'ioc' },
    ] as const
    expect((await play(rows, orders)).fills).toEqual(['1 300 maker 1@1001', '2 500 taker 1@1010'])
  })

  it('forgets one side as far as a row says, and passes over the level next to it', async () => {
    const row = { kind: rowKind.clearSide, side: sideCode.sell, exchangeTime: t0 + 300, price: 1002 }
    // 1003 stays stored, but the best ask is the one after it.
    const order = { t: 400, tick: 1010, lots: 1, style: 'ioc' } as const
    expect((await play([{ ...row, receiveTime: t0 + 310 }], [order])).fills).toEqual(['1 500 taker 1@1010'])
    const beyond = { ...row, price: 1001, receiveTime: t0 + 310 }
    expect((await play([beyond], [order])).fills).toEqual(['1 500 taker 1@1003'])
  })
})

describe('an amend (VENUE.md B7)', () => {
  const bid = { t: 100, tick: 1000, lots: 3 } as const

  it('keeps its place at the same price with no more lots', async () => {
    const rows = [...trade(t0 + 300, 'sell', 1000, 4), ...trade(t0 + 900, 'sell', 1000, 2)]
    // 4 of 5 ahead are gone, 2 more go through the last one.
    const { fills } = await play(rows, [bid, { ...bid, t: 400, what: 'amend', lots: 2 }])
    expect(fills).toEqual(['1 900 maker 2@1000'])
  })

  it('goes to the end with more lots, and still fills the lots that were left before', async () => {
    const rows = [
      ...trade(t0 + 300, 'sell', 1000, 4),
      ...trade(t0 + 900, 'sell', 1000, 2),
      ...trade(t0 + 950, 'sell', 1000, 4),
    ]
    const { fills } = await play(rows, [bid, { ...bid, t: 400, what: 'amend', lots: 7 }])
    expect(fills).toEqual(['1 950 maker 3@1000'])
  })

  it('takes when its new price crosses', async () => {
    const { fills } = await play([], [bid, { ...bid, t: 400, what: 'amend', tick: 1002 }])
    expect(fills).toEqual(['1 500 taker 3@1002'])
  })

  it('expires when it is post-only and its new price crosses', async () => {
    const post = { ...bid, style: 'post-only' } as const
    expect(await play([], [post, { ...post, t: 400, what: 'amend', tick: 1002 }])).toEqual({
      fills: [],
      states: ['expired 1002'],
    })
  })
})
