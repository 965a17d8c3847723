/**
 * Between the rows of a tape and their packer, where a tape has messages that leave the book crossed or locked: such a
 * message becomes a gap, and the first one after which the sides are apart again a snapshot of all that was told until
 * then. So nobody who reads the packed rows ever sees a crossed book, and nothing that reads them gets slower.
 *
 * Prints pass through: they happened. What else belongs to a hidden message only lets the time pass.
 */
import {
  type DataLevel,
  hasLevels,
  type RowKind,
  rowKind,
  type SideCode,
  sideCode,
  type Visibility,
} from '../model/tape.ts'
import type { TapeSink } from './tape-sink.ts'
import { BookSide } from './touch-tracker.ts'

interface HeldRow {
  readonly kind: RowKind
  readonly side: SideCode
  readonly price: number
  readonly qty: number
  readonly joinedAt: number | undefined
}

export class BookGuard implements TapeSink {
  private readonly level: DataLevel
  private readonly out: TapeSink
  private readonly bids = new BookSide(-1)
  private readonly asks = new BookSide(1)
  private isHidden = false
  /** Of the message under way. */
  private held: HeldRow[] = []

  constructor(level: DataLevel, out: TapeSink) {
    this.level = level
    this.out = out
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    _seenBy?: Visibility,
    joinedAt?: number,
  ): void {
    this.held.push({ kind, side, price, qty, joinedAt })
    this.apply(kind, side, price, qty, isLast)
    if (!isLast) return
    const rows = this.passing()
    rows.forEach((one, index) => {
      const isEnd = index === rows.length - 1
      const { kind: shown, side: on, joinedAt: joined } = one
      this.out.row(shown, on, exchangeTime, receiveTime, one.price, one.qty, isEnd, undefined, joined)
    })
    this.held = []
  }

  /** What is told of the message that has just ended; at least one row. */
  private passing(): readonly HeldRow[] {
    const { held, isHidden } = this
    const { best: bid } = this.bids
    const { best: ask } = this.asks
    const isCrossed = bid !== undefined && ask !== undefined && bid >= ask
    this.isHidden = isCrossed
    if (!isCrossed && !isHidden) return held
    const prints = held.filter(({ kind }) => kind === rowKind.trade)
    if (!isCrossed) return [...prints, ...this.snapshot()]
    // A row that is alone and last: the book is forgotten, see docs/TAPE.md. The prints came before.
    return [...prints, isHidden ? idle : gap]
  }

  /** A quote replaces its side at level l1, where there are no other levels. */
  private snapshot(): readonly HeldRow[] {
    const isWhole = hasLevels(this.level)
    const kind = isWhole ? rowKind.snapshot : rowKind.quote
    const start = isWhole ? [gap] : []
    const of = (side: SideCode, levels: BookSide): readonly HeldRow[] =>
      [...levels.prices()].map((price) => ({
        kind,
        side,
        price,
        qty: levels.qtyAt(price),
        joinedAt: undefined,
      }))
    const rows = [...start, ...of(sideCode.buy, this.bids), ...of(sideCode.sell, this.asks)]
    return rows.length === 0 ? [idle] : rows
  }

  private apply(kind: RowKind, side: SideCode, price: number, qty: number, isLast: boolean): void {
    const levels = side === sideCode.buy ? this.bids : this.asks
    const isWhole = hasLevels(this.level)
    if (kind === rowKind.clear && (isWhole || isLast)) {
      this.bids.clear()
      this.asks.clear()
    }
    if (!isWhole) {
      if (kind !== rowKind.quote) return
      levels.clear()
      levels.set(price, qty)
    } else if (kind === rowKind.depth || kind === rowKind.snapshot) levels.set(price, qty)
    else if (kind === rowKind.clearSide) levels.clearTo(price)
  }
}

const nothing = { side: sideCode.buy, price: 0, qty: 0, joinedAt: undefined }
const gap: HeldRow = { kind: rowKind.clear, ...nothing }
const idle: HeldRow = { kind: rowKind.markPrice, ...nothing }
