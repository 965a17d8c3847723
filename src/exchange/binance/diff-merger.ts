/** Differences that follow each other, as one. */
import { priceTicks, qtyLots } from '../../core/units.ts'
import type { Level } from '../../model/market-data.ts'
import type { BookDiff } from '../public-market.ts'

export class DiffMerger {
  private first: BookDiff | undefined
  private finalId = 0
  /** `finalId` of what was taken last. */
  private takenId: number | undefined
  private readonly bids = new Map<number, number>()
  private readonly asks = new Map<number, number>()

  add(diff: BookDiff): void {
    this.first ??= diff
    this.finalId = diff.finalId
    for (const { price, qty } of diff.bids) this.bids.set(price, qty)
    for (const { price, qty } of diff.asks) this.asks.set(price, qty)
  }

  /** Undefined when nothing was added. */
  take(): BookDiff | undefined {
    const { first, finalId } = this
    if (first === undefined) return undefined
    const previousId = this.takenId ?? first.previousId
    this.first = undefined
    this.takenId = finalId
    return {
      firstId: first.firstId,
      finalId,
      previousId,
      bids: takeLevels(this.bids),
      asks: takeLevels(this.asks),
    }
  }
}

function takeLevels(side: Map<number, number>): Level[] {
  const levels = [...side].map(([price, qty]) => ({ price: priceTicks(price), qty: qtyLots(qty) }))
  side.clear()
  return levels
}
