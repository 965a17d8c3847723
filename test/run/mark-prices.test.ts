/**
 * Mark prices of the data: as trigger source, and as what positions are valued at. Tick 0.1, lot 0.001, quantum 1e-8: one
 * tick × one lot is 10,000 quanta. Nothing costs fees; latency is 1.5 ms each way.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MarkCursor } from '../../src/book/mark-cursor.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import type { OrderRequest } from '../../src/model/order.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { type DataLevel, rowKind, sideCode } from '../../src/model/tape.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { runJournaled } from '../support/run-rows.ts'
import { depth, testInstrument, trade } from '../support/tape-rows.ts'

const second = 1_000_000
/** Divisible by every interval used here. */
const start = 1_700_006_400 * second
const noLimits = {
  priceDeviationPct: null,
  maxPositionValuePct: null,
  maxDailyLossPct: null,
  maxDrawdownPct: null,
  maxDataAgeMs: null,
  duplicateWindowMs: null,
}
const settings = {
  latency: { model: 'constant', entryUs: 1500, responseUs: 1500 },
  fees: { makerBps: '0', takerBps: '0' },
  risk: noLimits,
}

/** Received 10 µs later, like all rows here. */
const mark = (at: number, price: number): TapeRow => ({
  kind: rowKind.markPrice,
  side: sideCode.buy,
  exchangeTime: start + at * second,
  receiveTime: start + at * second + 10,
  price,
  qty: 0,
})
const book = (
  at: number,
  ...changes: Parameters<typeof depth> extends [number, ...infer Rest] ? Rest : never
) => depth(start + at * second, ...changes)

/** 9,999 bid, 10,001 asked, a million lots each, for a minute. */
const still = [
  book(0, ['bid', 9_999, 1_000_000], ['ask', 10_001, 1_000_000]),
  book(60, ['bid', 9_999, 999_999]),
]
/** Goes up, down to 9,940, up to 10,100. */
const marks = [mark(0.5, 10_000), mark(2.5, 10_050), mark(4.5, 9_940), mark(6.5, 10_100)]

function tapeOf(rows: readonly TapeRow[], level: DataLevel = 'l2'): PackedTape {
  const sorted = [...rows].sort((a, b) => a.exchangeTime - b.exchangeTime)
  return createMemoryTape({ instrument: testInstrument, rows: sorted, level })
}

type Step = readonly [at: number, request: OrderRequest | ((context: StrategyContext) => void)]

/** `told` gets one line per state of an order, with the seconds at which it was known. */
function steps(told: string[], ...list: readonly Step[]): RunnableStrategy {
  return {
    name: 'steps',
    params: {},
    subscriptions: {},
    create: (context) => ({
      onStart: () => {
        for (const [at, step] of list) {
          context.setTimer(timeUs(start + at * second), () => {
            if (typeof step === 'function') step(context)
            else context.submit(step)
          })
        }
      },
      onOrder: ({ state, triggeredAt }) => {
        const since = ((context.now() - start) / second).toFixed(4)
        const why = 'reason' in state ? ` ${state.reason}` : ''
        told.push(`${since} ${triggeredAt === context.now() ? 'triggered' : state.kind}${why}`)
      },
      onFill: ({ price, exchangeTime }) =>
        void told.push(`fill ${price} at ${(exchangeTime - start) / second}`),
    }),
  }
}

async function run(tape: PackedTape, list: readonly Step[], config: object = {}) {
  const told: string[] = []
  const outcome = await runJournaled([tape], steps(told, ...list), { ...settings, ...config })
  return { ...outcome, told }
}

const byMark = { instrument: 0, qty: qtyLots(5), triggerSource: 'mark' } as const
const buy = (at: number, qty = 10): Step => [
  at,
  { instrument: 0, side: 'buy', type: 'market', qty: qtyLots(qty) },
]

describe('orders triggered by the mark price', () => {
  const tape = tapeOf([...still.flat(), ...marks])

  it.each<[string, OrderRequest, readonly string[]]>([
    // 9,940 at 4.5 s is the first mark at or below 9,950; the book has not moved, so it sells at the bid.
    [
      'a stop',
      { ...byMark, side: 'sell', type: 'stop', triggerPrice: priceTicks(9_950) },
      ['4.5015 triggered', 'fill 9999 at 4.5'],
    ],
    [
      'a take-profit, exactly at its price',
      { ...byMark, side: 'sell', type: 'take-profit', triggerPrice: priceTicks(10_050) },
      ['2.5015 triggered', 'fill 9999 at 2.5'],
    ],
    // Starts at 10,000, follows to 10,050, and 9,940 is 110 below: more than 100.
    [
      'a trailing stop',
      { ...byMark, side: 'sell', type: 'trailing-stop', trailingTicks: priceTicks(100) },
      ['4.5015 triggered', 'fill 9999 at 4.5'],
    ],
    // Begins at 10,050, not before; 9,940 is more than 100 below.
    [
      'a trailing stop with an activation price',
      {
        ...byMark,
        side: 'sell',
        type: 'trailing-stop',
        trailingTicks: priceTicks(100),
        activationPrice: priceTicks(10_040),
      },
      ['4.5015 triggered', 'fill 9999 at 4.5'],
    ],
    [
      'not one whose activation price does not come',
      {
        ...byMark,
        side: 'sell',
        type: 'trailing-stop',
        trailingTicks: priceTicks(100),
        activationPrice: priceTicks(10_101),
      },
      [],
    ],
    // From 9,940 up: 10,040 is passed at 10,100.
    [
      'a trailing stop of a buy',
      { ...byMark, side: 'buy', type: 'trailing-stop', trailingTicks: priceTicks(100) },
      ['6.5015 triggered', 'fill 10001 at 6.5'],
    ],
    // 10,100 rests: nobody bids so much.
    [
      'a stop with a limit',
      {
        ...byMark,
        side: 'sell',
        type: 'stop-limit',
        triggerPrice: priceTicks(9_940),
        price: priceTicks(10_100),
        timeInForce: 'gtc',
      },
      ['4.5015 triggered'],
    ],
    [
      'nothing that the mark does not reach',
      { ...byMark, side: 'sell', type: 'stop', triggerPrice: priceTicks(9_939) },
      [],
    ],
  ])('%s', async (_name, request, expected) => {
    const { told } = await run(tape, [[1, request]])
    expect(told[0]).toBe('1.0030 open')
    expect(told.slice(1).filter((line) => !line.includes('end-of-data'))).toEqual(expected)
  })

  it('are not triggered by prints or quotes, nor orders that wait for those by the mark', async () => {
    const wild = tapeOf([...still.flat(), ...marks, ...trade(start + 3 * second, 'sell', 9_000, 1)])
    const stop = { instrument: 0, side: 'sell', qty: qtyLots(5), type: 'stop' } as const
    const own = async (triggerSource: 'mark' | 'last', triggerPrice: number) =>
      (await run(wild, [[1, { ...stop, triggerSource, triggerPrice: priceTicks(triggerPrice) }]])).told[1]
    expect(await own('mark', 9_500)).toContain('end-of-data')
    expect(await own('last', 9_500)).toBe('3.0015 triggered')
    expect(await own('last', 8_950)).toContain('end-of-data')
  })

  it('are rejected where the mark is there already, and where the data have none', async () => {
    const stop = { ...byMark, side: 'sell', type: 'stop', triggerPrice: priceTicks(10_010) } as const
    expect((await run(tape, [[1, stop]])).told).toEqual(['1.0030 rejected trigger-reached'])
    expect((await run(tapeOf(still.flat()), [[1, stop]])).told).toEqual(['1.0030 rejected no-mark-price'])
  })

  it('wait where no mark has come yet, and may be amended to a price that the mark has not reached', async () => {
    const stop = { ...byMark, side: 'sell', type: 'stop', triggerPrice: priceTicks(9_900) } as const
    const amend = (to: number) => (context: StrategyContext) =>
      context.amend(1, { triggerPrice: priceTicks(to) })
    // At 3 s the mark is 10,050: 10,060 is refused, 9,940 is taken.
    const { told } = await run(tape, [
      [0.1, stop],
      [3, amend(10_060)],
      [3.5, amend(9_940)],
    ])
    expect(told).toEqual([
      '0.1030 open',
      '3.0030 open',
      '3.5030 open',
      '4.5015 triggered',
      'fill 9999 at 4.5',
    ])
  })

  it('work on prints as well', async () => {
    const prints = [0, 3, 5, 7].flatMap((at) => trade(start + at * second, 'buy', 10_000, 1_000))
    const stop = { ...byMark, side: 'sell', type: 'stop', triggerPrice: priceTicks(9_950) } as const
    const { told } = await run(tapeOf([...prints, ...marks], 'trades'), [[1, stop]])
    expect(told).toEqual(['1.0030 open', '4.5015 triggered', 'fill 9999 at 5'])
  })
})

describe('an account valued at mark prices', () => {
  const account = { balance: '20', leverage: 10 }
  const margin = { tiers: [{ floor: '0', maintenancePct: '1' }], liquidationFeeBps: '50' }
  // 100 lots bought at 10,001: liquidated at a price ≤ 8,081 (see account-desk.test.ts).
  const wick = [
    ...still.flat().slice(0, 2),
    ...book(3.5, ['bid', 9_999, 0], ['ask', 10_001, 0], ['bid', 7_999, 1_000_000], ['ask', 8_001, 1_000_000]),
    ...book(5.5, ['bid', 7_999, 0], ['ask', 8_001, 0], ['bid', 9_999, 1_000_000], ['ask', 10_001, 1_000_000]),
    ...book(8.5, ['bid', 9_999, 1_000_001]),
  ]
  const quiet = [1, 2, 3, 4, 5, 6, 7].map((at) => mark(at + 0.2, 10_000))

  it('is not liquidated by a mid that the mark does not follow, and is where it is told to use mids', async () => {
    const closed = async (rows: readonly TapeRow[], config = {}) =>
      (await run(tapeOf(rows), [buy(2, 100)], { account, margin, ...config })).summary.liquidations
    expect(await closed([...wick, ...quiet])).toBe(0)
    expect(await closed([...wick, ...quiet], { markPrices: 'off' })).toBe(1)
    expect(await closed(wick)).toBe(1)
  })

  it('is liquidated by a mark that the mid does not follow', async () => {
    const fallen = [...quiet.slice(0, 3), mark(4.2, 8_081)]
    const { record } = await run(tapeOf([...still.flat(), ...fallen]), [buy(2, 100)], { account, margin })
    // Seen at the next whole second, closed against the book.
    expect(record?.accountReports).toMatchObject([
      { kind: 'liquidation', exchangeTime: start + 5 * second, price: 9_999, qty: 100 },
    ])
  })

  it('pays funding at the mark', async () => {
    const funding = { source: 'schedule', rates: [{ time: start + 5 * second, rate: '0.001' }] }
    const paid = async (config: object) =>
      (await run(tapeOf([...still.flat(), ...marks]), [buy(2)], { funding, ...config })).record
    // 10 lots × 9,940 × 10,000 × 0.001 = 994,000; at the mid of 10,000 it is 1,000,000.
    expect((await paid({}))?.accountReports).toMatchObject([{ amount: 994_000, markTimes2: 19_880 }])
    expect((await paid({ markPrices: 'off' }))?.accountReports).toMatchObject([{ amount: 1_000_000 }])
    const said = (await paid({}))?.assumptions.find(({ name }) => name === 'Funding')?.value
    expect(said).toContain('at the mark price of the data')
  })

  it('counts unrealized PnL and equity at the mark where that is asked for, at the mid where it is ten seconds old', async () => {
    const tape = tapeOf([...still.flat(), ...marks])
    const worth: string[] = []
    const look: (context: StrategyContext) => void = (context) =>
      void worth.push(`${context.market().markPrice()} ${(context.equity() - 1e14) / 10_000}`)
    const list: Step[] = [buy(1), [3, look], [5, look], [16.5, look], [16.6, look]]
    const { record, summary } = await run(tape, list, { markPrices: 'all' })
    // 10 lots bought at 10,001: 490 at 10,050, −610 at 9,940, 990 at 10,100, −10 at the mid. 6.50001 + 10 s = 16.50001.
    expect(worth).toEqual(['10050 490', '9940 -610', '10100 990', 'undefined -10'])
    expect(summary.unrealizedPnl).toBe('-0.00100000')
    expect(record?.assumptions.find(({ name }) => name === 'Valuation')?.value).toContain(
      'at the mark prices of the data',
    )
    worth.length = 0
    await run(tape, list)
    expect(worth).toEqual(['10050 -10', '9940 -10', '10100 -10', 'undefined -10'])
  })

  it('keeps its fingerprint: naming the default, or mark prices that nothing uses, changes nothing', async () => {
    const print = async (rows: readonly TapeRow[], config = {}) =>
      (await run(tapeOf(rows), [buy(1)], config)).summary.fingerprint
    const silent = await print([...still.flat(), ...marks])
    expect(await print([...still.flat(), ...marks], { markPrices: 'venue' })).toBe(silent)
  })

  it('is refused where the data have no mark prices', async () => {
    await expect(run(tapeOf(still.flat()), [], { markPrices: 'all' })).rejects.toThrow(
      'markPrices all: expected mark prices, but the data of BTCUSDT have none',
    )
  })
})

describe('mark prices in the cache', () => {
  it('are those of the tape, over several batches and in the order of the venue, known no earlier than received', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'marks-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    // The third overtakes the second.
    const late = { ...mark(2, 10_020), receiveTime: start + 4 * second }
    const more = Array.from({ length: 20 }, (_, i) => mark(5 + i / 10, 10_100 + i))
    const rows = [
      ...book(0, ['bid', 9_999, 5], ['ask', 10_001, 5]),
      mark(1, 10_010),
      mark(3, 10_030),
      late,
      ...more,
    ]
    const path = join(folder, 'a.parquet')
    const origin = {
      instrument: testInstrument,
      isSynthetic: false,
      sources: ['a'],
      format: 'test',
      levels: ['l2'] as const,
      hasReceiveTime: true,
      isClockTrusted: true,
    }
    await writeTape(path, origin, (sink) => {
      for (const { kind, side, exchangeTime, receiveTime = 0, price = 0, qty = 0, isLast = true } of rows) {
        sink.row(kind, side, exchangeTime, receiveTime, price, qty, isLast)
      }
      return noCounters
    })
    const [filed] = await prepareTapes([path], { cacheDir: join(folder, 'cache') })
    const small = createMemoryTape({ instrument: testInstrument, rows, batchRows: 8 })
    for (const tape of [filed, small]) {
      if (tape === undefined) throw new Error('no tape')
      const known = (order: 'exchange' | 'receive') => {
        const cursor = MarkCursor.open([tape], order)
        const prices = [0.9, 1.5, 2.5, 3.5, 4.5, 6.05].map((at) => cursor?.at(start + at * second))
        cursor?.close()
        return prices
      }
      expect(known('exchange')).toEqual([undefined, 10_010, 10_020, 10_030, 10_030, 10_110])
      expect(known('receive')).toEqual([undefined, 10_010, 10_010, 10_010, 10_030, 10_110])
    }
  })
})
