/** Book and quotes after each message: crossed, locked, one-sided, late, or forgotten. */
import { type RowKind, rowKind } from '../model/tape.ts'
import type { ScanCheck, ScanTally } from '../model/tape-scan.ts'
import { TallyCount } from './scan-tally.ts'
import type { TouchTracker } from './touch-tracker.ts'

/** One pair of sides: that of the book, or that of the quotes. */
class Sides {
  readonly crossed = new TallyCount()
  readonly locked = new TallyCount()
  readonly oneSided = new TallyCount()
  private oneSidedSince: number | undefined

  after(bid: number | undefined, ask: number | undefined, time: number): void {
    this.crossed.of++
    this.locked.of++
    this.oneSided.of++
    if (this.oneSidedSince !== undefined) {
      this.oneSided.widen(time - this.oneSidedSince, this.oneSidedSince)
    }
    const isOneSided = (bid === undefined) !== (ask === undefined)
    if (isOneSided) {
      this.oneSided.hit(0, time)
      this.oneSidedSince ??= time
    } else this.oneSidedSince = undefined
    if (bid === undefined || ask === undefined) return
    if (bid > ask) this.crossed.hit(bid - ask, time)
    else if (bid === ask) this.locked.hit(0, time)
  }
}

export class BookScan {
  private readonly book = new Sides()
  private readonly quotes = new Sides()
  private readonly unknown = new TallyCount()
  private readonly early = new TallyCount()
  private readonly late = new TallyCount()
  private startTime: number | undefined
  private isKnown = false
  private hasSnapshot = false
  private unknownSince: number | undefined
  private messageHas: 'nothing' | 'book' | 'quote' = 'nothing'
  private messages = 0

  row(kind: RowKind, time: number, isLast: boolean): void {
    this.startTime ??= time
    if (kind === rowKind.quote) this.messageHas = 'quote'
    else if (kind === rowKind.depth || kind === rowKind.snapshot) this.bookRow(kind, time)
    else if (kind === rowKind.clear) this.clear(time, isLast)
  }

  /** After the last row of a message was applied to the touch. */
  endMessage(touch: TouchTracker, time: number): void {
    this.messages++
    if (this.messageHas === 'book') this.book.after(touch.bestBid, touch.bestAsk, time)
    else if (this.messageHas === 'quote') this.quotes.after(touch.quotedBid, touch.quotedAsk, time)
    this.messageHas = 'nothing'
  }

  finish(lastTime: number): Partial<Record<ScanCheck, ScanTally | undefined>> {
    if (this.unknownSince !== undefined) this.unknown.widen(lastTime - this.unknownSince, this.unknownSince)
    this.unknown.of = this.book.crossed.of
    if (this.isKnown) this.late.of = this.messages
    return {
      crossedBook: this.book.crossed.finish(),
      lockedBook: this.book.locked.finish(),
      oneSidedBook: this.book.oneSided.finish(),
      crossedQuote: this.quotes.crossed.finish(),
      lockedQuote: this.quotes.locked.finish(),
      oneSidedQuote: this.quotes.oneSided.finish(),
      unknownBook: this.unknown.finish(),
      depthBeforeSnapshot: this.early.finish(),
      lateBook: this.late.finish(),
    }
  }

  private bookRow(kind: RowKind, time: number): void {
    this.messageHas = 'book'
    if (kind === rowKind.depth) {
      this.early.of++
      if (!this.hasSnapshot) this.early.hit(0, time)
    }
    if (!this.isKnown) this.firstBook(time)
  }

  /** Everything before it came without a book. */
  private firstBook(time: number): void {
    this.isKnown = true
    const start = this.startTime ?? time
    if (this.messages > 0) this.late.hit(Math.max(0, time - start), start, this.messages)
  }

  private clear(time: number, isLast: boolean): void {
    if (!isLast) {
      this.startSnapshot(time)
      return
    }
    this.hasSnapshot = false
    // Of a book that is forgotten already: the same gap goes on.
    if (!this.isKnown || this.unknownSince === undefined) this.unknown.hit(0, time)
    this.unknownSince ??= time
  }

  private startSnapshot(time: number): void {
    this.messageHas = 'book'
    this.hasSnapshot = true
    if (this.unknownSince === undefined) return
    this.unknown.widen(time - this.unknownSince, this.unknownSince)
    this.unknownSince = undefined
  }
}
