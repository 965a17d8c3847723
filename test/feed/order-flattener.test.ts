/** An L3 stream replayed as what it adds up to: levels, touch and prints say the same at every level of data. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LocalBook } from '../../src/book/local-book.ts'
import { createPrng } from '../../src/core/prng.ts'
import { timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import { TapeColumns, type TapeRow } from '../../src/feed/tape-columns.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import { readTapeFacts } from '../../src/feed/tape-reader.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { type DataLevel, rowKind, type SideCode } from '../../src/model/tape.ts'
import { randomOrderRows } from '../support/random-orders.ts'
import { testInstrument } from '../support/tape-rows.ts'

const start = Date.UTC(2024, 0, 1) * 1000
/** Of this century, as a tape wants it. */
const rowsOf = (seed: number): TapeRow[] =>
  randomOrderRows(createPrng(seed, 'flattener'), 1500).map((row) => ({
    ...row,
    exchangeTime: start + row.exchangeTime,
    receiveTime: start + (row.receiveTime ?? 0),
  }))

const memoryTape = (rows: readonly TapeRow[], level: DataLevel): PackedTape =>
  createMemoryTape({ instrument: testInstrument, rows, level })

/** Depth rows that the same orders amount to, told level by level. */
function asLevels(rows: readonly TapeRow[]): TapeRow[] {
  const orders = new Map<number, { side: SideCode; price: number; qty: number }>()
  const levelRows: TapeRow[] = []
  for (const { kind, side, price = 0, qty = 0, orderId = 0, ...row } of rows) {
    const before = orders.get(orderId)
    const left = kind === rowKind.orderExecute ? (before?.qty ?? 0) - qty : qty
    if (left > 0) orders.set(orderId, { side, price, qty: left })
    else orders.delete(orderId)
    const level = [...orders.values()].filter((order) => order.side === side && order.price === price)
    const lots = level.reduce((sum, order) => sum + order.qty, 0)
    levelRows.push({ ...row, kind: rowKind.depth, side, price, qty: lots })
  }
  return levelRows
}

/** What is known every few microseconds: `depth` levels of each side. */
function look(tape: PackedTape, depth: number): unknown[] {
  let now = 0
  const book = new LocalBook([tape], { now: () => timeUs(now) })
  const seen: unknown[] = []
  const end = tape.lastReceiveTime()
  for (now = start + 100; now <= end; now += 7) {
    seen.push([book.bestBid(), book.bestAsk(), book.levels('buy', depth), book.levels('sell', depth)])
  }
  book.close()
  return seen
}

describe('orders told as levels', () => {
  it.each([1, 2, 3])('are the book that the same levels give, seed %i', (seed) => {
    const rows = rowsOf(seed)
    const expected = look(memoryTape(asLevels(rows), 'l2'), 20)
    expect(expected.length).toBeGreaterThan(300)
    expect(look(memoryTape(rows, 'l3'), 20)).toEqual(expected)
    expect(look(memoryTape(rows, 'l2'), 20)).toEqual(expected)
    expect(look(memoryTape(rows, 'l1'), 1)).toEqual(look(memoryTape(asLevels(rows), 'l2'), 1))
  })

  it('come back from a tape file with their ids, and are another tape when an id differs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orders-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const rows = rowsOf(4)
    const write = (name: string, content: readonly TapeRow[]) =>
      writeTape(
        join(folder, name),
        {
          instrument: testInstrument,
          isSynthetic: true,
          sources: ['orders'],
          format: 'test',
          levels: ['l3', 'l2', 'l1', 'trades'],
          hasReceiveTime: true,
        },
        (sink) => {
          const columns = new TapeColumns()
          for (const row of content) columns.add(row)
          for (let row = 0; row < columns.rows; row++) columns.copyTo(sink, row)
          return noCounters
        },
      )
    const facts = await write('a.parquet', rows)
    const renamed = rows.map((row) => ({
      ...row,
      orderId: row.orderId === 1 ? 5_000_000 : (row.orderId ?? 0),
    }))
    expect((await write('b.parquet', renamed)).dataHash).not.toBe(facts.dataHash)
    expect(readTapeFacts(join(folder, 'a.parquet'))?.dataHash).toBe(facts.dataHash)
    for (const level of ['l3', 'l2'] as const) {
      const [tape] = await prepareTapes([join(folder, 'a.parquet')], {
        cacheDir: join(folder, 'cache'),
        level,
      })
      expect(tape?.level).toBe(level)
      if (tape !== undefined) expect(look(tape, 20)).toEqual(look(memoryTape(rows, level), 20))
      const joined = tape?.open('exchange').next()?.joinedAt
      expect(joined === undefined).toBe(level === 'l2')
    }
  })

  it('refuses rows about orders that contradict each other', async () => {
    const add = {
      kind: rowKind.orderAdd,
      side: 0,
      exchangeTime: start,
      price: 5,
      qty: 1,
      orderId: 1,
    } as const
    const tape =
      (...rows: readonly TapeRow[]) =>
      () =>
        memoryTape(rows, 'l3')
    expect(tape(add, add)).toThrow(/order 1 stands already/)
    expect(tape(add, { ...add, kind: rowKind.orderDelete, qty: 0, orderId: 2 })).toThrow(
      /order 2 does not stand/,
    )
    expect(tape(add, { ...add, kind: rowKind.orderExecute, qty: 2 })).toThrow(/has 1 lots, not 2/)
    expect(tape(add, { ...add, kind: rowKind.orderChange, price: 6 })).toThrow(/stands at 5 ticks, not at 6/)
  })
})
