/** Matching by order id (L3): exact first-in-first-out. Levels in ticks, quantities in lots, latency of the bench 5 µs. */
import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'
import { commandOf } from '../contract/harness.ts'
import { PlainQueueMarket } from '../support/plain-queue-market.ts'
import { randomOrderRows } from '../support/random-orders.ts'
import { entryUs, ReplayBench } from '../support/replay-bench.ts'

const { orderAdd, orderChange, orderDelete, orderExecute, trade } = rowKind
const { buy, sell } = sideCode

function row(
  exchangeTime: number,
  kind: TapeRow['kind'],
  side: SideCode,
  price: number,
  qty: number,
  orderId: number,
): TapeRow {
  return { exchangeTime, receiveTime: exchangeTime + 10, kind, side, price, qty, orderId }
}

/** Bids of 3 (order 1) and 4 (order 2) at 100, an offer of 5 (order 3) at 103. */
const start = [
  row(10, orderAdd, buy, 100, 3, 1),
  row(11, orderAdd, buy, 100, 4, 2),
  row(12, orderAdd, sell, 103, 5, 3),
]
const bench = (...rows: readonly TapeRow[]): ReplayBench =>
  new ReplayBench({ rows: [...start, ...rows], level: 'l3' })
/** A bid of 2 at 100 that arrives at 20, behind orders 1 and 2. */
const ours = { id: 1, side: 'buy', qty: 2, price: 100 } as const

describe('an order among orders', () => {
  it('is not filled by executions of orders ahead of it, however large', () => {
    const run = bench(row(30, orderExecute, buy, 100, 3, 1), row(31, orderExecute, buy, 100, 4, 2))
    expect(run.submit(15, ours).runTo(100).fills).toEqual([])
  })

  it('is filled in the stead of an order behind it, up to what was executed of that', () => {
    // Order 4 came later: its execution of 1 and then of 5 would have been ours first.
    const run = bench(
      row(25, orderAdd, buy, 100, 6, 4),
      row(30, orderExecute, buy, 100, 1, 4),
      row(31, orderExecute, buy, 100, 5, 4),
    )
    expect(run.submit(15, ours).runTo(100).fills).toEqual([
      [1, 100, 1, 'maker', 30],
      [1, 100, 1, 'maker', 31],
    ])
  })

  it('stands behind an order that came at the same instant', () => {
    const run = bench(row(20, orderAdd, buy, 100, 6, 4), row(30, orderExecute, buy, 100, 6, 4))
    expect(run.submit(15, ours).runTo(100).fills).toEqual([])
  })

  it('overtakes an order that was made larger, not one that was made smaller', () => {
    const larger = bench(row(25, orderChange, buy, 100, 9, 1), row(30, orderExecute, buy, 100, 9, 1))
    expect(larger.submit(15, ours).runTo(100).fills).toEqual([[1, 100, 2, 'maker', 30]])
    const smaller = bench(row(25, orderChange, buy, 100, 1, 1), row(30, orderExecute, buy, 100, 1, 1))
    expect(smaller.submit(15, ours).runTo(100).fills).toEqual([])
  })

  it('is filled by an execution at a worse price, before anybody behind it', () => {
    const run = bench(row(18, orderAdd, buy, 99, 8, 4), row(30, orderExecute, buy, 99, 8, 4))
    expect(run.submit(15, ours).runTo(100).fills).toEqual([[1, 100, 2, 'maker', 30]])
  })

  it('is filled before a hidden order at its price, and not by one that was never reported', () => {
    const hidden = bench(row(30, orderExecute, buy, 100, 1, 0))
    expect(hidden.submit(15, ours).runTo(100).fills).toEqual([[1, 100, 1, 'maker', 30]])
    const unknown = bench(row(30, orderExecute, buy, 100, 1, 77))
    expect(unknown.submit(15, ours).runTo(100).fills).toEqual([])
  })

  it('is not filled by a print: executions say who was hit', () => {
    const run = bench(row(30, trade, sell, 100, 50, 0), row(31, orderDelete, buy, 100, 0, 1))
    expect(run.submit(15, ours).runTo(100).fills).toEqual([])
  })

  it('is filled by an order that arrives at its price, up to its size', () => {
    const run = bench(
      row(25, orderDelete, buy, 100, 0, 1),
      row(26, orderDelete, buy, 100, 0, 2),
      row(30, orderAdd, sell, 100, 1, 4),
    )
    expect(run.submit(15, ours).runTo(100).fills).toEqual([[1, 100, 1, 'maker', 30]])
  })

  it('shares one execution with another of ours in the order in which they came', () => {
    const run = bench(row(25, orderAdd, buy, 100, 6, 4), row(30, orderExecute, buy, 100, 3, 4))
    run.submit(14, ours).submit(15, { ...ours, id: 2 })
    expect(run.runTo(100).fills).toEqual([
      [1, 100, 2, 'maker', 30],
      [2, 100, 1, 'maker', 30],
    ])
  })

  it('loses its place when it is amended to another price and back, keeps it when it is made smaller', () => {
    const rows = [row(25, orderAdd, buy, 100, 6, 4), row(60, orderExecute, buy, 100, 6, 4)]
    const moved = bench(...rows)
      .submit(15, ours)
      .amend(30, 1, 99, 2)
      .amend(40, 1, 100, 2)
    expect(moved.runTo(100).fills).toEqual([])
    const smaller = bench(...rows)
      .submit(15, ours)
      .amend(30, 1, 100, 1)
    expect(smaller.runTo(100).fills).toEqual([[1, 100, 1, 'maker', 60]])
  })
})

describe('an iceberg among orders', () => {
  it('shows its next slice behind an order that stands, and is swept whole by an execution at a worse price', () => {
    // Slices of 1 of 4. At 30 three orders are hit at one instant: order 4, behind the first slice but before the second,
    // of 3; then one at 99, for 2. The first hit fills a slice; the one at 99 passes the price and fills hidden lots.
    const run = bench(
      row(18, orderAdd, buy, 99, 8, 5),
      row(25, orderAdd, buy, 100, 3, 4),
      row(30, orderExecute, buy, 100, 3, 4),
      row(30, orderExecute, buy, 99, 2, 5),
    )
    run.send(15, commandOf(1, { side: 'buy', qty: 4, price: 100, displayQty: 1 })).runTo(100)
    expect(run.fills).toEqual([
      [1, 100, 1, 'maker', 30],
      [1, 100, 2, 'maker', 30],
    ])
  })
})

describe('taking from orders', () => {
  const taker = { id: 1, side: 'buy', qty: 5, price: 103, tif: 'ioc' } as const

  it('stops at an order of ours when all that stood ahead of it is gone, not when as much has come behind it', () => {
    // Ours is behind order 3, of which 3 are executed and the rest is canceled; order 4 came later. With 1 of order 3
    // left, that much is taken first.
    const own = { id: 1, side: 'sell', qty: 2, price: 103 } as const
    const meets = commandOf(2, { side: 'buy', qty: 3, price: 103, selfTradePrevention: 'cancel-newest' })
    const hit = [row(25, orderAdd, sell, 103, 9, 4), row(26, orderExecute, sell, 103, 3, 3)]
    const gone = bench(...hit, row(27, orderExecute, sell, 103, 2, 3))
    expect(gone.submit(15, own).send(30, meets).runTo(100).fills).toEqual([])
    const one = bench(...hit, row(27, orderExecute, sell, 103, 1, 3))
    expect(one.submit(15, own).send(30, meets).runTo(100).fills).toEqual([[2, 103, 1, 'taker', 35]])
  })

  it('what was taken stays gone while other orders come and go at the price', () => {
    const run = bench(
      row(25, orderAdd, sell, 103, 2, 4),
      row(26, orderAdd, sell, 103, 1, 5),
      row(40, orderDelete, sell, 103, 0, 4),
    )
    run
      .submit(15, taker)
      .submit(30, { ...taker, id: 2, qty: 1 })
      .submit(50, { ...taker, id: 3, qty: 9 })
    expect(run.runTo(100).fills).toEqual([
      [1, 103, 5, 'taker', 20],
      [2, 103, 1, 'taker', 35],
    ])
  })

  it('what the recording executes there is what was taken already', () => {
    const run = bench(row(25, orderExecute, sell, 103, 5, 3), row(26, orderAdd, sell, 103, 2, 4))
    run.submit(15, taker).submit(30, { ...taker, id: 2, qty: 9 })
    expect(run.runTo(100).fills).toEqual([
      [1, 103, 5, 'taker', 20],
      [2, 103, 2, 'taker', 35],
    ])
  })
})

describe('the fast market against a plain one', () => {
  it.each([1, 2, 3, 4, 5])('fills the same on a random stream, seed %i', (seed) => {
    const random = createPrng(seed, 'by-order')
    const rows = randomOrderRows(random, 3000)
    const end = rows.at(-1)?.exchangeTime ?? 0
    const run = new ReplayBench({ rows, level: 'l3', batchRows: 64 + (seed % 3) })
    const plain = new PlainQueueMarket()
    let next = 0
    const plainTo = (until: number): void => {
      for (let r = rows[next]; r !== undefined && r.exchangeTime <= until; r = rows[++next]) plain.apply(r)
    }
    let id = 0
    for (let sent = 101; sent < end; sent += 1 + random.nextInt(40)) {
      const isCancel = id > 0 && random.nextInt(4) === 0
      plainTo(sent + entryUs)
      if (isCancel) {
        const target = 1 + random.nextInt(id)
        run.cancel(sent, target)
        plain.cancel(target)
        continue
      }
      const side = random.nextInt(2) === 0 ? 'buy' : 'sell'
      const price = 994 + random.nextInt(13)
      const qty = 1 + random.nextInt(6)
      run.submit(sent, { id: ++id, side, price, qty })
      plain.submit(id, sideCode[side], price, qty, sent + entryUs)
    }
    plainTo(end)
    run.runTo(end + 100)
    expect(run.fills.length).toBeGreaterThan(80)
    expect(run.fills).toEqual(plain.fills)
  })
})
