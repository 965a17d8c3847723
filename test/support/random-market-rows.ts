/** Random rows of an L2 tape, for comparing what reads them with something plainer. */
import { createPrng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { ReferenceBook } from './reference-book.ts'
import { clear, depth, type LevelChange, trade } from './tape-rows.ts'

/** Random messages around a wandering mid, some levels far outside any window; never crossed after a message. */
export function randomBookRows(seed: number, messages: number): TapeRow[] {
  const random = createPrng(seed, 'flat-book-test')
  const known = new ReferenceBook()
  const rows: TapeRow[] = []
  let mid = 3_000_000
  for (let message = 0; message < messages; message++) {
    const time = 1_000_000 + message * 10
    if (random.nextInt(200) === 0) {
      rows.push(...clear(time))
      known.clear()
      continue
    }
    mid += random.nextInt(7) - 3 + (random.nextInt(100) === 0 ? random.nextInt(1_600_000) - 800_000 : 0)
    mid = Math.max(mid, 2_000_000)
    const changes: LevelChange[] = []
    for (const [tick] of known.levels('buy')) if (tick >= mid) changes.push(['bid', tick, 0])
    for (const [tick] of known.levels('sell')) if (tick <= mid) changes.push(['ask', tick, 0])
    for (let k = random.nextInt(6) + 1; k > 0; k--) {
      const away = 1 + (random.nextInt(20) === 0 ? random.nextInt(1_900_000) : random.nextInt(40))
      const lots = random.nextInt(3) === 0 ? 0 : 1 + random.nextInt(50)
      changes.push(random.nextInt(2) === 0 ? ['bid', mid - away, lots] : ['ask', mid + away, lots])
    }
    for (const [side, tick, lots] of changes) known.set(side === 'bid' ? 'buy' : 'sell', tick, lots)
    rows.push(...depth(time, ...changes))
  }
  return rows
}

/** As `randomBookRows`, with a print after every third message or so. */
export function randomMarketRows(seed: number, messages: number): TapeRow[] {
  const random = createPrng(seed, 'random-market-rows')
  const rows: TapeRow[] = []
  for (const row of randomBookRows(seed, messages)) {
    rows.push(row)
    if (!row.isLast || random.nextInt(3) > 0) continue
    const aggressor = random.nextInt(2) === 0 ? 'buy' : 'sell'
    rows.push(
      ...trade(
        row.exchangeTime + 3,
        aggressor,
        2_900_000 + random.nextInt(3_000_000),
        1 + random.nextInt(90),
      ),
    )
  }
  return rows
}
