/** The tables of the order machine after a restart, from what the session's journal knows. */
import type { PriceTicks, QtyLots, TimeUs } from '../../core/units.ts'
import type { SubmitCommand } from '../../model/execution-report.ts'
import type { Backoff } from './backoff.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import { LiveOrder } from './live-order.ts'
import type { OrderMerger } from './order-merger.ts'
import type { OrderTable } from './order-table.ts'

export interface RecoveredFill {
  /** As it was reported. */
  readonly tradeId: number
  /** Lots, > 0. */
  readonly qty: number
}

export interface RecoveredOrder {
  /** As it was sent, with price, total quantity and trigger price as last confirmed. */
  readonly command: SubmitCommand
  /** Of the process that sent it. */
  readonly fence: number
  readonly sentAt: TimeUs
  /** The venue had accepted it. */
  readonly isAccepted: boolean
  readonly isCancelWanted: boolean
  /** False for one that was over: it is kept for fills that come late. */
  readonly isWorking: boolean
  /** Most lots that a report said are filled. */
  readonly cumQty: number
  readonly fills: readonly RecoveredFill[]
  /** A change that was sent and not answered. */
  readonly amend?: {
    readonly price: PriceTicks | undefined
    readonly qty: QtyLots
    readonly triggerPrice: PriceTicks | undefined
    readonly sentAt: TimeUs
  }
}

export interface RecoveredState {
  /** All of the session, in order of sending. */
  readonly orders: readonly RecoveredOrder[]
}

export interface RecoverTarget {
  readonly ids: ClientOrderIds
  readonly table: OrderTable
  readonly merger: OrderMerger
  readonly createBackoff: () => Backoff
}

/** An order without an answer may have been sent or not: only the venue can tell. */
export function recoverOrders(
  { ids, table, merger, createBackoff }: RecoverTarget,
  { orders }: RecoveredState,
): void {
  for (const recovered of orders) {
    const { command, fence, sentAt, isAccepted, isCancelWanted, isWorking, cumQty, fills, amend } = recovered
    const clientId = ids.format(command.clientOrderId, fence)
    const order = new LiveOrder(command, clientId, sentAt, createBackoff)
    order.isAcceptTold = isAccepted
    order.isCancelWanted = isCancelWanted
    order.cumVenue = cumQty
    order.stage = isWorking ? (isAccepted ? 'live' : 'unknown') : 'over'
    if (isWorking && amend !== undefined) order.amend = { ...amend, isInDoubt: true }
    table.add(order)
    for (const { tradeId, qty } of fills) merger.recall(command.instrument, tradeId, order, qty)
    table.refresh(order)
  }
}
