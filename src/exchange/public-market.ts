/**
 * The public side of one market: its book, prints and bars as the tape tells them, in exchange time. What happened to
 * the book is collected and told as differences between numbered states.
 */
import { ColumnCursor } from '../book/column-cursor.ts'
import { FlatBook } from '../book/flat-book.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import { priceTicks, qtyLots } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import type { Level } from '../model/market-data.ts'
import type { Side } from '../model/order.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedTape,
  packedKind,
  sideBit,
  slotMask,
} from '../model/packed.ts'
import { hasBook } from '../model/tape.ts'
import { AmountScale } from './amount.ts'
import { KlineStore, type Print } from './kline-store.ts'
import { stepText } from './step-text.ts'

/** `usdm`: a perpetual settled in its quote currency. */
export type Segment = 'spot' | 'usdm'

/** Book states `firstId` … `finalId` in one: new quantities, 0 where a level is gone. */
export interface BookDiff {
  readonly firstId: number
  readonly finalId: number
  /** `finalId` of the difference before. */
  readonly previousId: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** Best prices in ticks and what stands there in lots; 0 where a side is empty. */
export interface Touch {
  readonly bid: number
  readonly bidQty: number
  readonly ask: number
  readonly askQty: number
}

export interface PublicListener {
  onPrint(market: PublicMarket, print: Print): void
  /** The best prices, or what stands there, have changed with a message at `time`. */
  onTouch(market: PublicMarket, time: number): void
}

export interface PublicMarketOptions {
  readonly index: number
  readonly segment: Segment
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
}

/** Prints that can be asked for. */
const printsKept = 5000

export class PublicMarket {
  readonly index: number
  readonly segment: Segment
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  /** Upper case letters and digits only, as the wire writes it. */
  readonly symbol: string
  /** By the tape: there is a book at all. */
  readonly hasBook: boolean
  readonly priceText: (ticks: number) => string
  readonly qtyText: (lots: number) => string
  readonly scale: AmountScale
  readonly klines = new KlineStore()
  /** The newest ones, oldest first. */
  readonly prints: Print[] = []
  touch: Touch = { bid: 0, bidQty: 0, ask: 0, askQty: 0 }
  /** Number of the present state of the book. */
  updateId = 1
  /** Rows applied so far. */
  rows = 0
  /** False: it is no longer traded; the tape goes on. */
  isTrading = true
  private toldId = 1
  private previousId = 1
  private lastPrintId = 0
  private readonly cursor: ColumnCursor
  private readonly book = new FlatBook()
  /** Ticks whose quantity may differ from what was told. */
  private readonly changed = { buy: new Set<number>(), sell: new Set<number>() }

  constructor({ index, segment, instrument, tapes }: PublicMarketOptions) {
    this.index = index
    this.segment = segment
    this.instrument = instrument
    this.tapes = tapes
    this.symbol = instrument.id.toUpperCase().replace(/[^A-Z0-9]/g, '')
    this.hasBook = tapes.some(({ level }) => hasBook(level))
    this.priceText = stepText(instrument.spec.tickSize)
    this.qtyText = stepText(instrument.spec.lotSize)
    this.scale = new AmountScale(instrument)
    this.cursor = new ColumnCursor(tapes, 'exchange')
    this.book.rebase(this.cursor.batch.baseTick)
  }

  /** Exchange time of the next row; Infinity at the end. */
  get nextTime(): number {
    return this.cursor.nextTime
  }

  /** Prices can be told: both sides of the book, or a print where there is no book. */
  get isOpen(): boolean {
    return this.hasBook ? this.touch.bid > 0 && this.touch.ask > 0 : this.book.lastTick !== undefined
  }

  /** Ticks. */
  get lastPrice(): number | undefined {
    return this.book.lastTick
  }

  /** What the venue values with, in half ticks: the mid, without one the last print. */
  get referenceTimes2(): number | undefined {
    const { bid, ask } = this.touch
    if (bid > 0 && ask > 0) return bid + ask
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  /** Best first. */
  levels(side: Side, depth: number): Level[] {
    return this.book.levels(side, depth)
  }

  /**
   * Applies rows with exchange time ≤ until.
   *
   * @throws {DataError} BOOK_CROSSED
   */
  advance(until: number, listener?: PublicListener): void {
    const { cursor, book } = this
    while (cursor.nextTime <= until) {
      const { batch, time } = cursor
      const end = cursor.rowAfter(until)
      for (let row = cursor.row; row < end; row++) {
        this.applyRow(i32At(batch.code, row), f64At(batch.qty, row), f64At(time, row), listener)
      }
      this.rows += end - cursor.row
      if (cursor.moveTo(end)) book.rebase(cursor.batch.baseTick)
    }
  }

  /** What has changed since the last call; undefined when nothing has. */
  takeDiff(): BookDiff | undefined {
    if (this.updateId === this.toldId) return undefined
    const diff = {
      firstId: this.toldId + 1,
      finalId: this.updateId,
      previousId: this.previousId,
      bids: this.takeChanged('buy'),
      asks: this.takeChanged('sell'),
    }
    this.previousId = this.updateId
    this.toldId = this.updateId
    return diff
  }

  close(): void {
    this.cursor.close()
    this.book.close()
  }

  private applyRow(code: number, lots: number, time: number, listener: PublicListener | undefined): void {
    const { book } = this
    const side = (code & sideBit) === 0 ? 'buy' : 'sell'
    switch (code & kindMask) {
      case packedKind.depth:
        this.noteLevel(side, book.tickOfSlot(code & slotMask))
        book.applyRow(code, lots)
        break
      case packedKind.farDepth:
        this.noteLevel(side, book.farTick)
        book.applyRow(code, lots)
        break
      case packedKind.clear:
        this.noteSide('buy', 0)
        this.noteSide('sell', 0)
        book.applyRow(code, lots)
        break
      case packedKind.clearSide:
        this.noteSide(side, lots)
        book.applyRow(code, lots)
        break
      case packedKind.farTick:
      case packedKind.idle:
        book.applyRow(code, lots)
        break
      default:
        book.applyRow(code, lots)
        this.addPrint(side, lots, time, listener)
    }
    if (code >= lastOfMessageBit) this.endMessage(time, listener)
  }

  private noteLevel(side: Side, tick: number): void {
    this.changed[side].add(tick)
    this.updateId++
  }

  /** All levels from the best to `tick`; the whole side when it is 0. */
  private noteSide(side: Side, tick: number): void {
    for (const { price } of this.book.levels(side, Number.POSITIVE_INFINITY)) {
      if (tick !== 0 && (side === 'buy' ? price < tick : price > tick)) return
      this.noteLevel(side, price)
    }
  }

  private addPrint(side: Side, lots: number, time: number, listener: PublicListener | undefined): void {
    const tick = this.book.lastTick
    if (tick === undefined || lots === 0) return
    const print: Print = { id: ++this.lastPrintId, tick, lots, isBuyerMaker: side === 'sell', time }
    this.klines.add(print)
    this.prints.push(print)
    if (this.prints.length >= 2 * printsKept) this.prints.splice(0, printsKept)
    listener?.onPrint(this, print)
  }

  private endMessage(time: number, listener: PublicListener | undefined): void {
    const { book, touch } = this
    book.endMessage(time)
    const bid = book.bestPrice('buy') ?? 0
    const ask = book.bestPrice('sell') ?? 0
    const bidQty = bid === 0 ? 0 : book.qtyAt('buy', bid)
    const askQty = ask === 0 ? 0 : book.qtyAt('sell', ask)
    if (touch.bid === bid && touch.ask === ask && touch.bidQty === bidQty && touch.askQty === askQty) return
    this.touch = { bid, bidQty, ask, askQty }
    listener?.onTouch(this, time)
  }

  private takeChanged(side: Side): Level[] {
    const ticks = this.changed[side]
    const levels: Level[] = []
    for (const tick of ticks) {
      levels.push({ price: priceTicks(tick), qty: qtyLots(this.book.qtyAt(side, tick)) })
    }
    ticks.clear()
    return levels
  }
}
