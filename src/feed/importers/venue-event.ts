/** What a venue's message says, with prices and quantities still as text; one vocabulary for several venues. */
import type { SideCode } from '../../model/tape.ts'
import type { InstrumentListing } from '../choose-instrument.ts'
import type { SourcePosition } from '../source-position.ts'
import type { RawLevels } from './binance-message.ts'
import type { TextBook } from './text-book.ts'

export interface VenueBook {
  readonly kind: 'book'
  readonly symbol: string
  readonly isSnapshot: boolean
  /** Microseconds; undefined when the message does not say. */
  readonly exchangeTime: number | undefined
  readonly bids: RawLevels
  readonly asks: RawLevels
  /** Sequence number of this message; undefined where the venue has none. */
  readonly lastId: number | undefined
  /** Sequence number that a change builds upon. */
  readonly previousId: number | undefined
  /** CRC-32 of the top of the book after this message, as an unsigned number. */
  readonly checksum: number | undefined
  /** Levels a side can have: what falls out of them is not deleted by a message of its own. */
  readonly depth: number | undefined
  /** Where the message tells. */
  readonly isSpot?: boolean
}

export interface VenueTrade {
  readonly kind: 'trade'
  readonly symbol: string
  /** Microseconds. */
  readonly exchangeTime: number
  readonly price: string
  readonly qty: string
  /** Of the taker. */
  readonly side: SideCode
  readonly id: string | undefined
}

export interface VenueQuote {
  readonly kind: 'quote'
  readonly symbol: string
  /** Microseconds. */
  readonly exchangeTime: number
  readonly bidPrice: string
  readonly bidQty: string
  readonly askPrice: string
  readonly askQty: string
}

/** A message that is not used; `name` is its channel. */
export interface UnusedMessage {
  readonly kind: 'other'
  readonly name: string
}

export type VenueEvent = VenueBook | VenueTrade | VenueQuote | UnusedMessage

/** How one venue speaks. */
export interface VenueFormat {
  /** For the name of the format. */
  readonly name: string
  /** @throws {DataError} for broken JSON or a message without the fields of its kind */
  parse(json: string, position: SourcePosition): readonly VenueEvent[]
  /** Where an instrument of this name is traded, and what it is. `isSpot`: a book message said so. */
  marketOf(symbol: string, isSpot: boolean): InstrumentListing
  /** Unsigned; undefined where the venue publishes none. */
  readonly checksumOf: ((book: TextBook) => number) | undefined
  /** From the answer to a request for the venue's instruments; undefined when it does not name this one. */
  listingOf(json: string, symbol: string): InstrumentListing | undefined
}
