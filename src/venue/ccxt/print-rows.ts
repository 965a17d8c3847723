/** Public trades of ccxt → rows, each trade once however often it is told. */
import { type TimeUs, timeUs } from '../../core/units.ts'
import type { MarketRow } from '../../model/market-row.ts'
import { rowKind, sideCode } from '../../model/tape.ts'
import { closed } from './book-differences.ts'
import { isRecord, textOf } from './ccxt-exchange.ts'
import type { NumberGrid } from './number-grid.ts'

/** Ids that are remembered: more than any venue tells again after an interruption. */
const rememberedMax = 5000

export class PrintRows {
  private readonly grid: NumberGrid
  private readonly seen = new Set<string>()
  /** Milliseconds: where a list of trades has to go on. */
  newestMs = 0

  constructor(grid: NumberGrid) {
    this.grid = grid
  }

  /** One message, empty when nothing in it is new or can be read. @param now for trades without a time */
  rows(trades: unknown, now: TimeUs): readonly MarketRow[] {
    if (!Array.isArray(trades)) return []
    return closed(trades.flatMap((trade: unknown) => this.row(trade, now) ?? []))
  }

  private row(trade: unknown, now: TimeUs): MarketRow | undefined {
    if (!isRecord(trade)) return undefined
    const price = this.grid.price(trade.price)
    const qty = this.grid.qty(trade.amount)
    const { side } = trade
    if (price === undefined || qty === undefined || qty <= 0) return undefined
    const ms = Number(trade.timestamp)
    const id = textOf(trade.id) ?? `${ms}:${price}:${qty}:${String(side)}`
    if (this.seen.has(id)) return undefined
    this.remember(id)
    const exchangeTime = ms > 0 && ms < 8e12 ? timeUs(Math.round(ms * 1000)) : now
    if (ms > this.newestMs) this.newestMs = ms
    const code = side === 'sell' ? sideCode.sell : sideCode.buy
    return { kind: rowKind.trade, side: code, exchangeTime, price, qty, isLast: false }
  }

  private remember(id: string): void {
    this.seen.add(id)
    if (this.seen.size <= rememberedMax) return
    const [oldest] = this.seen
    if (oldest !== undefined) this.seen.delete(oldest)
  }
}
