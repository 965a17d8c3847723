/** How an order takes in hftbacktest's PartialFillExchange: VENUE.md B4. The book stays as it is. */
import { oppositeOf, type Side, type TimeInForce } from '../../../model/order.ts'
import type { OrderDesk } from '../order-desk.ts'
import type { RestingOrder } from '../resting-orders.ts'
import type { NewestWinsBook } from './newest-wins-book.ts'

export interface TakeOptions {
  readonly order: RestingOrder
  /** Best price of the other side, within the order's limit. */
  readonly best: number
  readonly timeInForce: TimeInForce
  readonly book: NewestWinsBook
  readonly desk: OrderDesk
  readonly at: number
}

/** A market order looks at this many ticks from the best price on; a sell at one more. */
export const marketTicks = 100

export function takeDisplayed(options: TakeOptions): void {
  const { order, best, timeInForce, book, desk, at } = options
  const isMarket = order.tick === 0
  if (timeInForce === 'fok' && !isMarket && displayed(options) < order.leaves) {
    desk.end('expired', order, 'fok-not-fillable', at)
    return
  }
  const away = order.side === 'buy' ? 1 : -1
  const other = oppositeOf(order.side)
  const limit = isMarket ? best + (order.side === 'buy' ? marketTicks - 1 : -marketTicks) : order.tick
  for (let tick = best; order.leaves > 0 && isWithin(order.side, tick, limit); tick += away) {
    const lots = Math.min(book.qtyAt(other, tick), order.leaves)
    if (lots > 0) desk.fill({ order, tick, lots, liquidity: 'taker', at })
  }
  if (order.leaves === 0) return
  if (isMarket || timeInForce !== 'gtc') desk.end('expired', order, 'ioc-remainder', at)
  // What is not displayed within the limit is filled at the limit all the same: it never rests.
  else desk.fill({ order, tick: order.tick, lots: order.leaves, liquidity: 'taker', at })
}

/** Lots from the best price to the limit; stops counting at what the order needs. */
function displayed({ order, best, book }: TakeOptions): number {
  const away = order.side === 'buy' ? 1 : -1
  let sum = 0
  for (let tick = best; sum < order.leaves && isWithin(order.side, tick, order.tick); tick += away) {
    sum += book.qtyAt(oppositeOf(order.side), tick)
  }
  return sum
}

/** True when a taker of `side` with this limit may trade at `tick`. */
export const isWithin = (side: Side, tick: number, limit: number): boolean =>
  side === 'buy' ? tick <= limit : tick >= limit
