/** Where a limit child stands that follows the market. */
import { type PriceTicks, priceTicks } from '../../core/units.ts'
import type { MarketView } from '../../model/market-data.ts'
import type { Side } from '../../model/order.ts'

/**
 * The touch of our own side, moved towards the market by `offset` ticks (negative: away from it). Undefined when that
 * side is empty: there is nothing to stand at.
 */
export function priceAtTouch(market: MarketView, side: Side, offset: number): PriceTicks | undefined {
  const touch = side === 'buy' ? market.bestBid() : market.bestAsk()
  if (touch === undefined) return undefined
  return priceTicks(side === 'buy' ? touch + offset : touch - offset)
}
