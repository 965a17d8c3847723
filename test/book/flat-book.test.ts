import { describe, expect, it } from 'vitest'
import { FlatBook } from '../../src/book/flat-book.ts'
import { DataError } from '../../src/core/errors.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { lastOfMessageBit, type PackedTape, windowLevels } from '../../src/model/packed.ts'
import { rowKind } from '../../src/model/tape.ts'
import { randomBookRows } from '../support/random-market-rows.ts'
import { ReferenceBook } from '../support/reference-book.ts'
import { depth, testInstrument } from '../support/tape-rows.ts'

/** What the two implementations have in common, so that one suite runs on both. */
interface AnyBook {
  set(side: 'buy' | 'sell', tick: number, lots: number): void
  clear(): void
  top(side: 'buy' | 'sell', count: number): [number, number][]
}

function flat(): AnyBook {
  const book = new FlatBook()
  book.rebase(500_000)
  return {
    set: (side, tick, lots) => book.set(side, tick, lots),
    clear: () => book.clear(),
    top: (side, count) => book.levels(side, count).map(({ price, qty }) => [price, qty]),
  }
}

function reference(): AnyBook {
  const book = new ReferenceBook()
  return {
    set: (side, tick, lots) => book.set(side, tick, lots),
    clear: () => book.clear(),
    top: (side, count) => book.levels(side).slice(0, count),
  }
}

const outside = 500_000 + windowLevels + 10

describe.each([
  { name: 'flat book', create: flat },
  { name: 'reference book', create: reference },
])('$name', ({ create }) => {
  it('has no levels at the start', () => {
    expect(create().top('buy', 5)).toEqual([])
    expect(create().top('sell', 5)).toEqual([])
  })

  it('lists levels best first', () => {
    const book = create()
    for (const tick of [600_000, 600_003, 599_990]) book.set('buy', tick, tick - 599_900)
    for (const tick of [600_010, 600_007, 600_400]) book.set('sell', tick, 7)
    expect(book.top('buy', 2)).toEqual([
      [600_003, 103],
      [600_000, 100],
    ])
    expect(book.top('sell', 3).map(([tick]) => tick)).toEqual([600_007, 600_010, 600_400])
  })

  it('finds the next best when the best goes', () => {
    const book = create()
    book.set('buy', 600_000, 1)
    book.set('buy', 599_000, 2)
    book.set('buy', 600_000, 0)
    expect(book.top('buy', 9)).toEqual([[599_000, 2]])
  })

  it('ignores the removal of a level that is not there', () => {
    const book = create()
    book.set('sell', 600_000, 1)
    book.set('sell', 600_001, 0)
    book.set('sell', 599_999, 0)
    expect(book.top('sell', 9)).toEqual([[600_000, 1]])
  })

  it('keeps levels outside the window, better and worse', () => {
    const book = create()
    book.set('buy', 600_000, 1)
    book.set('buy', 100, 2)
    book.set('buy', outside, 3)
    expect(book.top('buy', 9)).toEqual([
      [outside, 3],
      [600_000, 1],
      [100, 2],
    ])
    book.set('buy', outside, 0)
    book.set('buy', 600_000, 0)
    expect(book.top('buy', 9)).toEqual([[100, 2]])
  })

  it('forgets everything on clear', () => {
    const book = create()
    book.set('buy', 600_000, 1)
    book.set('sell', outside, 1)
    book.set('buy', 3, 1)
    book.clear()
    expect([...book.top('buy', 9), ...book.top('sell', 9)]).toEqual([])
    book.set('buy', 599_000, 4)
    expect(book.top('buy', 9)).toEqual([[599_000, 4]])
  })
})

/** Runs a tape through the fast book as the cursors do, calling back after each whole message. */
function replay(tape: PackedTape, onMessage: (book: FlatBook, message: number) => void): void {
  const book = new FlatBook()
  const source = tape.open('exchange')
  let messages = 0
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    book.rebase(batch.baseTick)
    let row = 0
    while (row < batch.rows) {
      let end = row
      while (end < batch.rows && ((batch.code[end] ?? 0) & lastOfMessageBit) === 0) end++
      end = Math.min(end + 1, batch.rows)
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row === end) break
        const code = batch.code[row] ?? 0
        book.applyRow(code, batch.qty[row] ?? 0)
        if (code >= lastOfMessageBit) book.endMessage(batch.exchangeTime[row] ?? 0)
        row++
      }
      if (((batch.code[end - 1] ?? 0) & lastOfMessageBit) !== 0) onMessage(book, messages++)
    }
  }
}

describe('flat book against the reference book', () => {
  it.each([1, 2, 3])('agrees after every message of a random stream, seed %i', (seed) => {
    const rows = randomBookRows(seed, 1000)
    const slow = new ReferenceBook()
    let next = 0
    let compared = 0
    replay(createMemoryTape({ instrument: testInstrument, rows, batchRows: 1000 }), (book, message) => {
      for (let isLast = false; !isLast; next++) {
        const row = rows[next]
        if (row === undefined) throw new Error('more messages than rows')
        if (row.kind === rowKind.clear) slow.clear()
        else slow.set(row.side === 0 ? 'buy' : 'sell', row.price ?? 0, row.qty ?? 0)
        isLast = row.isLast ?? true
      }
      for (const side of ['buy', 'sell'] as const) {
        // The touch every time; deeper levels of so sparse a book cost a scan of the whole window.
        const count = message % 100 === 0 ? 12 : 1
        const got = book.levels(side, count).map(({ price, qty }) => [price, qty])
        expect(got, `seed ${seed}, message ${message}, ${side}`).toEqual(slow.levels(side).slice(0, count))
      }
      compared++
    })
    expect(compared).toBe(1000)
    expect(next).toBe(rows.length)
  })
})

describe('crossed books', () => {
  const start = depth(1000, ['bid', 100, 1], ['ask', 101, 1])

  it('accepts sides that cross only inside one message', () => {
    const rows = [
      ...start,
      ...depth(2000, ['bid', 102, 1], ['bid', 101, 3], ['ask', 101, 0], ['ask', 103, 1]),
    ]
    let last: number | undefined
    replay(createMemoryTape({ instrument: testInstrument, rows }), (book) => {
      last = book.bestPrice('buy')
    })
    expect(last).toBe(102)
  })

  it.each([
    { name: 'crossed by the only row of a message', rows: depth(2000, ['bid', 102, 1]) },
    { name: 'locked', rows: depth(2000, ['ask', 100, 1]) },
    {
      name: 'crossed by a row that others follow',
      rows: depth(2000, ['bid', 102, 1], ['bid', 90, 3], ['ask', 110, 1]),
    },
  ])('stops at a book that is $name', ({ rows }) => {
    const tape = createMemoryTape({ instrument: testInstrument, rows: [...start, ...rows] })
    expect(() => replay(tape, () => {})).toThrow(DataError)
  })
})

describe('the touch of a flat book', () => {
  it('is right however many rows went by since it was asked for', () => {
    const tape = createMemoryTape({
      instrument: testInstrument,
      rows: [
        ...depth(1000, ['bid', 100, 1], ['bid', 95, 2], ['ask', 110, 1], ['ask', 120, 2]),
        // The best of both sides go, a worse bid goes too, and a bid comes between: none of it asked for in between.
        ...depth(2000, ['bid', 100, 0], ['ask', 110, 0]),
        ...depth(3000, ['bid', 95, 0], ['bid', 97, 4]),
      ],
    })
    let book: FlatBook | undefined
    replay(tape, (current) => {
      book = current
    })
    expect([book?.bestPrice('buy'), book?.bestPrice('sell')]).toEqual([97, 120])
  })

  it('crosses nobody when only its upper bounds do', () => {
    const rows = [
      ...depth(1000, ['bid', 100, 1], ['bid', 90, 2], ['ask', 110, 1]),
      ...depth(2000, ['bid', 100, 0]),
      // Below the bid that has just gone.
      ...depth(3000, ['ask', 99, 1]),
    ]
    let last: number | undefined
    replay(createMemoryTape({ instrument: testInstrument, rows }), (book) => {
      last = book.bestPrice('sell')
    })
    expect(last).toBe(99)
  })

  it('finds the next level inside the window before those outside', () => {
    const book = new FlatBook()
    book.rebase(500_000)
    book.set('buy', 600_000, 1)
    book.set('buy', 599_990, 2)
    book.set('buy', 100, 3)
    expect(book.nextWorse('buy', 600_000)).toBe(599_990)
    expect(book.nextWorse('buy', 599_990)).toBe(100)
    expect(book.nextWorse('buy', 100)).toBeUndefined()
    book.set('buy', outside, 4)
    expect(book.nextWorse('buy', outside)).toBe(600_000)
  })

  it('starts empty in the memory of a book that was closed', () => {
    const before = new FlatBook()
    before.rebase(500_000)
    before.set('buy', 600_000, 1)
    before.set('buy', 500_001, 1)
    before.set('sell', 600_001, 1)
    before.close()
    const after = new FlatBook()
    after.rebase(500_000)
    expect([after.bestPrice('buy'), after.bestPrice('sell')]).toEqual([undefined, undefined])
    for (const tick of [600_000, 500_001]) expect(after.qtyAt('buy', tick)).toBe(0)
    expect(after.qtyAt('sell', 600_001)).toBe(0)
  })
})
