/**
 * A book as a client library keeps it, whole each time → rows of what has changed. The first rows after a start are a
 * `clear` and the whole book.
 */
import type { TimeUs } from '../../core/units.ts'
import type { MarketRow } from '../../model/market-row.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import { isRecord } from './ccxt-exchange.ts'
import type { NumberGrid } from './number-grid.ts'

type Levels = Map<number, number>

export class BookDifferences {
  private readonly grid: NumberGrid
  /** Levels of each side that are looked at. */
  private readonly depth: number
  private bids: Levels = new Map()
  private asks: Levels = new Map()
  private isFresh = true

  constructor(grid: NumberGrid, depth: number) {
    this.grid = grid
    this.depth = depth
  }

  /** What was known is forgotten: the next book comes whole. */
  restart(): void {
    this.isFresh = true
    this.bids = new Map()
    this.asks = new Map()
  }

  /**
   * @returns one message, empty when nothing has changed; undefined for a book that cannot be: crossed, one side
   * missing, or off the grid
   */
  rows(book: unknown, exchangeTime: TimeUs): readonly MarketRow[] | undefined {
    if (!isRecord(book)) return undefined
    const bids = this.levels(book.bids)
    const asks = this.levels(book.asks)
    if (bids === undefined || asks === undefined || isCrossed(bids, asks)) return undefined
    const kind = this.isFresh ? rowKind.snapshot : rowKind.depth
    const row = (of: RowKind, side: SideCode, price: number, qty: number): MarketRow => {
      return { kind: of, side, exchangeTime, price, qty, isLast: false }
    }
    const rows: MarketRow[] = this.isFresh ? [row(rowKind.clear, sideCode.buy, 0, 0)] : []
    for (const [side, before, now] of [
      [sideCode.buy, this.bids, bids],
      [sideCode.sell, this.asks, asks],
    ] as const) {
      for (const price of before.keys()) if (!now.has(price)) rows.push(row(kind, side, price, 0))
    }
    for (const [side, before, now] of [
      [sideCode.buy, this.bids, bids],
      [sideCode.sell, this.asks, asks],
    ] as const) {
      for (const [price, qty] of now) if (before.get(price) !== qty) rows.push(row(kind, side, price, qty))
    }
    this.isFresh = false
    this.bids = bids
    this.asks = asks
    return closed(rows)
  }

  private levels(side: unknown): Levels | undefined {
    if (!Array.isArray(side)) return undefined
    const levels: Levels = new Map()
    for (let index = 0; index < side.length && levels.size < this.depth; index++) {
      const level: unknown = side[index]
      if (!Array.isArray(level)) return undefined
      const ticks = this.grid.ticksOf(Number(level[0]))
      const lots = this.grid.lotsOf(Number(level[1]))
      if (ticks === undefined || !(ticks > 0) || !Number.isSafeInteger(lots)) return undefined
      if (lots > 0) levels.set(ticks, lots)
    }
    return levels
  }
}

/** The last row of a message is marked. */
export function closed(rows: readonly MarketRow[]): readonly MarketRow[] {
  return rows.map((row, index) => (index === rows.length - 1 ? { ...row, isLast: true } : row))
}

/** Best first on both sides; an empty side crosses nothing. */
function isCrossed(bids: Levels, asks: Levels): boolean {
  const [bid] = bids.keys()
  const [ask] = asks.keys()
  return bid !== undefined && ask !== undefined && bid >= ask
}
