/** What our own working orders say against a new one: it would trade with one of them, or the fate of one is unknown. */
import type { MarketView } from '../model/market-data.ts'
import type { Order, RiskRule, Side } from '../model/order.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { OrderStore } from './order-store.ts'
import type { TrackedOrder } from './tracked-order.ts'

export interface OwnOrdersOptions {
  readonly store: OrderStore
  readonly risk: RiskGuard
  /** By instrument. */
  readonly markets: readonly MarketView[]
}

export class OwnOrders {
  private readonly store: OrderStore
  private readonly risk: RiskGuard
  private readonly markets: readonly MarketView[]

  constructor({ store, risk, markets }: OwnOrdersOptions) {
    this.store = store
    this.risk = risk
    this.markets = markets
  }

  /**
   * @param target price as it would be
   * @param leaves lots that it would add to what already works
   */
  broken(order: TrackedOrder, { price }: Pick<Order, 'price'>, leaves: number): RiskRule | undefined {
    if (this.store.hasLostSight && this.isUnresolved(order, leaves)) return 'unresolved-order'
    const { terms, postOnly } = order
    // A post-only order never takes. Of an order that waits, what it meets shows when it is in the market.
    if (!this.risk.limits.isSelfCrossDenied || postOnly) return undefined
    if (terms !== undefined && (terms.selfTradePrevention !== undefined || !isInMarket(order)))
      return undefined
    return this.crosses(order, price) ? 'self-cross' : undefined
  }

  private isUnresolved(order: TrackedOrder, leaves: number): boolean {
    const { unresolvedOrdersMax } = this.risk.limits
    if (unresolvedOrdersMax === undefined || !this.risk.isIncreasing(order, leaves)) return false
    let count = 0
    for (let own = this.store.firstWorking; own !== undefined; own = own.next) {
      if (own.instrument === order.instrument && own.state.kind === 'unknown') count++
    }
    return count >= unresolvedOrdersMax
  }

  /**
   * True when it would meet a working order of ours at the front of the other side: one that stands behind what others
   * display is met only after them.
   */
  private crosses({ side, instrument }: TrackedOrder, price: number | undefined): boolean {
    const market = this.markets[instrument]
    for (let own = this.store.firstWorking; own !== undefined; own = own.next) {
      if (own.instrument !== instrument || own.side === side || own.price === undefined) continue
      if ((price !== undefined && !isAtLeast(own.price, price, side)) || !isInMarket(own)) continue
      const front = side === 'buy' ? market?.bestAsk() : market?.bestBid()
      if (front === undefined || isAtLeast(own.price, front, side)) return true
    }
    return false
  }
}

/** True when a price is as good as another for a taker of this side. */
const isAtLeast = (price: number, other: number, side: Side): boolean =>
  side === 'buy' ? price <= other : price >= other

/** True of an order that waits neither for a trigger nor for its entry. */
function isInMarket({ terms, triggeredAt }: Order): boolean {
  return terms?.exitOf === undefined && (terms?.trigger === undefined || triggeredAt !== undefined)
}
