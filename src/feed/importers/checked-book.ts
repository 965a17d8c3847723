/**
 * A venue's book messages → rows, after their sequence numbers and checksums have been checked. A message that does not
 * follow the one before it, or leads to a book with another checksum than the venue's, ends the book: what is known of it
 * would be wrong from here on. It starts again with the next snapshot.
 */
import type { InstrumentGrid } from '../instrument-grid.ts'
import type { SourcePosition } from '../source-position.ts'
import type { RawLevels } from './binance-message.ts'
import type { BookRows } from './book-rows.ts'
import type { NoteCounts } from './note-counts.ts'
import { TextBook, type TextSide } from './text-book.ts'
import type { VenueBook } from './venue-event.ts'

export interface MessageTimes {
  /** Microseconds. */
  readonly exchangeTime: number
  readonly receiveTime: number
}

export class CheckedBook {
  /** Times the book ended: sequence broken, or checksum wrong. */
  gaps = 0
  /** Messages of the book, and those of them that came after a gap and before the next snapshot: nothing to add them to. */
  messages = 0
  messagesLost = 0
  checksums = 0
  checksumMismatches = 0
  readonly #rows: BookRows
  readonly #grid: InstrumentGrid
  readonly #position: SourcePosition
  readonly #notes: NoteCounts
  readonly #checksumOf: ((book: TextBook) => number) | undefined
  readonly #book = new TextBook()
  #isKnown = false
  #lastId: number | undefined

  constructor(
    rows: BookRows,
    grid: InstrumentGrid,
    position: SourcePosition,
    notes: NoteCounts,
    checksumOf: ((book: TextBook) => number) | undefined,
  ) {
    this.#rows = rows
    this.#grid = grid
    this.#position = position
    this.#notes = notes
    this.#checksumOf = checksumOf
  }

  get isKnown(): boolean {
    return this.#isKnown
  }

  apply(message: VenueBook, times: MessageTimes): void {
    this.messages++
    if (message.isSnapshot) this.#book.clear()
    else if (!this.#isKnown) {
      this.#leaveOut(times)
      return
    } else if (this.#isRepeated(message)) {
      this.#notes.add('book messages were already part of the book')
      return
    } else if (!this.#follows(message)) {
      this.#notes.add('times a book message did not follow the one before it: the book ends there')
      this.end(times)
      return
    }
    const bids = this.#change(this.#book.bids, message.bids, message.depth)
    const asks = this.#change(this.#book.asks, message.asks, message.depth)
    this.#lastId = message.lastId
    if (!this.#hasChecksum(message)) {
      if (message.isSnapshot && !this.#isKnown) return
      this.end(times)
      return
    }
    if (message.isSnapshot) {
      if (this.#isKnown) this.#notes.add('times the book was replaced by a new snapshot')
      this.#rows.snapshot({ ...times, bids, asks })
    } else {
      this.#rows.diff({ ...times, bids, asks })
    }
    this.#isKnown = true
  }

  /** Whether this is the next message of the known book. */
  continuesWith({ isSnapshot, previousId }: VenueBook): boolean {
    return this.#isKnown && !isSnapshot && previousId !== undefined && previousId === this.#lastId
  }

  /** The book is unknown from here to the next snapshot. */
  end(times: MessageTimes): void {
    this.gaps++
    this.#isKnown = false
    this.#book.clear()
    this.#rows.clear(times.exchangeTime, times.receiveTime)
  }

  /** After a gap the book is still forgotten: a row says so, because the time that passes without a book counts. */
  #leaveOut(times: MessageTimes): void {
    if (this.gaps === 0) {
      this.#notes.add('book messages came without a snapshot before them and were left out')
      return
    }
    this.messagesLost++
    this.#rows.clear(times.exchangeTime, times.receiveTime)
  }

  /** Flat levels in ticks and lots, with what fell out of the depth removed. */
  #change(side: TextSide, levels: RawLevels, depth: number | undefined): number[] {
    const flat: number[] = []
    for (const level of levels) {
      const [priceText, qtyText]: readonly unknown[] = Array.isArray(level) ? level : []
      if (typeof priceText !== 'string' || typeof qtyText !== 'string') {
        const found = JSON.stringify(level)
        throw this.#position.error('DATA_BAD_LEVEL', `expected a level ["price", "quantity"], found ${found}`)
      }
      const price = this.#grid.price(priceText)
      flat.push(price, this.#grid.qty(qtyText))
      side.set({ price, priceText, qtyText })
    }
    if (depth !== undefined) for (const { price } of side.cut(depth)) flat.push(price, 0)
    return flat
  }

  #isRepeated({ lastId, previousId }: VenueBook): boolean {
    const known = this.#lastId
    if (lastId === undefined || previousId === undefined || known === undefined) return false
    return previousId < known && lastId <= known
  }

  #follows({ previousId }: VenueBook): boolean {
    return previousId === undefined || this.#lastId === undefined || previousId === this.#lastId
  }

  /** False when the venue's checksum differs from that of the book at hand. */
  #hasChecksum({ checksum }: VenueBook): boolean {
    if (checksum === undefined || this.#checksumOf === undefined) return true
    this.checksums++
    const own = this.#checksumOf(this.#book)
    if (own === checksum) return true
    this.checksumMismatches++
    return false
  }
}
