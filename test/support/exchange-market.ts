/** A busy market of any length for the exchange: a wandering book of thin levels, with prints that eat into it. */
import { createPrng } from '../../src/core/prng.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { book, type LevelRow, print, spotSpec } from './exchange-tape.ts'

const messageMs = 20
const levelsShown = 6

/** Around 50,000.0; a message every 20 ms. */
export function busyTape(seed: number, seconds: number): PackedTape {
  const random = createPrng(seed, 'busy-tape')
  let bid = 500_000
  const lots = (): number => 1 + random.nextInt(12)
  const side = (from: number, step: 1 | -1, name: 'bid' | 'ask'): LevelRow[] =>
    Array.from({ length: levelsShown }, (_, index) => [name, from + step * index, lots()])
  const rows: TapeRow[] = book(0, ...side(bid, -1, 'bid'), ...side(bid + 1, 1, 'ask'))
  for (let ms = messageMs; ms < seconds * 1000; ms += messageMs) {
    const move = random.nextInt(5)
    if (move === 0)
      rows.push(...book(ms, ['ask', bid + 1, 0], ['bid', bid + 1, lots()], ['ask', bid + 2, lots()]))
    else if (move === 1)
      rows.push(...book(ms, ['bid', bid, 0], ['ask', bid, lots()], ['bid', bid - 1, lots()]))
    else
      rows.push(
        ...book(ms, ['bid', bid - random.nextInt(3), lots()], ['ask', bid + 1 + random.nextInt(3), lots()]),
      )
    if (move === 0) bid++
    else if (move === 1) bid--
    if (random.nextInt(2) === 0) rows.push(...print(ms + 1, 'sell', bid, lots()))
    if (random.nextInt(2) === 0) rows.push(...print(ms + 2, 'buy', bid + 1, lots()))
  }
  return createMemoryTape({ instrument: spotSpec, rows })
}
