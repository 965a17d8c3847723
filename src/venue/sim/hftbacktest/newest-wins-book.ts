/**
 * The exchange book of the hftbacktest profile (VENUE.md B1, B5): each side keeps its levels and, apart from them, its
 * best price. Where the sides cross, the newest update wins: the other side's best price moves beyond it, and the
 * levels in between stay stored without being the best any more. Prices in ticks, quantities in lots.
 */
import type { Side } from '../../../model/order.ts'

/** One side. `sign` × price grows towards a better price. */
class SideLevels {
  /** Ticks; −Infinity × sign when the side is empty. */
  best: number
  private readonly sign: 1 | -1
  private readonly levels = new Map<number, number>()
  /** No level worse than this since the side was last without a best price; Infinity × sign then. */
  private worst: number

  constructor(sign: 1 | -1) {
    this.sign = sign
    this.best = -sign * Number.POSITIVE_INFINITY
    this.worst = sign * Number.POSITIVE_INFINITY
  }

  qtyAt(tick: number): number {
    return this.levels.get(tick) ?? 0
  }

  isBetter(tick: number, than: number): boolean {
    return (tick - than) * this.sign > 0
  }

  /** @returns true when the best price became better */
  set(tick: number, lots: number): boolean {
    if (lots === 0) {
      this.levels.delete(tick)
      if (tick === this.best) this.fallTo(tick)
      return false
    }
    this.levels.set(tick, lots)
    if (!this.isBetter(tick, this.worst)) this.worst = tick
    if (!this.isBetter(tick, this.best)) return false
    this.best = tick
    return true
  }

  /** The best price moves to the first stored level strictly worse than `tick`. */
  fallTo(tick: number): void {
    const { sign, worst } = this
    let next = tick - sign
    while (!this.isBetter(worst, next) && !this.levels.has(next)) next -= sign
    if (this.isBetter(worst, next)) this.empty()
    else this.best = next
  }

  /**
   * Forgets the levels from the best price to `tick`, both included. The level next to it is passed over in the search
   * for a new best price, though it stays stored: so does the tool.
   */
  clearTo(tick: number): void {
    if (Number.isFinite(this.best)) {
      for (let at = this.best; !this.isBetter(tick, at); at -= this.sign) this.levels.delete(at)
    }
    this.fallTo(tick - this.sign)
  }

  clear(): void {
    this.levels.clear()
    this.empty()
  }

  private empty(): void {
    this.best = -this.sign * Number.POSITIVE_INFINITY
    this.worst = this.sign * Number.POSITIVE_INFINITY
  }
}

export class NewestWinsBook {
  private readonly bids = new SideLevels(1)
  private readonly asks = new SideLevels(-1)

  /** Best price in ticks; undefined when the side has none. */
  best(side: Side): number | undefined {
    const { best } = this.side(side)
    return Number.isFinite(best) ? best : undefined
  }

  /** 0 when there is no such level. */
  qtyAt(side: Side, tick: number): number {
    return this.side(side).qtyAt(tick)
  }

  /** Sets one level; 0 removes it. @returns true when the best price of the side became better */
  set(side: Side, tick: number, lots: number): boolean {
    const own = this.side(side)
    const isBetter = own.set(tick, lots)
    const other = side === 'buy' ? this.asks : this.bids
    if (isBetter && !own.isBetter(other.best, own.best)) other.fallTo(own.best)
    return isBetter
  }

  /** @param upTo forget only levels at this tick or better; undefined forgets the whole side */
  clear(side: Side, upTo?: number): void {
    if (upTo === undefined) this.side(side).clear()
    else this.side(side).clearTo(upTo)
  }

  private side(side: Side): SideLevels {
    return side === 'buy' ? this.bids : this.asks
  }
}
