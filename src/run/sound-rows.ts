/**
 * The messages of one instrument of a feed, as a session can use them: one that leaves the book crossed or locked becomes
 * a gap, and the first sound one after it a snapshot, as when a recording is prepared (feed/book-guard.ts). So one bad
 * message of a venue ends no session, and nobody trades against a book that is none.
 */
import { timeUs } from '../core/units.ts'
import { BookGuard } from '../feed/book-guard.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { DataLevel } from '../model/tape.ts'

export class SoundRows {
  private readonly guard: BookGuard
  private passed: MarketRow[] = []

  constructor(level: DataLevel) {
    this.guard = new BookGuard(level, {
      row: (kind, side, exchangeTime, _, price, qty, isLast) => {
        this.passed.push({ kind, side, exchangeTime: timeUs(exchangeTime), price, qty, isLast })
      },
    })
  }

  /** One whole message. */
  pass(rows: readonly MarketRow[]): readonly MarketRow[] {
    this.passed = []
    // A message has one time at its venue.
    const exchangeTime = rows.at(-1)?.exchangeTime ?? 0
    for (const { kind, side, price, qty, isLast } of rows) {
      this.guard.row(kind, side, exchangeTime, exchangeTime, price, qty, isLast)
    }
    return this.passed
  }
}
