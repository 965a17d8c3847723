/** A small random market: a book around a wandering mid, prints, two clocks; never crossed after a message. Seeded. */
import { createPrng, type Prng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind } from '../../src/model/tape.ts'
import { ReferenceBook } from './reference-book.ts'
import { depth, type LevelChange, trade } from './tape-rows.ts'

export interface RandomMarketOptions {
  readonly seed: number
  readonly messages: number
  /** Microseconds; default 1,700,000,000 s. */
  readonly start?: number
  /** Mean microseconds between messages. */
  readonly gapUs?: number
}

/** Rows in receive order; a feed latency of 200 to 1,199 µs, never overtaking. */
export function randomMarket({
  seed,
  messages,
  start = 1.7e15,
  gapUs = 20_000,
}: RandomMarketOptions): TapeRow[] {
  const random = createPrng(seed, 'random-market')
  const book = new ReferenceBook()
  const rows: TapeRow[] = []
  let mid = 600_000
  let time = start
  let received = start
  for (let message = 0; message < messages; message++) {
    time += 1 + random.nextInt(2 * gapUs)
    received = Math.max(received, time + 200 + random.nextInt(1000))
    if (random.nextInt(4) === 0) mid += random.nextInt(5) - 2
    const changes = levelChanges(book, mid, random)
    for (const [side, tick, lots] of changes) book.set(side === 'bid' ? 'buy' : 'sell', tick, lots)
    rows.push(...at(received, depth(time, ...changes)))
    if (random.nextInt(3) !== 0) continue
    time += 1 + random.nextInt(1000)
    received = Math.max(received, time + 200 + random.nextInt(1000))
    const side = random.nextInt(2) === 0 ? 'buy' : 'sell'
    const [best] = book.levels(side === 'buy' ? 'sell' : 'buy')
    if (best !== undefined) rows.push(...at(received, trade(time, side, best[0], 1 + random.nextInt(40))))
  }
  return rows
}

function levelChanges(book: ReferenceBook, mid: number, random: Prng): LevelChange[] {
  const changes: LevelChange[] = []
  for (const [tick] of book.levels('buy')) if (tick >= mid) changes.push(['bid', tick, 0])
  for (const [tick] of book.levels('sell')) if (tick <= mid) changes.push(['ask', tick, 0])
  for (const side of ['bid', 'ask'] as const) {
    const sign = side === 'bid' ? -1 : 1
    changes.push([side, mid + sign, 1 + random.nextInt(60)])
    for (let k = random.nextInt(4); k > 0; k--) {
      changes.push([
        side,
        mid + sign * (2 + random.nextInt(20)),
        random.nextInt(3) === 0 ? 0 : 1 + random.nextInt(90),
      ])
    }
  }
  return changes
}

function at(receiveTime: number, rows: readonly TapeRow[]): TapeRow[] {
  return rows.map((row) => ({ ...row, receiveTime }))
}

export const isTrade = (row: TapeRow): boolean => row.kind === rowKind.trade
