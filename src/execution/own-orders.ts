/** What our own working orders say against a new one: it would trade with one of them, or the fate of one is unknown. */
import type { MarketView } from '../model/market-data.ts'
import type { Order, Side } from '../model/order.ts'
import type { OrderStore } from './order-store.ts'

/** The order as it would be. */
export interface Crossing {
  readonly side: Side
  readonly instrument: number
  /** Undefined: takes what is displayed. */
  readonly price: number | undefined
  readonly postOnly: boolean
}

type Touch = Pick<MarketView, 'bestBid' | 'bestAsk'>

/**
 * True when the order would meet a working order of ours that is at the front of the other side: one that stands behind
 * what others display is met only after them. A post-only order never takes, and an order that waits for its trigger or
 * for its entry is not in the market.
 */
export function crossesOwn(
  { side, instrument, price, postOnly }: Crossing,
  store: OrderStore,
  market: Touch,
): boolean {
  if (postOnly) return false
  const front = side === 'buy' ? market.bestAsk() : market.bestBid()
  for (let order = store.firstWorking; order !== undefined; order = order.next) {
    if (order.instrument !== instrument || order.side === side || !isInMarket(order)) continue
    const own = order.price ?? 0
    const isMet = price === undefined || isAtLeast(own, price, side)
    if (isMet && (front === undefined || isAtLeast(own, front, side))) return true
  }
  return false
}

/** True when a price is as good as another for a taker of this side. */
const isAtLeast = (price: number, other: number, side: Side): boolean =>
  side === 'buy' ? price <= other : price >= other

/** Orders of an instrument whose fate only the venue knows. */
export function countUnresolved(instrument: number, store: OrderStore): number {
  let count = 0
  for (let order = store.firstWorking; order !== undefined; order = order.next) {
    if (order.instrument === instrument && order.state.kind === 'unknown') count++
  }
  return count
}

/** True of an order that waits for nothing. */
function isInMarket({ terms, triggeredAt, price }: Order): boolean {
  if (price === undefined) return false
  return terms?.exitOf === undefined && (terms?.trigger === undefined || triggeredAt !== undefined)
}
