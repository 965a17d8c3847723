/** Reads all rows of a tape: they are what was written, and what they say about its quality. */
import type { TapeFacts } from '../model/tape.ts'
import { rowKindOf } from './row-kinds.ts'
import { RowVerifier } from './row-verifier.ts'
import { visibilityOf } from './tape-columns.ts'
import { RowFacts } from './tape-facts.ts'
import { readRows } from './tape-reader.ts'

const progressRows = 65_536

/**
 * Facts with a scan of this version, made anew from the rows.
 *
 * @throws {DataError} TAPE_DAMAGED when they are not the rows that were written
 */
export async function scanTape(
  path: string,
  facts: TapeFacts,
  onRows?: (rows: number) => void,
): Promise<TapeFacts> {
  const { openDuckDb } = await import('./duckdb.ts')
  const db = await openDuckDb({ memoryMb: 128 })
  const verifier = new RowVerifier([facts])
  const counted = new RowFacts(facts.barUs)
  try {
    await readRows(
      db,
      { paths: [path], facts: [facts] },
      (flags, exchangeTime, receiveTime, price, qty, orderId) => {
        verifier.add(flags, exchangeTime, receiveTime, price, qty, orderId)
        const side = (flags & 16) === 0 ? 0 : 1
        const isLast = (flags & 32) !== 0
        const seenBy = visibilityOf(flags >> 6)
        const kind = rowKindOf(flags & 15)
        counted.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
        if (counted.rows % progressRows === 0) onRows?.(counted.rows)
      },
    )
  } finally {
    db.close()
  }
  verifier.finish()
  return { ...facts, scan: counted.scan(facts) }
}
