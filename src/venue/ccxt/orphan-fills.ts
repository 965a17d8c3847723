/** Fills of orders that we cannot name yet: they wait until their venue order id is known. None is dropped. */
import type { Side } from '../../model/order.ts'
import type { WireFill } from './exchange-wire.ts'

export class OrphanFills {
  private readonly waiting = new Map<string, WireFill[]>()
  private readonly foreign = new Set<string>()

  add(fill: WireFill): void {
    const key = keyOf(fill)
    const fills = this.waiting.get(key) ?? []
    if (fills.some(({ tradeId }) => tradeId === fill.tradeId)) return
    fills.push(fill)
    this.waiting.set(key, fills)
  }

  /** Those of an order that has just become known. */
  take(instrument: number, venueOrderId: string): readonly WireFill[] {
    const key = `${instrument}:${venueOrderId}`
    const fills = this.waiting.get(key) ?? []
    this.waiting.delete(key)
    return fills
  }

  /** A fill on this side of an order that nobody has named yet. */
  unnamed(instrument: number, side: Side): WireFill | undefined {
    for (const [first] of this.waiting.values()) {
      if (first?.instrument === instrument && first.side === side) return first
    }
    return undefined
  }

  /** The venue says that the order is not ours. @returns false when that was known */
  disown(instrument: number, venueOrderId: string): boolean {
    const key = `${instrument}:${venueOrderId}`
    this.waiting.delete(key)
    if (this.foreign.has(key)) return false
    this.foreign.add(key)
    return true
  }

  isForeign({ instrument, venueOrderId }: Pick<WireFill, 'instrument' | 'venueOrderId'>): boolean {
    return this.foreign.has(`${instrument}:${venueOrderId}`)
  }
}

const keyOf = ({ instrument, venueOrderId }: WireFill): string => `${instrument}:${venueOrderId}`
