/** The limits that one order breaks by itself, whatever else is held or working. */
import type { PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketView } from '../model/market-data.ts'
import { oppositeOf, type RiskRule, type Side } from '../model/order.ts'
import type { RiskLimits } from './risk-limits.ts'

/** An order as it would be after it has passed. */
export interface Candidate {
  readonly instrument: number
  readonly side: Side
  /** Undefined for a market order. */
  readonly price: PriceTicks | undefined
  /** Of an order that waits for it: its limit is judged from there, and without a limit it is valued there. */
  readonly triggerPrice?: PriceTicks | undefined
  /** Total, filled part included. */
  readonly qty: QtyLots
  readonly reduceOnly: boolean
}

/** What a single order is held against. Levels only where there are any. */
export type OrderMarket = Pick<MarketView, 'midTimes2' | 'lastUpdate' | 'lastTradePrice'> &
  Partial<Pick<MarketView, 'levels'>>

export function brokenOrderLimit(
  order: Candidate,
  limits: RiskLimits,
  traded: Instrument,
  market: OrderMarket,
  now: TimeUs,
): RiskRule | undefined {
  const { instrument, price, qty, triggerPrice } = order
  const own = limits.instruments?.[instrument]
  if (price !== undefined && price <= 0) return 'tick-grid'
  if (qty <= 0 || (own?.qtyMin !== undefined && qty < own.qtyMin)) return 'min-qty'
  if (own?.qtyMax !== undefined && qty > own.qtyMax) return 'max-qty'
  const midTimes2 = market.midTimes2()
  if (midTimes2 === undefined) return 'no-reference-price'
  if (isStale(market.lastUpdate(), limits.staleDataUsMax, now)) return 'stale-data'
  const { priceDeviationBpsMax } = limits
  if (price !== undefined && priceDeviationBpsMax !== undefined) {
    const referenceTimes2 = triggerPrice === undefined ? midTimes2 : 2 * triggerPrice
    // |price − reference| ÷ reference ≤ bps ÷ 10,000, without dividing.
    const distance = Math.abs(2 * price - referenceTimes2)
    if (distance * 10_000 > referenceTimes2 * priceDeviationBpsMax) return 'price-deviation'
  }
  if (slips(order, market, limits.slippageBpsMax)) return 'price-deviation'
  const { lastTradeDeviationBpsMax } = limits
  if (price !== undefined && lastTradeDeviationBpsMax !== undefined) {
    const last = triggerPrice ?? market.lastTradePrice()
    if (last !== undefined && Math.abs(price - last) * 10_000 > last * lastTradeDeviationBpsMax) {
      return 'last-trade-deviation'
    }
  }
  const value = price ?? triggerPrice
  return brokenValueLimit(traded.valueOf2(value === undefined ? midTimes2 : 2 * value, qty), limits, traded)
}

function brokenValueLimit(
  value: number,
  { orderValueMin, orderValueMax }: RiskLimits,
  { minNotionalQuanta }: Instrument,
): RiskRule | undefined {
  if (!Number.isSafeInteger(value)) return 'max-value'
  if (value < minNotionalQuanta || (orderValueMin !== undefined && value < orderValueMin)) return 'min-value'
  return orderValueMax !== undefined && value > orderValueMax ? 'max-value' : undefined
}

function isStale(lastUpdate: TimeUs | undefined, ageMax: number | undefined, now: TimeUs): boolean {
  return ageMax !== undefined && (lastUpdate === undefined || now - lastUpdate > ageMax)
}

/** Levels that are looked at: whoever needs more of them is told that it is too far. */
const levelsMax = 100

/** A market order that would take from a level too far from the mid; false where no levels are known. */
function slips(
  { side, qty, price, triggerPrice }: Candidate,
  market: OrderMarket,
  bpsMax: number | undefined,
): boolean {
  if (bpsMax === undefined || price !== undefined || triggerPrice !== undefined) return false
  const midTimes2 = market.midTimes2()
  const levels = market.levels?.(oppositeOf(side), levelsMax) ?? []
  if (midTimes2 === undefined || levels.length === 0) return false
  let left: number = qty
  for (const level of levels) {
    if (Math.abs(2 * level.price - midTimes2) * 10_000 > midTimes2 * bpsMax) return true
    left -= level.qty
    if (left <= 0) return false
  }
  return levels.length === levelsMax
}
