/**
 * The tables of the order machine after a restart, from what the session's journal knows. Fills are asked for again from
 * the beginning: the engine applies each once.
 */
import { assert } from '../../core/errors.ts'
import { qtyLots } from '../../core/units.ts'
import type { SubmitCommand } from '../../model/execution-report.ts'
import type { Order } from '../../model/order.ts'
import type { RecoveredOrder, Recovery } from '../recovery.ts'
import type { Backoff } from './backoff.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import { LiveOrder, type PendingAmend } from './live-order.ts'
import type { OrderTable } from './order-table.ts'

export interface RecoverTarget {
  readonly ids: ClientOrderIds
  /** Of this process. */
  readonly fence: number
  readonly table: OrderTable
  readonly createBackoff: () => Backoff
}

/**
 * Each is in doubt until the venue has shown it: one without an answer may have been sent or not, and one that is over
 * may have filled more than we heard of.
 */
export function recoverOrders(
  { ids, fence, table, createBackoff }: RecoverTarget,
  { orders, fence: current }: Recovery,
): void {
  assert(current === fence, `the venue was opened with fence ${fence}, the session goes on with ${current}`)
  for (const { order, fence: sender, cancelReason, amend } of orders) {
    const { clientOrderId, createdAt, acceptedAt, cumQty, isWorking } = order
    const clientId = ids.format(clientOrderId, sender)
    const live = new LiveOrder(commandOf(order), clientId, createdAt, createBackoff)
    live.stage = 'unknown'
    live.hasExisted = acceptedAt !== undefined || cumQty > 0
    live.isCancelWanted = isWorking && cancelReason !== undefined
    live.cumVenue = cumQty
    live.amend = pendingOf(order, amend)
    table.add(live)
  }
}

/** As it was sent, with what has changed since. */
function commandOf(order: Order): SubmitCommand {
  const { clientOrderId, instrument, side, qty, price, timeInForce, postOnly, terms } = order
  return { clientOrderId, instrument, side, qty, price, timeInForce, postOnly, terms }
}

/** Not older than the order: how long it was under way is not known, so it counts from there. */
function pendingOf(order: Order, amend: RecoveredOrder['amend']): PendingAmend | undefined {
  if (amend === undefined || !order.isWorking) return undefined
  const { price, qty, triggerPrice } = amend
  return { price, qty: qtyLots(qty ?? order.qty), triggerPrice, sentAt: order.createdAt, isInDoubt: true }
}
