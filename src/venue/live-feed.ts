/** Market data of a live venue, as rows: what paper and live sessions trade on, and what is recorded. */
import type { InstrumentSpec } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'

export interface LiveFeedEvents {
  /**
   * One whole message: its last row, and no other, is marked as last. A book starts with a `clear` and the rows of a
   * snapshot, and starts over like that after every interruption.
   * @param instrument index in `instruments()`
   */
  rows(instrument: number, rows: readonly MarketRow[]): void
  /** Down: what is known of this market grows old. Up is told before the snapshot that makes it whole. */
  connection(instrument: number, isUp: boolean): void
}

export interface LiveFeed {
  /**
   * Resolves when the markets are known and the streams are being opened; told by `connection` from then on. An
   * interruption is no failure: the feed tries again until it is closed.
   * @throws {VenueError} when the venue cannot be reached or does not know an instrument
   */
  start(on: LiveFeedEvents): Promise<void>
  /** In the order they were asked for. Empty before `start` has resolved. */
  instruments(): readonly InstrumentSpec[]
  /** No event comes any more. */
  close(): Promise<void>
}
