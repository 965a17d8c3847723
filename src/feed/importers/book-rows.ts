/** Book changes → rows, one venue message at a time, and the reference book that shows what they amount to. */
import { type RowKind, rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import type { TapeSink } from '../tape-sink.ts'
import { ReferenceBook } from './reference-book.ts'

/** Flat: [price, qty, price, qty, …] in ticks and lots; qty 0 removes the level. */
export type FlatLevels = readonly number[]

export interface BookMessage {
  /** Microseconds. */
  readonly exchangeTime: number
  readonly receiveTime: number
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

export class BookRows {
  readonly book = new ReferenceBook()
  /** Diffs stamped earlier than the book message before them; they were moved up to it. */
  movedTimes = 0
  readonly #sink: TapeSink
  #exchangeTime = 0

  constructor(sink: TapeSink) {
    this.#sink = sink
  }

  /** A gap: the book is unknown until the next snapshot. It is not stamped earlier than the book message before it. */
  clear(exchangeTime: number, receiveTime: number): void {
    this.book.clear()
    this.#sink.row(rowKind.clear, sideCode.buy, this.#notBefore(exchangeTime), receiveTime, 0, 0, true)
  }

  snapshot(message: BookMessage): void {
    const exchangeTime = this.#notBefore(message.exchangeTime)
    const bids = withoutEmpty(message.bids)
    const asks = withoutEmpty(message.asks)
    const isEmpty = bids.length + asks.length === 0
    this.book.clear()
    this.#sink.row(rowKind.clear, sideCode.buy, exchangeTime, message.receiveTime, 0, 0, isEmpty)
    this.#levels(rowKind.snapshot, { ...message, exchangeTime, bids, asks })
  }

  diff(message: BookMessage): void {
    if (message.exchangeTime < this.#exchangeTime) this.movedTimes++
    this.#levels(rowKind.depth, { ...message, exchangeTime: this.#notBefore(message.exchangeTime) })
  }

  #levels(kind: RowKind, message: BookMessage): void {
    const { bids, asks } = message
    for (let i = 0; i + 1 < bids.length; i += 2) {
      const price = bids[i] ?? 0
      const qty = bids[i + 1] ?? 0
      this.book.setBid(price, qty)
      this.#row(kind, sideCode.buy, message, price, qty, i + 2 === bids.length && asks.length === 0)
    }
    for (let i = 0; i + 1 < asks.length; i += 2) {
      const price = asks[i] ?? 0
      const qty = asks[i + 1] ?? 0
      this.book.setAsk(price, qty)
      this.#row(kind, sideCode.sell, message, price, qty, i + 2 === asks.length)
    }
  }

  #row(kind: RowKind, side: SideCode, at: BookMessage, price: number, qty: number, isLast: boolean): void {
    this.#sink.row(kind, side, at.exchangeTime, at.receiveTime, price, qty, isLast)
  }

  /** A book has one history: its messages must not overtake each other in exchange time. */
  #notBefore(exchangeTime: number): number {
    this.#exchangeTime = Math.max(this.#exchangeTime, exchangeTime)
    return this.#exchangeTime
  }
}

function withoutEmpty(levels: FlatLevels): FlatLevels {
  const kept: number[] = []
  for (let i = 0; i + 1 < levels.length; i += 2) {
    const qty = levels[i + 1] ?? 0
    if (qty > 0) kept.push(levels[i] ?? 0, qty)
  }
  return kept
}
