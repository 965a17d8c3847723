/**
 * The tables of the order machine after a restart, from what the session's journal knows. Its fills are asked for again
 * from the beginning: the engine applies each once.
 */
import type { PriceTicks, QtyLots, TimeUs } from '../../core/units.ts'
import type { SubmitCommand } from '../../model/execution-report.ts'
import type { Backoff } from './backoff.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import { LiveOrder } from './live-order.ts'
import type { OrderTable } from './order-table.ts'

export interface RecoveredOrder {
  /** As it was sent, with price, total quantity and trigger price as last confirmed. */
  readonly command: SubmitCommand
  /** Of the process that sent it. */
  readonly fence: number
  readonly sentAt: TimeUs
  /** The venue had accepted it. */
  readonly isAccepted: boolean
  readonly isCancelWanted: boolean
  /** False for one that is over and has filled more at the venue than we heard the fills of. */
  readonly isWorking: boolean
  /** Most lots that a report said are filled. */
  readonly cumQty: number
  /** A change that was sent and not answered. */
  readonly amend?:
    | {
        readonly price: PriceTicks | undefined
        readonly qty: QtyLots
        readonly triggerPrice: PriceTicks | undefined
        readonly sentAt: TimeUs
      }
    | undefined
}

export interface RecoverTarget {
  readonly ids: ClientOrderIds
  readonly table: OrderTable
  readonly createBackoff: () => Backoff
}

/** An order without an answer may have been sent or not: only the venue can tell. */
export function recoverOrders(
  { ids, table, createBackoff }: RecoverTarget,
  orders: readonly RecoveredOrder[],
): void {
  for (const { command, fence, sentAt, isAccepted, isCancelWanted, isWorking, cumQty, amend } of orders) {
    const order = new LiveOrder(command, ids.format(command.clientOrderId, fence), sentAt, createBackoff)
    order.hasExisted = isAccepted || cumQty > 0
    order.isCancelWanted = isCancelWanted
    order.cumVenue = cumQty
    order.stage = isWorking ? 'unknown' : 'over'
    if (isWorking && amend !== undefined) order.amend = { ...amend, isInDoubt: true }
    table.add(order)
  }
}
