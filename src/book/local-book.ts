/**
 * What we know of one instrument: everything received up to the present, looked up only when somebody asks. Best prices
 * and prints of an L2 tape come from its touch, those of a tape without a book from its rows; levels and quantities from a
 * book, which is not even opened before somebody asks for one. Without either the book answers everything.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { type PriceTicks, priceTicks, type QtyLots, qtyLots, type TimeUs, timeUs } from '../core/units.ts'
import type { Level, MarketView } from '../model/market-data.ts'
import type { Side } from '../model/order.ts'
import { lastOfMessageBit, type PackedTape } from '../model/packed.ts'
import { hasBook } from '../model/tape.ts'
import { ColumnCursor } from './column-cursor.ts'
import { FlatBook } from './flat-book.ts'
import { MarkCursor } from './mark-cursor.ts'
import { PrintCursor } from './print-cursor.ts'
import { TouchCursor } from './touch-cursor.ts'

/** All that a book needs of a `Clock`. */
interface PresentTime {
  now(): TimeUs
}

/** What is known without levels; a touch cursor or a whole book. Prices in ticks, 0 when there is none. */
interface KnownTouch {
  readonly bestBid: number
  readonly bestAsk: number
  readonly lastPrice: number
  readonly tradedQty: number
  readonly tradedNotional: number
  /** Receive time of the newest row; −1 before the first. */
  readonly lastTime: number
  /** Receive time of the first row not taken in; Infinity at the end of the data. */
  readonly nextTime: number
  advance(until: number): void
  close(): void
}

export class LocalBook implements MarketView {
  private readonly tapes: readonly PackedTape[]
  private readonly clock: PresentTime
  private readonly touch: KnownTouch
  private knownUpTo = -1
  private openedBook: CaughtUpBook | undefined
  /** Opened when somebody asks for a mark price. */
  private marks: MarkCursor | 'none' | undefined

  /** @param tapes in order of time */
  constructor(tapes: readonly PackedTape[], clock: PresentTime) {
    this.tapes = tapes
    this.clock = clock
    this.touch = this.openTouch()
  }

  /** Receive time of the first row that is not taken in yet; Infinity at the end of the data. */
  get nextTime(): number {
    return this.touch.nextTime
  }

  bestBid(): PriceTicks | undefined {
    return priceOrAbsent(this.known().bestBid)
  }

  bestAsk(): PriceTicks | undefined {
    return priceOrAbsent(this.known().bestAsk)
  }

  bestBidQty(): QtyLots | undefined {
    return this.caughtUp().bestQty('buy')
  }

  bestAskQty(): QtyLots | undefined {
    return this.caughtUp().bestQty('sell')
  }

  lastTradePrice(): PriceTicks | undefined {
    return priceOrAbsent(this.known().lastPrice)
  }

  levels(side: Side, depth: number): Level[] {
    return this.caughtUp().book.levels(side, depth)
  }

  midTimes2(): number | undefined {
    const known = this.known()
    const { bestBid, bestAsk } = known
    if (bestBid !== 0 && bestAsk !== 0) return bestBid + bestAsk
    return known.lastPrice === 0 ? undefined : 2 * known.lastPrice
  }

  markPrice(): PriceTicks | undefined {
    this.marks ??= MarkCursor.open(this.tapes, 'receive') ?? 'none'
    const tick = this.marks === 'none' ? undefined : this.marks.at(this.clock.now())
    return tick === undefined ? undefined : priceTicks(tick)
  }

  lastUpdate(): TimeUs | undefined {
    const { lastTime } = this.known()
    return lastTime < 0 ? undefined : timeUs(lastTime)
  }

  /** A recording has gaps, but nobody waits for it. */
  isStale(): boolean {
    return false
  }

  tradedQty(): number {
    return this.known().tradedQty
  }

  tradedNotional(): number {
    return this.known().tradedNotional
  }

  close(): void {
    this.touch.close()
    this.openedBook?.close()
    if (this.marks !== 'none') this.marks?.close()
  }

  private openTouch(): KnownTouch {
    const [first, second] = this.tapes
    if (first !== undefined && !hasBook(first.level)) return new PrintCursor(this.tapes)
    // The touch of a tape knows nothing of the levels that the tape before it left.
    const source = second === undefined ? first?.openTouch() : undefined
    return source === undefined ? this.book() : new TouchCursor(source)
  }

  private known(): KnownTouch {
    const now = this.clock.now()
    if (now > this.knownUpTo) {
      this.knownUpTo = now
      this.touch.advance(now)
    }
    return this.touch
  }

  private caughtUp(): CaughtUpBook {
    const book = this.book()
    book.advance(this.clock.now())
    return book
  }

  private book(): CaughtUpBook {
    this.openedBook ??= new CaughtUpBook(this.tapes)
    return this.openedBook
  }
}

/** A book over rows in receive order. */
class CaughtUpBook implements KnownTouch {
  /** The venue's book checks the same rows. */
  readonly book = new FlatBook({ isChecked: false })
  lastTime = -1
  private readonly cursor: ColumnCursor
  private isClosed = false

  constructor(tapes: readonly PackedTape[]) {
    this.cursor = new ColumnCursor(tapes, 'receive')
    this.book.rebase(this.cursor.batch.baseTick)
  }

  get bestBid(): number {
    return this.book.bestPrice('buy') ?? 0
  }

  get bestAsk(): number {
    return this.book.bestPrice('sell') ?? 0
  }

  get lastPrice(): number {
    return this.book.lastTick ?? 0
  }

  get tradedQty(): number {
    return this.book.tradedQty
  }

  get tradedNotional(): number {
    return this.book.tradedNotional
  }

  get nextTime(): number {
    return this.cursor.nextTime
  }

  bestQty(side: Side): QtyLots | undefined {
    const price = this.book.bestPrice(side)
    return price === undefined ? undefined : qtyLots(this.book.qtyAt(side, price))
  }

  advance(until: number): void {
    const { cursor, book } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const end = cursor.rowAfter(until)
      let row = cursor.row
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row < end) this.applySpecial(row++)
      }
      this.lastTime = f64At(cursor.time, end - 1)
      if (cursor.moveTo(end)) book.rebase(cursor.batch.baseTick)
    }
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.cursor.close()
    this.book.close()
  }

  private applySpecial(row: number): void {
    const { batch } = this.cursor
    const code = i32At(batch.code, row)
    this.book.applyRow(code, f64At(batch.qty, row))
    if (code >= lastOfMessageBit) this.book.endMessage(f64At(batch.exchangeTime, row))
  }
}

const priceOrAbsent = (ticks: number): PriceTicks | undefined => (ticks === 0 ? undefined : priceTicks(ticks))
