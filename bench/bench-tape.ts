/** Generated tapes in memory, the same for every bench and every run. */
import { createMemoryTape } from '../src/feed/packed-memory-tape.ts'
import { synthesize, synthInstrument } from '../src/feed/synth.ts'
import { TapeColumns } from '../src/feed/tape-columns.ts'
import type { PackedBatch, PackedTape } from '../src/model/packed.ts'

const seed = 3

/** A book with trades, about 1,300 rows per second of market time. */
export function createBookTape(rows: number): PackedTape {
  // The generated receive clock is off, as real ones are; a memory tape wants it right.
  let fastestUs = Number.POSITIVE_INFINITY
  synthesize(
    { seed, rows },
    {
      row: (_kind, _side, exchangeTime, receiveTime) => {
        fastestUs = Math.min(fastestUs, receiveTime - exchangeTime)
      },
    },
  )
  const columns = new TapeColumns()
  synthesize(
    { seed, rows },
    {
      row: (kind, side, exchangeTime, receiveTime, price, qty, isLast) =>
        columns.row(kind, side, exchangeTime, receiveTime - fastestUs + 100, price, qty, isLast),
    },
  )
  return createMemoryTape({
    instrument: synthInstrument,
    rows: columns,
    facts: { dataHash: `bench-${rows}` },
  })
}

export const barUs = 60_000_000

/** One-minute bars, four rows each. */
export function createBarTape(bars: number): PackedTape {
  const columns = new TapeColumns()
  synthesize({ seed, rows: 4 * bars, barUs }, columns)
  return createMemoryTape({ instrument: synthInstrument, rows: columns, level: 'bars', facts: { barUs } })
}

/** The columns themselves, in exchange order. */
export function batchesOf(tape: PackedTape): PackedBatch[] {
  const source = tape.open('exchange')
  const batches: PackedBatch[] = []
  for (let batch = source.next(); batch !== undefined; batch = source.next()) batches.push(batch)
  return batches
}
