/** Why an order is over, from the venue's few words and what we know of the order. */
import { unreachable } from '../../core/errors.ts'
import type { ReasonCode } from '../../model/order.ts'
import type { WireOrderState, WireStatus } from './exchange-wire.ts'
import type { LiveOrder } from './live-order.ts'

export interface OrderEnd {
  readonly kind: 'canceled' | 'expired' | 'rejected'
  readonly reason: ReasonCode
}

/** Venues call one thing by three names: an IOC order that found nobody is canceled here and expired there. */
export function endOf(
  order: LiveOrder,
  {
    status,
    reason,
    cumQty,
  }: Pick<WireOrderState, 'reason' | 'cumQty'> & {
    readonly status: Exclude<WireStatus, 'open' | 'filled'>
  },
): OrderEnd {
  if (status === 'rejected') return { kind: 'rejected', reason: reason ?? 'refused-by-venue' }
  if (reason === 'self-trade') return { kind: 'canceled', reason }
  if (order.amend !== undefined && order.amend.qty <= cumQty)
    return { kind: 'canceled', reason: 'amended-below-filled' }
  if (order.isCancelWanted && status === 'canceled')
    return { kind: 'canceled', reason: 'canceled-by-strategy' }
  const own = reason === undefined ? endOfItself(order, cumQty) : undefined
  if (own !== undefined) return own
  switch (status) {
    case 'canceled':
      return { kind: 'canceled', reason: reason ?? 'canceled-at-venue' }
    case 'expired':
      return reason === undefined
        ? { kind: 'canceled', reason: 'canceled-at-venue' }
        : { kind: 'expired', reason }
    default:
      return unreachable(status)
  }
}

/** What such an order does by its own terms. Undefined when it is one that stays. */
function endOfItself({ command, isAcceptTold }: LiveOrder, cumQty: number): OrderEnd | undefined {
  const { timeInForce, postOnly, price } = command
  const isDormant = command.terms?.trigger !== undefined && cumQty === 0
  if (postOnly && cumQty === 0 && !isAcceptTold) return { kind: 'rejected', reason: 'post-only-would-take' }
  if (timeInForce === 'gtd') return { kind: 'expired', reason: 'expire-time' }
  if (timeInForce === 'fok') return { kind: 'expired', reason: 'fok-not-fillable' }
  if (timeInForce !== 'ioc' || isDormant) return undefined
  if (cumQty > 0) return { kind: 'expired', reason: 'ioc-remainder' }
  return { kind: 'expired', reason: price === undefined ? 'no-liquidity' : 'not-marketable' }
}
