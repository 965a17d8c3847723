/** The few levels outside a flat book's window: sparse, by tick. */
import type { Side } from '../model/order.ts'

export class FarLevels {
  private readonly bids = new Map<number, number>()
  private readonly asks = new Map<number, number>()
  /** Levels of both sides that are better than any inside the window can be. */
  private better = 0

  /** True while the best of a side may lie outside the window although the window has levels. */
  get hasBetter(): boolean {
    return this.better > 0
  }

  /** Lots at a price; 0 when there is no such level. */
  qtyAt(side: Side, tick: number): number {
    return this.levels(side).get(tick) ?? 0
  }

  /** @param isBetter than any level inside the window. @param lots 0 removes the level */
  set(side: Side, tick: number, lots: number, isBetter: boolean): void {
    const levels = this.levels(side)
    const had = levels.has(tick)
    if (lots === 0) levels.delete(tick)
    else levels.set(tick, lots)
    if (isBetter) this.better += (lots === 0 ? 0 : 1) - (had ? 1 : 0)
  }

  /** Best tick of a side that is strictly worse than `than`; undefined when there is none. */
  best(side: Side, than?: number): number | undefined {
    let best: number | undefined
    for (const tick of this.levels(side).keys()) {
      const isCandidate = than === undefined || isBetter(side, than, tick)
      if (isCandidate && (best === undefined || isBetter(side, tick, best))) best = tick
    }
    return best
  }

  /** As [tick, lots], in no order. */
  entries(side: Side): [number, number][] {
    return [...this.levels(side)]
  }

  clear(): void {
    this.bids.clear()
    this.asks.clear()
    this.better = 0
  }

  private levels(side: Side): Map<number, number> {
    return side === 'buy' ? this.bids : this.asks
  }
}

/** True when price `a` is strictly better than `b` for the given side of the book. */
export const isBetter = (side: Side, a: number, b: number): boolean => (side === 'buy' ? a > b : a < b)
