/**
 * Changes of the data whose effect on the fills is known without knowing the fills: VENUE.md, "Metamorphic". A schedule
 * of orders is fixed beforehand, so nothing in it answers to what the change does.
 */
import { describe, expect, it } from 'vitest'
import { createPrng, type Prng } from '../../src/core/prng.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { TouchTracker } from '../../src/feed/touch-tracker.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { Side } from '../../src/model/order.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { randomMarket } from '../support/random-market.ts'
import { runJournaled } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

const start = 1.7e15
/** The random market wanders around this tick. */
const center = 600_000

interface Planned {
  readonly at: number
  readonly side: Side
  /** Undefined: a market order. */
  readonly tick: number | undefined
  readonly lots: number
  readonly timeInForce: 'gtc' | 'ioc' | 'fok'
  readonly postOnly: boolean
}

/** Orders around the mid of their time: some cross, some rest at the touch, some deep. */
function planOf(seed: number, rows: readonly TapeRow[]): Planned[] {
  const random = createPrng(seed, 'metamorphic')
  const touch = new TouchTracker()
  const plan: Planned[] = []
  for (const { kind, side, price = 0, qty = 0, exchangeTime } of rows) {
    touch.apply(kind, side, price, qty)
    if (random.nextInt(9) > 0 || touch.bestBid === undefined) continue
    plan.push(planAround(touch.bestBid, exchangeTime + 5_000 + random.nextInt(4_000), random))
  }
  return plan
}

function planAround(bid: number, at: number, random: Prng): Planned {
  const side = random.nextInt(2) === 0 ? 'buy' : 'sell'
  const away = random.nextInt(6) - 2
  const timeInForce = (['gtc', 'gtc', 'gtc', 'ioc', 'fok'] as const)[random.nextInt(5)] ?? 'gtc'
  return {
    at,
    side,
    tick: random.nextInt(8) === 0 ? undefined : side === 'buy' ? bid - away : bid + 2 + away,
    lots: 1 + random.nextInt(30),
    timeInForce,
    postOnly: timeInForce === 'gtc' && random.nextInt(4) === 0,
  }
}

function planned(plan: readonly Planned[]): RunnableStrategy {
  return {
    name: 'planned',
    params: {},
    subscriptions: {},
    create: (context) => ({
      onStart: () => {
        for (const { at, side, tick, lots, timeInForce, postOnly } of plan) {
          const shared = { instrument: 0, side, qty: qtyLots(lots) } as const
          context.setTimer(timeUs(at), () => {
            if (tick === undefined) context.submit({ ...shared, type: 'market' })
            else context.submit({ ...shared, type: 'limit', price: priceTicks(tick), timeInForce, postOnly })
          })
        }
      },
    }),
  }
}

const config = {
  latency: { model: 'constant', entryUs: 300, responseUs: 150 },
  fees: { makerBps: '0', takerBps: '0' },
  account: { balance: '5000000', leverage: 1 },
  risk: { maxMessagesPerSecond: null, duplicateWindowMs: null, maxOpenOrders: null },
}

interface Variant {
  readonly rows: readonly TapeRow[]
  readonly plan: readonly Planned[]
  readonly instrument?: InstrumentSpec
  readonly batchRows?: number
}

async function run({ rows, plan, instrument = testInstrument, batchRows }: Variant) {
  const tape = createMemoryTape({ instrument, rows, ...(batchRows === undefined ? {} : { batchRows }) })
  const { record, summary } = await runJournaled([tape], planned(plan), config)
  const fills = (record?.fills ?? []).map(({ clientOrderId, side, price, qty, exchangeTime, liquidity }) => ({
    id: clientOrderId,
    side,
    price: Number(price),
    qty: Number(qty),
    at: Number(exchangeTime),
    liquidity,
  }))
  return { fills, summary }
}

type FoundFill = Awaited<ReturnType<typeof run>>['fills'][number]

/** Fills of one instant come in an order of their own. */
const sorted = (fills: readonly FoundFill[]): FoundFill[] =>
  [...fills].sort((a, b) => a.at - b.at || a.id - b.id || a.price - b.price)

const oppositeOf = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

describe.each([1, 2, 3, 4, 5, 6])('a fixed schedule on a changed market, seed %i', (seed) => {
  const rows = randomMarket({ seed, messages: 900, gapUs: 9_000, start })
  const plan = planOf(seed, rows)

  it('fills many orders, as maker and as taker', async () => {
    const { fills } = await run({ rows, plan })
    expect(fills.filter(({ liquidity }) => liquidity === 'maker').length).toBeGreaterThan(20)
    expect(fills.filter(({ liquidity }) => liquidity === 'taker').length).toBeGreaterThan(20)
  })

  it('earns k times as much where the tick is k times as large, with the same fills', async () => {
    const before = await run({ rows, plan })
    const after = await run({ rows, plan, instrument: { ...testInstrument, tickSize: '0.3' } })
    expect(after.fills).toEqual(before.fills)
    expect(Number(after.summary.realizedPnl)).toBeCloseTo(3 * Number(before.summary.realizedPnl), 6)
  })

  it('fills k times the quantity where all quantities are k times as large', async () => {
    const before = await run({ rows, plan })
    const after = await run({
      rows: rows.map((row) => ({ ...row, qty: 7 * (row.qty ?? 0) })),
      plan: plan.map((one) => ({ ...one, lots: 7 * one.lots })),
    })
    expect(after.fills).toEqual(before.fills.map((fill) => ({ ...fill, qty: 7 * fill.qty })))
  })

  it('is the same at another time', async () => {
    const byUs = 86_400_000_000 * 37
    const before = await run({ rows, plan })
    const after = await run({
      rows: rows.map((row) => ({
        ...row,
        exchangeTime: row.exchangeTime + byUs,
        receiveTime: (row.receiveTime ?? row.exchangeTime) + byUs,
      })),
      plan: plan.map((one) => ({ ...one, at: one.at + byUs })),
    })
    expect(after.fills).toEqual(before.fills.map((fill) => ({ ...fill, at: fill.at + byUs })))
  })

  it('is mirrored where bids and asks change places', async () => {
    const mirrored = (tick: number): number => 2 * center - tick
    const before = await run({ rows, plan })
    const after = await run({
      rows: rows.map((row) => ({
        ...row,
        side: row.side === sideCode.buy ? sideCode.sell : sideCode.buy,
        price: mirrored(row.price ?? center),
      })),
      plan: plan.map((one) => ({
        ...one,
        side: oppositeOf(one.side),
        tick: one.tick === undefined ? undefined : mirrored(one.tick),
      })),
    })
    const expected = before.fills.map((fill) => ({
      ...fill,
      side: oppositeOf(fill.side),
      price: mirrored(fill.price),
    }))
    expect(sorted(after.fills)).toEqual(sorted(expected))
  })

  it('is the same with rows in between that mean nothing to a book', async () => {
    const before = await run({ rows, plan })
    const more = rows.flatMap((row) => {
      const neutral = { ...row, kind: rowKind.markPrice, price: center, qty: 0, isLast: true }
      const print = { ...row, kind: rowKind.offMarketTrade, price: center - 5_000, qty: 500, isLast: true }
      return row.isLast ? [row, neutral, print] : [row]
    })
    expect((await run({ rows: more, plan })).fills).toEqual(before.fills)
  })

  it('is the same in whatever batches the rows come', async () => {
    const before = await run({ rows, plan })
    for (const batchRows of [8, 33, 1000]) {
      expect((await run({ rows, plan, batchRows })).fills).toEqual(before.fills)
    }
  })

  it('never fills a resting order earlier, nor more, where the queue is deeper', async () => {
    // Bids only: on the other side a larger quote that reaches them would rightly fill more. And each alone: orders of
    // ours share what is traded, so that one that has to wait longer leaves more for another.
    const bids = plan.flatMap((one) =>
      one.tick === undefined
        ? []
        : [{ ...one, side: 'buy' as const, timeInForce: 'gtc' as const, postOnly: true }],
    )
    const deeper = rows.map((row) =>
      row.kind === rowKind.depth && row.side === sideCode.buy && (row.qty ?? 0) > 0
        ? { ...row, qty: (row.qty ?? 0) + 25 }
        : row,
    )
    let later = 0
    for (const bid of bids.filter((_, index) => index % 6 === 0)) {
      const before = await run({ rows, plan: [bid] })
      const after = await run({ rows: deeper, plan: [bid] })
      if (JSON.stringify(after.fills) !== JSON.stringify(before.fills)) later++
      for (const { id, at } of after.fills) {
        const [less, more] = [filledUpTo(after.fills, id, at), filledUpTo(before.fills, id, at)]
        expect(less, `bid of ${bid.at}, seed ${seed}`).toBeLessThanOrEqual(more)
      }
    }
    expect(later).toBeGreaterThan(0)
  })
})

function filledUpTo(fills: readonly FoundFill[], id: number, at: number): number {
  let lots = 0
  for (const fill of fills) if (fill.id === id && fill.at <= at) lots += fill.qty
  return lots
}
