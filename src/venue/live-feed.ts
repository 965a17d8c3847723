/** Where a session's market data comes from while it runs: streams of an exchange, or a tape that is played. */
import type { InstrumentSpec } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'

export interface LiveFeedEvents {
  /**
   * One whole message of a stream: the last row, and no other, is marked as last.
   * @param instrument index in `instruments()`
   */
  rows(instrument: number, rows: readonly MarketRow[]): void
  /** The stream of an instrument went down, or came back. Once back, a `clear` row with a snapshot comes first. */
  connection(instrument: number, isUp: boolean): void
}

export interface LiveFeed {
  /** Settles when the feed runs; events may come before that. @throws {VenueError} */
  start(on: LiveFeedEvents): Promise<void>
  instruments(): readonly InstrumentSpec[]
  /** Nothing comes any more. */
  close(): Promise<void>
}
