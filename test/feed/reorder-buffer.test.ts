import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { ReorderBuffer } from '../../src/feed/reorder-buffer.ts'
import type { TapeSink } from '../../src/feed/tape-sink.ts'
import { rowKind } from '../../src/model/tape.ts'

type Row = readonly [exchangeTime: number, receiveTime: number, id: number, isLast: boolean]

const collector = (rows: Row[]): TapeSink => ({
  row: (_kind, _side, exchangeTime, receiveTime, price, _qty, isLast) =>
    void rows.push([exchangeTime, receiveTime, price, isLast]),
})

/** Messages of one to four rows in receive order, exchange times up to `disorderUs` apart; ids count the rows. */
function messages(seed: number, count: number, disorderUs: number): Row[][] {
  const prng = createPrng(seed, 'messages')
  let id = 0
  return Array.from({ length: count }, (_, i) => {
    const rows = 1 + prng.nextInt(4)
    const exchangeTime = 10 * i - prng.nextInt(disorderUs + 1)
    return Array.from({ length: rows }, (_, row): Row => [exchangeTime, 10 * i, id++, row === rows - 1])
  })
}

describe('reorder buffer', () => {
  it.each([
    { name: 'equal orders', count: 1_000, disorderUs: 0 },
    { name: 'a little disorder', count: 50_000, disorderUs: 300 },
    { name: 'disorder over more rows than are drained at a time', count: 60_000, disorderUs: 500_000 },
  ])('sorts whole messages like a stable sort of all of them: $name', ({ count, disorderUs }) => {
    for (const seed of [1, 2, 3]) {
      const all = messages(seed, count, disorderUs)
      const out: Row[] = []
      const buffer = new ReorderBuffer('exchange', disorderUs, collector(out))
      for (const [exchange, receive, id, isLast] of all.flat()) {
        buffer.row(rowKind.depth, 0, exchange, receive, id, 1, isLast)
      }
      buffer.finish()
      const expected = all
        .map((rows, at) => ({ rows, at, time: rows[0]?.[0] ?? 0 }))
        .sort((a, b) => a.time - b.time || a.at - b.at)
        .flatMap(({ rows }) => rows)
      expect(out.length, `seed ${seed}`).toBe(expected.length)
      const wrong = expected.findIndex((row, i) => row[2] !== out[i]?.[2] || row[3] !== out[i]?.[3])
      expect(wrong, `seed ${seed}`).toBe(-1)
    }
  })

  it('lets messages go while more come, so that it holds no more than the disorder needs', () => {
    const out: Row[] = []
    const buffer = new ReorderBuffer('exchange', 1_000, collector(out))
    for (const [exchange, receive, id, isLast] of messages(4, 200_000, 1_000).flat()) {
      buffer.row(rowKind.depth, 0, exchange, receive, id, 1, isLast)
    }
    // Some 500,000 rows went in; fewer than two drains of 65,536 rows may be waiting.
    expect(out.length).toBeGreaterThan(360_000)
  })
})
