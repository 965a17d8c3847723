/**
 * Self-trade prevention: an order of ours that would trade with another one of ours does not; one of four things happens
 * instead. Our own orders are not in the recorded book, so this is the only place where they can meet.
 */
import { unreachable } from '../../core/errors.ts'
import type { SelfTradePrevention } from '../../model/order.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'

export interface Meeting {
  readonly mode: SelfTradePrevention
  /** The one that arrives. */
  readonly newest: RestingOrder
  /** The one that rests. */
  readonly oldest: RestingOrder
  readonly at: number
}

/** After this at least one of the two is over. */
export function preventSelfTrade(desk: OrderDesk, { mode, newest, oldest, at }: Meeting): void {
  switch (mode) {
    case 'cancel-newest':
      return desk.end('canceled', newest, 'self-trade', at)
    case 'cancel-oldest':
      return desk.end('canceled', oldest, 'self-trade', at)
    case 'cancel-both':
      desk.end('canceled', oldest, 'self-trade', at)
      if (newest.place !== 'over') desk.end('canceled', newest, 'self-trade', at)
      return
    case 'decrement': {
      const lots = Math.min(newest.leaves, oldest.leaves)
      oldest.noteDecrement(lots, at)
      newest.noteDecrement(lots, at)
      desk.restate(oldest, oldest.qty - lots, 'self-trade', at)
      if (newest.place !== 'over') desk.restate(newest, newest.qty - lots, 'self-trade', at)
      return
    }
    default:
      unreachable(mode)
  }
}
