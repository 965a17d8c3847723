/**
 * Trade ids of a venue as the numbers that positions are deduplicated by, and the trades seen before. An id that is a
 * safe whole number stands for itself; any other gets 53 bits of its SHA-256, the same in every process.
 */
import { sha256 } from '../../core/hash.ts'
import type { ClientOrderId } from '../../model/order.ts'

export function tradeNumber(tradeId: string): number {
  if (/^[1-9]\d{0,15}$/.test(tradeId)) {
    const plain = Number(tradeId)
    if (Number.isSafeInteger(plain)) return plain
  }
  // 56 bits, of which the upper 53: the product is exact, for it is below 2^56 and the division drops three bits.
  const hex = sha256(tradeId)
  const high = Number.parseInt(hex.slice(0, 7), 16)
  const low = Number.parseInt(hex.slice(7, 14), 16) >>> 3
  return Math.max(1, high * 0x2000000 + low)
}

/** Of one instrument. */
export class SeenTrades {
  private readonly orderOf = new Map<number, ClientOrderId>()

  /**
   * @returns its number when it is new. Two orders of ours that trade with each other have one trade id at most venues:
   * the second of them gets a number of its own.
   */
  take(tradeId: string, clientOrderId: ClientOrderId): number | undefined {
    const plain = tradeNumber(tradeId)
    const known = this.orderOf.get(plain)
    if (known === clientOrderId) return undefined
    const trade = known === undefined ? plain : tradeNumber(`${tradeId}:${clientOrderId}`)
    if (this.orderOf.has(trade)) return undefined
    this.orderOf.set(trade, clientOrderId)
    return trade
  }
}
