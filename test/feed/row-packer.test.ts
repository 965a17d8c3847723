import { describe, expect, it } from 'vitest'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import {
  indexMask,
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  type PackedOrder,
  type PackedTape,
  packedKind,
  sideBit,
  windowLevels,
} from '../../src/model/packed.ts'
import { type DataLevel, rowKind, sideCode } from '../../src/model/tape.ts'

const instrument: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'synthetic',
  kind: 'linear',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '5',
  contractSize: '1',
  settleQuantum: '0.00000001',
}
const names = new Map(Object.entries(packedKind).map(([name, value]) => [value, name]))

function batchesOf(tape: PackedTape, order: PackedOrder = 'receive'): PackedBatch[] {
  const source = tape.open(order)
  const batches: PackedBatch[] = []
  for (let batch = source.next(); batch !== undefined; batch = source.next()) batches.push(batch)
  source.close()
  return batches
}

/** Each packed row as `kind side tick qty`, a star on the last row of a message. */
function describeRows(tape: PackedTape, order: PackedOrder = 'receive'): string[] {
  const lines: string[] = []
  for (const batch of batchesOf(tape, order)) {
    for (let i = 0; i < batch.rows; i++) {
      const code = batch.code[i] ?? 0
      const isAsk = (code & sideBit) !== 0
      const index = code & indexMask
      const tick = isAsk ? batch.baseTick + windowLevels - index : batch.baseTick + index - 1
      const price = index === 0 ? '-' : String(tick)
      const star = (code & lastOfMessageBit) === 0 ? '' : '*'
      lines.push(`${names.get(code & kindMask)} ${isAsk ? 'ask' : 'bid'} ${price} ${batch.qty[i]}${star}`)
    }
  }
  return lines
}

const tapeOf = (level: DataLevel, rows: readonly TapeRow[], batchRows?: number): PackedTape =>
  createMemoryTape({ instrument, level, rows, ...(batchRows === undefined ? {} : { batchRows }) })

const {
  depth,
  snapshot,
  trade,
  clear,
  quote,
  barOpen,
  barHigh,
  barLow,
  barClose,
  offMarketTrade,
  markPrice,
} = rowKind
const { buy, sell } = sideCode

describe('row packer', () => {
  it('packs bids upwards and asks mirrored, prints on the side of their aggressor', () => {
    const rows: TapeRow[] = [
      { kind: depth, side: buy, exchangeTime: 1, price: 600_000, qty: 5, isLast: false },
      { kind: depth, side: sell, exchangeTime: 1, price: 600_001, qty: 7 },
      { kind: trade, side: sell, exchangeTime: 2, price: 600_000, qty: 2 },
      { kind: trade, side: buy, exchangeTime: 3, price: 600_001, qty: 3 },
    ]
    const tape = tapeOf('l2', rows)
    expect(describeRows(tape)).toEqual([
      'depth bid 600000 5',
      'depth ask 600001 7*',
      'trade ask 600000 2*',
      'trade bid 600001 3*',
    ])
    const [batch] = batchesOf(tape)
    // The print nearest the middle (row 2) is 600000; half a window of 1048574 levels below it is 75713.
    expect(batch?.baseTick).toBe(75_713)
    // The sell print's ask index equals the ask index of an own bid at 600000, which it touches.
    expect((batch?.code[2] ?? 0) & indexMask).toBe(75_713 + windowLevels - 600_000)
  })

  it('ends each batch with a time of infinity in both columns', () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({
      kind: trade,
      side: buy,
      exchangeTime: i,
      price: 10,
      qty: 1,
    }))
    const batches = batchesOf(tapeOf('l2', rows, 8))
    expect(batches.map((batch) => batch.rows)).toEqual([8, 8, 4])
    for (const batch of batches) {
      expect(batch.exchangeTime[batch.rows]).toBe(Number.POSITIVE_INFINITY)
      expect(batch.receiveTime[batch.rows]).toBe(Number.POSITIVE_INFINITY)
    }
  })

  const mixed: TapeRow[] = [
    { kind: clear, side: buy, exchangeTime: 1, isLast: false },
    { kind: snapshot, side: buy, exchangeTime: 1, price: 100, qty: 5, isLast: false },
    { kind: snapshot, side: sell, exchangeTime: 1, price: 102, qty: 6 },
    { kind: quote, side: buy, exchangeTime: 2, price: 100, qty: 5, isLast: false },
    { kind: quote, side: sell, exchangeTime: 2, price: 102, qty: 6 },
    { kind: trade, side: buy, exchangeTime: 3, price: 102, qty: 1 },
    { kind: offMarketTrade, side: buy, exchangeTime: 4, price: 500, qty: 9 },
    { kind: markPrice, side: buy, exchangeTime: 5, price: 101 },
    { kind: clear, side: buy, exchangeTime: 6 },
  ]

  it.each<{ level: DataLevel; expected: string[] }>([
    {
      level: 'l2',
      expected: [
        'clear bid - 0',
        'depth bid 100 5',
        'depth ask 102 6*',
        'trade bid 102 1*',
        'idle bid - 9*',
        'idle bid - 0*',
        'clear bid - 0*',
      ],
    },
    {
      level: 'l1',
      expected: [
        'depth bid 100 5',
        'depth ask 102 6*',
        'trade bid 102 1*',
        'idle bid - 9*',
        'idle bid - 0*',
        'clear bid - 0*',
      ],
    },
    { level: 'trades', expected: ['trade bid 102 1*', 'idle bid - 9*', 'idle bid - 0*'] },
    { level: 'bars', expected: ['idle bid - 9*', 'idle bid - 0*'] },
  ])('uses the rows that belong to level $level', ({ level, expected }) => {
    expect(describeRows(tapeOf(level, mixed))).toEqual(expected)
  })

  it('turns a quote into the set of the new touch and the delete of the old one, as one message', () => {
    const both = (time: number, bid: number, bidQty: number, ask: number, askQty: number): TapeRow[] => [
      { kind: quote, side: buy, exchangeTime: time, price: bid, qty: bidQty, isLast: false },
      { kind: quote, side: sell, exchangeTime: time, price: ask, qty: askQty },
    ]
    const rows = [...both(1, 100, 5, 101, 6), ...both(2, 101, 4, 103, 6), ...both(3, 101, 3, 103, 0)]
    rows.push(...both(4, 101, 2, 103, 0))
    expect(describeRows(tapeOf('l1', rows))).toEqual([
      'depth bid 100 5',
      'depth ask 101 6*',
      'depth bid 101 4',
      'depth bid 100 0',
      'depth ask 103 6',
      'depth ask 101 0*',
      'depth bid 101 3',
      'depth ask 103 0*',
      // The ask side is empty already: nothing to delete, the message still ends.
      'depth bid 101 2',
      'idle bid - 0*',
    ])
  })

  it('forgets the touch at a gap, so that nothing is deleted twice', () => {
    const rows: TapeRow[] = [
      { kind: quote, side: buy, exchangeTime: 1, price: 100, qty: 5 },
      { kind: clear, side: buy, exchangeTime: 2 },
      { kind: quote, side: buy, exchangeTime: 3, price: 99, qty: 5 },
    ]
    expect(describeRows(tapeOf('l1', rows))).toEqual([
      'depth bid 100 5*',
      'clear bid - 0*',
      'depth bid 99 5*',
    ])
  })

  it('keeps the end of a message whose last row is not used', () => {
    const rows: TapeRow[] = [
      { kind: depth, side: buy, exchangeTime: 1, price: 100, qty: 5, isLast: false },
      { kind: quote, side: buy, exchangeTime: 1, price: 100, qty: 5 },
    ]
    expect(describeRows(tapeOf('l2', rows))).toEqual(['depth bid 100 5', 'idle bid - 0*'])
  })

  it('writes a price outside the window as two rows that stay in one batch', () => {
    const far = 600_000 + 600_000
    const rows: TapeRow[] = [
      ...Array.from({ length: 7 }, (_, i) => ({
        kind: trade,
        side: buy,
        exchangeTime: i,
        price: 600_000,
        qty: 1,
      })),
      { kind: depth, side: sell, exchangeTime: 7, price: far, qty: 9 },
      { kind: trade, side: sell, exchangeTime: 8, price: 1, qty: 4 },
    ]
    const tape = tapeOf('l2', rows, 8)
    expect(describeRows(tape).slice(7, 9)).toEqual([`farTick ask - ${far}`, 'farDepth ask - 9*'])
    // 7 rows and a pair do not fit into 8: the pair goes to the next batch. The second batch has the print at 1 as its
    // only price, more than a quarter window away: a window of its own.
    expect(batchesOf(tape).map((batch) => [batch.rows, batch.baseTick])).toEqual([
      [7, 600_000 - windowLevels / 2],
      [2, 600_000 - windowLevels / 2],
      [1, 1],
    ])
  })

  it('keeps the window while the touch stays within a quarter of its middle, and moves it after that', () => {
    const at = (price: number): TapeRow[] =>
      Array.from({ length: 8 }, () => ({ kind: trade, side: buy, exchangeTime: 1, price, qty: 1 }))
    // A quarter of 1048574 levels is 262143.5.
    const rows = [...at(2_000_000), ...at(2_262_143), ...at(2_262_144), ...at(2_262_144 - 262_143)]
    const half = windowLevels / 2
    expect(batchesOf(tapeOf('l2', rows, 8)).map((batch) => batch.baseTick + half)).toEqual([
      2_000_000, 2_000_000, 2_262_144, 2_262_144,
    ])
  })

  it('finds the window without any print from the closest bid and ask of a message', () => {
    const rows: TapeRow[] = [
      { kind: depth, side: buy, exchangeTime: 1, price: 1, qty: 5, isLast: false },
      { kind: depth, side: sell, exchangeTime: 1, price: 9_000_000, qty: 5 },
      { kind: depth, side: buy, exchangeTime: 2, price: 2_000_000, qty: 5, isLast: false },
      { kind: depth, side: sell, exchangeTime: 2, price: 2_000_003, qty: 5 },
    ]
    // Middle of 2000000 and 2000003, rounded down: 2000001.
    expect(batchesOf(tapeOf('l2', rows))[0]?.baseTick).toBe(2_000_001 - windowLevels / 2)
  })

  it('starts a new batch rather than have a print or a bar point outside the window, four points together', () => {
    const bar = (time: number, price: number): TapeRow[] => [
      { kind: barOpen, side: buy, exchangeTime: time, price, isLast: false },
      { kind: barHigh, side: buy, exchangeTime: time, price: price + 10, isLast: false },
      { kind: barLow, side: buy, exchangeTime: time, price: price - 10, isLast: false },
      { kind: barClose, side: buy, exchangeTime: time, price, qty: 3 },
    ]
    const jump = 5_000_000
    const tape = tapeOf('bars', [...bar(1, 2_000_000), ...bar(2, 2_000_000 + jump), ...bar(3, 7_000_000)], 10)
    expect(batchesOf(tape).map((batch) => batch.rows)).toEqual([4, 8])
    expect(describeRows(tape).every((line) => line.startsWith('bar'))).toBe(true)
    expect(describeRows(tape)[3]).toBe('barClose bid 2000000 3*')
    // Ten rows hold two bars and a half; the third bar must not be cut.
    const three = tapeOf('bars', [...bar(1, 50), ...bar(2, 50), ...bar(3, 50)], 10)
    expect(batchesOf(three).map((batch) => batch.rows)).toEqual([8, 4])
  })
})

describe('memory tape', () => {
  const rows: TapeRow[] = [
    { kind: depth, side: buy, exchangeTime: 20, receiveTime: 30, price: 100, qty: 1, isLast: false },
    { kind: depth, side: sell, exchangeTime: 20, receiveTime: 30, price: 101, qty: 2 },
    { kind: trade, side: sell, exchangeTime: 10, receiveTime: 31, price: 100, qty: 3 },
    { kind: depth, side: buy, exchangeTime: 20, receiveTime: 32, price: 99, qty: 4, isLast: false },
    { kind: depth, side: sell, exchangeTime: 20, receiveTime: 32, price: 102, qty: 5 },
  ]

  it('offers the rows in both orders, whole messages in file order where times are equal', () => {
    const tape = tapeOf('l2', rows)
    const receive = [
      'depth bid 100 1',
      'depth ask 101 2*',
      'trade ask 100 3*',
      'depth bid 99 4',
      'depth ask 102 5*',
    ]
    expect(describeRows(tape, 'receive')).toEqual(receive)
    expect(describeRows(tape, 'exchange')).toEqual([receive[2], ...receive.slice(0, 2), ...receive.slice(3)])
  })

  it('gives each caller a cursor of its own', () => {
    const tape = tapeOf('l2', rows)
    const first = tape.open('exchange')
    first.next()
    expect(first.next()).toBeUndefined()
    expect(tape.open('exchange').next()?.rows).toBe(5)
  })

  it('knows what it holds', () => {
    const { facts } = tapeOf('l2', rows)
    expect(facts).toMatchObject({ rows: 5, rowsByKind: { depth: 4, trade: 1 }, firstTime: 10, lastTime: 20 })
    expect(facts.tradedLots).toBe(3)
  })
})
