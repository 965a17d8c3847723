import { describe, expect, it } from 'vitest'
import { constantLatency } from '../../src/venue/sim/latency-model.ts'
import { commandOf, type OrderScript } from '../contract/harness.ts'
import { type BenchOptions, entryUs, ReplayBench, responseUs } from '../support/replay-bench.ts'
import { depth, trade } from '../support/tape-rows.ts'

const rows = [...depth(1000, ['bid', 100, 5], ['ask', 102, 5]), ...trade(1100, 'buy', 102, 1)]
const sell = { side: 'sell', qty: 2 } as const
const pair: readonly OrderScript[] = [
  { ...sell, price: 107 },
  { ...sell, type: 'stop', triggerPrice: 90, ocoWith: 1 },
]
const bracket: readonly OrderScript[] = [
  { ...sell, type: 'stop', triggerPrice: 90, exitOf: 3 },
  { ...sell, price: 107, exitOf: 3, ocoWith: 1 },
  { side: 'buy', qty: 2 },
]

/** Orders leave at 2000, 2100, 2200 … with ids from 1. */
function storiesOf(
  orders: readonly OrderScript[],
  conditions: Partial<BenchOptions>,
  isJoint = false,
): readonly string[][] {
  const bench = new ReplayBench({ rows, ...conditions })
  for (const [index, order] of orders.entries()) {
    bench.send(2000 + 100 * index, { ...commandOf(index + 1, order), isJoint })
  }
  bench.runTo(9000)
  return orders.map((_, index) => bench.storyOf(index + 1))
}

/** At the venue's gate, or by a front door half a round trip away. */
const refusals = [
  [
    'by a condition of the venue',
    'rate-limited',
    (id: number): Partial<BenchOptions> => ({
      gate: () => ({
        conditions: [
          {
            description: 'refuses one order',
            check: ({ command }) => (command.clientOrderId === id ? 'rate-limited' : undefined),
          },
        ],
        sweeps: [],
      }),
    }),
  ],
  [
    'before the engine',
    'refused-before-engine',
    (id: number): Partial<BenchOptions> => ({
      latency: {
        ...constantLatency(entryUs, responseUs),
        entryUs: (now: number) => (now === 1900 + 100 * id ? -entryUs - responseUs : entryUs),
        responseUs: () => responseUs,
      },
    }),
  ],
] as const

describe.each(refusals)('an order refused %s', (_where, reason, refusing) => {
  const refused = `rejected: ${reason}`
  const over = 'rejected: linked-order-over'
  const ended = ['accepted', 'canceled: linked-order-over']

  it('ends the other of its pair', () => {
    expect(storiesOf(pair, refusing(1))).toEqual([[refused], [over]])
    expect(storiesOf(pair, refusing(2))).toEqual([ended, [refused]])
  })

  it('ends its bracket: exits do not wait for an entry that never comes, and no entry opens without its exits', () => {
    expect(storiesOf(bracket, refusing(1))).toEqual([[refused], [over], [over]])
    expect(storiesOf(bracket, refusing(2))).toEqual([ended, [refused], [over]])
    expect(storiesOf(bracket, refusing(3))).toEqual([ended, ended, [refused]])
  })
})

describe('an order lost in an outage', () => {
  const losing = (id: number): Partial<BenchOptions> => ({
    gate: () => ({
      conditions: [
        {
          description: 'loses one order',
          check: ({ command }) => (command.clientOrderId === id ? 'lost' : undefined),
        },
      ],
      sweeps: [],
    }),
  })
  const over = 'rejected: linked-order-over'
  const ended = ['accepted', 'canceled: linked-order-over']

  it('ends the others of the message that it was a part of, and nobody hears of it itself', () => {
    expect(storiesOf(pair, losing(1), true)).toEqual([[], [over]])
    expect(storiesOf(pair, losing(2), true)).toEqual([ended, []])
    expect(storiesOf(bracket, losing(1), true)).toEqual([[], [over], [over]])
    expect(storiesOf(bracket, losing(2), true)).toEqual([ended, [], [over]])
    expect(storiesOf(bracket, losing(3), true)).toEqual([ended, ended, []])
  })

  it('leaves alone an order that came before it by itself: the venue never heard of the pair', () => {
    expect(storiesOf(pair, losing(2))).toEqual([['accepted'], []])
  })
})
