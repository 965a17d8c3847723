/** Each cause by hand: two orders that are alike but for one thing. Times in microseconds, prices in ticks. */
import { describe, expect, it } from 'vitest'
import { explainOrders } from '../../src/analysis/explain-orders.ts'
import type { OrderTrace, RunTrace, TracedFill } from '../../src/model/order-trace.ts'

const fill = (change: Partial<TracedFill> = {}): TracedFill => {
  return { price: 100, qty: 10, isTaker: true, exchangeTime: 1005, knownAt: 1010, fee: 5, ...change }
}
const maker = { isTaker: false } as const

/** Sent at 1000, at the venue at 1005, filled whole there. */
function order(change: Partial<OrderTrace> = {}): OrderTrace {
  const base = { id: 1, instrument: 0, side: 'buy', flags: 2, price: 100, qty: 10, sentAt: 1000 } as const
  const rest = { denied: undefined, cancelSentAt: undefined, amendSentAt: undefined, end: undefined }
  return { ...base, ...rest, arrivedAt: 1005, fills: [fill()], ...change }
}

const run = (orders: readonly OrderTrace[], change: Partial<RunTrace> = {}): RunTrace => {
  return { orders, stoppedAt: undefined, endedAt: undefined, totals: undefined, ...change }
}

/** An earlier order that differs in its fills, so that the ones after it may. */
const [before, beforeElse] = [
  order({ id: 9, sentAt: 10, flags: 3, arrivedAt: 15 }),
  order({ id: 9, sentAt: 10, flags: 3, arrivedAt: 16 }),
]

const causes = (session: OrderTrace[], replay: OrderTrace[], change: Partial<RunTrace> = {}): string[] =>
  explainOrders(run(session, change), run(replay)).differences.map(
    ({ aspect, cause }) => `${aspect}: ${cause}`,
  )

describe('what differs between a session and a replay of its market', () => {
  it('is nothing when all is the same', () => {
    const found = explainOrders(run([order()]), run([order()]))
    expect(found).toEqual({ matched: 1, same: 1, onlySession: 0, onlyReplay: 0, differences: [] })
  })

  it.each<[string, Partial<OrderTrace>, string[]]>([
    ['another time of sending', { sentAt: 1003, arrivedAt: 1008 }, ['timing: handled-later']],
    ['another way to the venue', { arrivedAt: 1009 }, ['timing: latency']],
    ['another price asked for', { price: 101 }, ['terms: decided-otherwise']],
    [
      'a later arrival at another book',
      { arrivedAt: 1009, fills: [fill({ price: 102 })] },
      ['timing: latency', 'price: book-changed'],
    ],
    [
      'a later arrival in the queue',
      { arrivedAt: 1009, fills: [fill({ ...maker, qty: 4 })], end: undefined },
      ['timing: latency', 'fills: book-changed'],
    ],
    ['another fee', { fills: [fill({ fee: 7 })] }, ['fees: fees']],
    [
      'a denial',
      { denied: 'stale-data', fills: [], arrivedAt: undefined },
      ['end: risk-guard', 'fills: risk-guard'],
    ],
    ['fills for no reason that is known', { fills: [fill({ price: 102 })] }, ['price: unexplained']],
  ])('%s', (_, change, expected) => {
    expect(causes([order(change)], [order()])).toEqual(expected)
  })

  it('is the queue when a resting order was taken back at another moment', () => {
    const rests = { fills: [fill(maker)] }
    const canceled = { kind: 'canceled', reason: 'canceled-by-strategy', exchangeTime: 2000 } as const
    const taken = order({ fills: [], cancelSentAt: 1990, end: canceled })
    expect(causes([taken], [order(rests)])).toEqual(['fills: queue'])
    const inPart = order({ fills: [fill({ ...maker, qty: 4 })], cancelSentAt: 1990, end: canceled })
    expect(causes([inPart], [order(rests)])).toEqual(['fills: partial'])
  })

  it('is another book when an earlier order had taken from it otherwise', () => {
    const session = [before, order({ fills: [fill({ price: 102 })] })]
    expect(causes(session, [beforeElse, order()])).toEqual(['timing: latency', 'price: book-changed'])
  })

  it('is an order that exists in one of the two only', () => {
    expect(causes([order()], [])).toEqual(['order: never-sent'])
    expect(causes([], [order()])).toEqual(['order: never-sent'])
    // Three seconds apart they are two decisions.
    expect(causes([order()], [order({ sentAt: 3_001_000 })])).toEqual([
      'order: never-sent',
      'order: never-sent',
    ])
  })

  it('is the end of the session for what was under way then', () => {
    const stopped = order({
      fills: [],
      cancelSentAt: 1500,
      end: { kind: 'canceled', reason: 'canceled-by-emergency-stop', exchangeTime: 1505 },
    })
    const working = order({ fills: [] })
    expect(causes([stopped], [working], { stoppedAt: 1500 })).toEqual(['end: session-ended'])
    expect(causes([], [order({ sentAt: 1600 })], { stoppedAt: 1500 })).toEqual(['order: session-ended'])
  })

  it('pairs orders with those nearest in time, a like price before another', () => {
    const session = [order({ id: 1, sentAt: 1000, price: 100 }), order({ id: 2, sentAt: 1010, price: 200 })]
    const replay = [order({ id: 1, sentAt: 1000, price: 200 }), order({ id: 2, sentAt: 1010, price: 100 })]
    const { differences } = explainOrders(run(session), run(replay))
    expect(differences.map(({ sessionOrder, replayOrder }) => [sessionOrder, replayOrder])).toEqual([
      [1, 2],
      [1, 2],
      [2, 1],
      [2, 1],
    ])
  })
})
