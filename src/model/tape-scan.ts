/** What a pass over the rows of a tape notices about their quality; judged in `analysis/grade-rules.ts`. */

/** One kind of thing that was looked for. */
export interface ScanTally {
  readonly count: number
  /** How many messages, prints or bars were looked at. */
  readonly of: number
  /** Exchange time of the first one, microseconds; absent when there is none. */
  readonly firstTime?: number
  /** Size of the largest one, in the unit of the check (below), and its exchange time; absent when there is none. */
  readonly worst?: number
  readonly worstTime?: number
}

/** Every check with the unit of its `worst`. */
export const scanUnits = {
  /** Best bid above best ask after a whole message. */
  crossedBook: 'ticks',
  /** Best bid equal to best ask. */
  lockedBook: 'ticks',
  crossedQuote: 'ticks',
  lockedQuote: 'ticks',
  /** One side without a level while the other has some; `worst`: how long. */
  oneSidedBook: 'us',
  oneSidedQuote: 'us',
  /** The book is forgotten; `worst`: how long until the next one. */
  unknownBook: 'us',
  /** Depth rows without a snapshot before them, from the start or since the book was forgotten. */
  depthBeforeSnapshot: 'us',
  /** Messages before the first book; `worst`: how long it took. */
  lateBook: 'us',
  /** Exchange time earlier than that of the message before it in the same stream. */
  backwardTime: 'us',
  /** Exchange time earlier than that of the message before it, of whatever stream. */
  interleavedStreams: 'us',
  /** Prints below the bid or above the ask received last. */
  tradeOutsideTouch: 'bps',
  /** Prints that the source takes for market prints, 1 % or more outside the touch received last. */
  farTrade: 'bps',
  /** Prints that did not trade against the book. */
  offMarketTrade: 'bps',
  /** Prints equal to the one before: time, side, price, quantity. */
  repeatedTrade: 'us',
  /** 1 % or more from one price to the next within a second. */
  priceJump: 'bps',
  /** 20 % or more from one price to the next, whatever time is between. */
  priceLeap: 'bps',
  /** Long silence for how busy the tape is; `worst`: how long. */
  silentSpell: 'us',
  missingBar: 'us',
  /** Receive time minus exchange time as recorded: `worst` is the largest. Always 0 of the messages. */
  slowMessage: 'us',
} as const
export type ScanCheck = keyof typeof scanUnits

export interface TapeScan {
  /** Raised when a check counts otherwise: an older scan is made again. */
  readonly version: number
  /** By `ScanCheck`, only those that the tape has something for; other names are of other versions. */
  readonly tallies: Readonly<Record<string, ScanTally>>
}

export const scanVersion = 2
