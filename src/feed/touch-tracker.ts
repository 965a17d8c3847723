/**
 * Best bid and ask of the rows of a tape, the plain way: a map of levels for each side. It exists to notice crossed
 * books while a tape is written; the replay has its own, faster book.
 */
import { type RowKind, rowKind, type SideCode, sideCode } from '../model/tape.ts'

/** Steps towards the next level before all levels are looked at. */
const stepsMax = 64

/** Levels of one side and the best of them; `away` is the direction of worse prices. */
export class BookSide {
  best: number | undefined
  private readonly levels = new Map<number, number>()
  /** −1 for bids: the next worse price is lower. */
  private readonly away: 1 | -1

  constructor(away: 1 | -1) {
    this.away = away
  }

  set(price: number, qty: number): void {
    if (qty > 0) {
      this.levels.set(price, qty)
      if (this.best === undefined || (price - this.best) * this.away < 0) this.best = price
    } else if (this.levels.delete(price) && price === this.best) this.best = this.nextFrom(price)
  }

  /** 0 when there is no such level. */
  qtyAt(price: number): number {
    return this.levels.get(price) ?? 0
  }

  clear(): void {
    this.levels.clear()
    this.best = undefined
  }

  /** Forgets the levels from the best to `price`, both included; all of them when it is 0. */
  clearTo(price: number): void {
    if (price === 0) this.clear()
    while (this.best !== undefined && (this.best - price) * this.away <= 0) this.set(this.best, 0)
  }

  /** Of all levels, in no particular order. */
  prices(): Iterable<number> {
    return this.levels.keys()
  }

  private nextFrom(gone: number): number | undefined {
    for (let i = 1; i <= stepsMax; i++) if (this.levels.has(gone + i * this.away)) return gone + i * this.away
    let best: number | undefined
    for (const price of this.levels.keys()) {
      if (best === undefined || (price - best) * this.away < 0) best = price
    }
    return best
  }
}

export class TouchTracker {
  private readonly bids = new BookSide(-1)
  private readonly asks = new BookSide(1)
  /** Quotes are a stream of their own; they say nothing about the levels behind them. */
  private isQuoted = false
  private readonly quoted: [bid: number | undefined, ask: number | undefined] = [undefined, undefined]

  /** @returns whether the row is about the book or the quotes */
  apply(kind: RowKind, side: SideCode, price: number, qty: number): boolean {
    if (kind === rowKind.depth || kind === rowKind.snapshot) {
      if (side === sideCode.buy) this.bids.set(price, qty)
      else this.asks.set(price, qty)
    } else if (kind === rowKind.quote) {
      this.isQuoted = true
      this.quoted[side] = qty === 0 ? undefined : price
    } else if (kind === rowKind.clear) {
      this.bids.clear()
      this.asks.clear()
    } else if (kind === rowKind.clearSide) {
      if (side === sideCode.buy) this.bids.clearTo(price)
      else this.asks.clearTo(price)
    } else return false
    return true
  }

  /** Best bid ≥ best ask, in the book or in the quotes; ask only after a whole message. */
  get isCrossed(): boolean {
    return isCrossed(this.bids.best, this.asks.best) || isCrossed(this.quoted[0], this.quoted[1])
  }

  /** Whether there ever was a quote. */
  get hasQuotes(): boolean {
    return this.isQuoted
  }

  get quotedBid(): number | undefined {
    return this.quoted[sideCode.buy]
  }

  get quotedAsk(): number | undefined {
    return this.quoted[sideCode.sell]
  }

  get bestBid(): number | undefined {
    return this.bids.best
  }

  get bestAsk(): number | undefined {
    return this.asks.best
  }
}

const isCrossed = (bid: number | undefined, ask: number | undefined): boolean =>
  bid !== undefined && ask !== undefined && bid >= ask
