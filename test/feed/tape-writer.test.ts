import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { openDuckDb } from '../../src/feed/duckdb.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import { readRows, readTapeFacts } from '../../src/feed/tape-reader.ts'
import type { TapeSink } from '../../src/feed/tape-sink.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import { rowKind, sideCode, type TapeFacts } from '../../src/model/tape.ts'
import { testInstrument } from '../support/tape-rows.ts'

const { depth, snapshot, trade, clear, quote, offMarketTrade } = rowKind
const { buy, sell } = sideCode
const t0 = 1_700_000_000_000_000
const origin = {
  instrument: testInstrument,
  isSynthetic: false,
  sources: ['a.gz'],
  format: 'test',
  levels: ['l2', 'trades'],
  hasReceiveTime: true,
} as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tape-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (read: (sink: TapeSink) => void, name = 'a.parquet'): Promise<TapeFacts> =>
  writeTape(join(folder, name), origin, (sink) => {
    read(sink)
    return noCounters
  })

async function rowsOf(name: string): Promise<number[][]> {
  const db = await openDuckDb()
  const rows: number[][] = []
  const path = join(folder, name)
  const facts = readTapeFacts(path)
  const hasOrders = facts?.levels.includes('l3') === true
  await readRows(db, { paths: [path], facts: facts === undefined ? [] : [facts] }, (...row) =>
    rows.push(hasOrders ? row : row.slice(0, 5)),
  )
  db.close()
  return rows
}

function someRows(sink: TapeSink): void {
  sink.row(clear, buy, t0, t0 + 500, 0, 0, false)
  sink.row(snapshot, buy, t0, t0 + 500, 100, 7, false)
  sink.row(snapshot, sell, t0, t0 + 500, 102, 8, true)
  sink.row(trade, sell, t0 + 90, t0 + 600, 100, 3, true)
  // Crossed inside the message only, then after a whole message, then not any more.
  sink.row(depth, buy, t0 + 100, t0 + 700, 102, 1, false)
  sink.row(depth, sell, t0 + 100, t0 + 700, 102, 0, false)
  sink.row(depth, sell, t0 + 100, t0 + 700, 103, 5, true)
  sink.row(depth, sell, t0 + 200, t0 + 800, 102, 5, true)
  sink.row(offMarketTrade, buy, t0 + 250, t0 + 850, 500, 50, true)
  sink.row(depth, buy, t0 + 300, t0 + 900, 102, 0, true)
}

describe('tape writer', () => {
  it('writes what it was given, and the facts that can be counted', async () => {
    const facts = await write(someRows)
    expect(facts).toMatchObject({
      rows: 10,
      rowsByKind: { depth: 5, snapshot: 2, trade: 1, clear: 1, offMarketTrade: 1 },
      firstTime: t0,
      lastTime: t0 + 300,
      // Inside the message at t0 + 100 the book is crossed, after it no more; after the lone ask at 102 it is.
      crossedBooks: 1,
      offMarketTrades: 1,
      tradedLots: 3,
      clock: { offsetUs: 0, driftPpm: 0 },
      // Latencies 500, 510, 600, 600, 600, 600: nearest rank of 50 % is the third.
      latency: { p50: 600, p90: 600, p99: 600, max: 600 },
    })
    const rows = await rowsOf('a.parquet')
    const visible = 3 * 64
    const last = 32
    expect(rows.slice(0, 4)).toEqual([
      [clear + visible, t0, t0 + 500, 0, 0],
      [snapshot + visible, t0, t0 + 500, 100, 7],
      [snapshot + 16 + last + visible, t0, t0 + 500, 102, 8],
      [trade + 16 + last + visible, t0 + 90, t0 + 600, 100, 3],
    ])
    expect(rows).toHaveLength(10)
    expect(readTapeFacts(join(folder, 'a.parquet'))).toEqual(facts)
    expect(readdirSync(folder)).toEqual(['a.parquet'])
  })

  it('gives equal rows an equal hash, and any other row another', async () => {
    const many = (changed: boolean) => (sink: TapeSink) => {
      for (let i = 0; i < 10_000; i++) {
        const qty = changed && i === 9_999 ? 2 : 1
        sink.row(trade, buy, t0 + i, t0 + i + 5, 100, qty, true)
      }
    }
    const first = await write(many(false), 'a.parquet')
    expect((await write(many(false), 'b.parquet')).dataHash).toBe(first.dataHash)
    expect((await write(many(true), 'c.parquet')).dataHash).not.toBe(first.dataHash)
  })

  it.each<{ name: string; code: string; message: RegExp; row: (sink: TapeSink) => void }>([
    {
      name: 'a negative price',
      code: 'DATA_PRICE',
      message: /price above zero, found -5 ticks \(row 2\)/,
      row: (sink) => sink.row(depth, buy, t0, t0, -5, 1, true),
    },
    {
      name: 'a print of nothing',
      code: 'DATA_QUANTITY',
      message: /trade at 2023-11-14T22:13:20\.000000Z: expected a quantity above zero, found 0 lots/,
      row: (sink) => sink.row(trade, buy, t0, t0, 5, 0, true),
    },
    {
      name: 'a negative quantity',
      code: 'DATA_QUANTITY',
      message: /zero or more, found -1 lots/,
      row: (sink) => sink.row(depth, buy, t0, t0, 5, -1, true),
    },
    {
      name: 'a receive time that runs backwards',
      code: 'DATA_OUT_OF_ORDER',
      message: /22:13:19\.999999Z is older than 2023-11-14T22:13:20\.000000Z before it/,
      row: (sink) => sink.row(trade, buy, t0, t0 - 1, 5, 1, true),
    },
    {
      name: 'a fraction of a tick',
      code: 'DATA_RANGE',
      message: /whole ticks and lots, found 5\.5/,
      row: (sink) => sink.row(trade, buy, t0, t0, 5.5, 1, true),
    },
    {
      name: 'a time in seconds',
      code: 'DATA_TIME',
      message: /whole microseconds/,
      row: (sink) => sink.row(trade, buy, 1_700_000_000, t0, 5, 1, true),
    },
  ])('refuses $name and leaves nothing behind', async ({ code, message, row }) => {
    const written = write((sink) => {
      sink.row(trade, buy, t0, t0, 5, 1, true)
      row(sink)
    })
    await expect(written).rejects.toThrow(DataError)
    await expect(written).rejects.toThrow(message)
    await expect(written).rejects.toMatchObject({ code })
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses a source without any row', async () => {
    await expect(write(() => undefined)).rejects.toMatchObject({ code: 'DATA_EMPTY' })
  })

  it('says so when the folder does not exist', async () => {
    const written = write(someRows, join('missing', 'a.parquet'))
    await expect(written).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' })
  })

  it('counts a crossed quote without mixing it with the book', async () => {
    const facts = await write((sink) => {
      sink.row(depth, buy, t0, t0 + 1, 100, 1, false)
      sink.row(depth, sell, t0, t0 + 1, 101, 1, true)
      // Ahead of the depth stream, as best quotes are: no crossed book.
      sink.row(quote, buy, t0 + 1, t0 + 2, 105, 1, false)
      sink.row(quote, sell, t0 + 1, t0 + 2, 106, 1, true)
      sink.row(quote, buy, t0 + 2, t0 + 3, 106, 1, true)
    })
    expect(facts.crossedBooks).toBe(1)
  })
})
