/**
 * What happens to one order whoever causes it: it starts to work, what it may still trade is held at the risk guard and
 * counted at its parent, and it is over once.
 */
import type { Clock } from '../clock/clock.ts'
import { InvariantError } from '../core/errors.ts'
import type { OrderState } from '../model/order.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { Outbox } from './notification.ts'
import type { OrderStore } from './order-store.ts'
import type { TrackedOrder } from './tracked-order.ts'
import type { TrackedParent } from './tracked-parent.ts'

export interface OrderLifeOptions {
  readonly clock: Clock
  readonly risk: RiskGuard
  readonly store: OrderStore
  readonly outbox: Outbox
  /** Index = id − 1. */
  readonly parents: readonly TrackedParent[]
}

export class OrderLife {
  private readonly clock: Clock
  private readonly risk: RiskGuard
  private readonly store: OrderStore
  private readonly outbox: Outbox
  private readonly parents: readonly TrackedParent[]

  constructor({ clock, risk, store, outbox, parents }: OrderLifeOptions) {
    this.clock = clock
    this.risk = risk
    this.store = store
    this.outbox = outbox
    this.parents = parents
  }

  parentOf(order: TrackedOrder): TrackedParent | undefined {
    const id = order.parentOrderId
    return id === undefined ? undefined : this.parents[id - 1]
  }

  /** It has passed the risk guard and leaves now. @param price it is reserved at */
  begin(order: TrackedOrder, price: number): void {
    order.heldPrice = price
    this.store.startWorking(order)
    this.risk.orderOpened(order)
    const parent = this.parentOf(order)
    if (parent !== undefined) parent.workingChildren++
    this.holdWorstCase(order)
  }

  /** Filled, canceled, expired or rejected. What the venue filled and has not told us yet stays held. */
  finish(order: TrackedOrder, state: OrderState): void {
    order.state = state
    order.noteDone(this.clock.now())
    order.nextAmend = undefined
    this.store.stopWorking(order)
    this.holdWorstCase(order)
    this.risk.orderClosed(order.instrument)
    const parent = this.parentOf(order)
    if (parent !== undefined) parent.workingChildren--
    if (state.kind !== 'filled') this.outbox.push({ kind: 'order', order })
  }

  /** Brings what is held for an order up to date with what it may still trade, an amend on its way included. */
  holdWorstCase(order: TrackedOrder): void {
    let lots = Math.max(0, order.venueCumQty - order.cumQty)
    let price = order.heldPrice
    if (order.isWorking) {
      lots = Math.max(lots, order.qtyMax - order.cumQty)
      const own = order.price ?? order.triggerPrice
      if (own !== undefined) price = Math.max(own, order.amend?.price ?? order.amend?.triggerPrice ?? 0)
    }
    const { ocoPeer } = order
    this.hold(order, Math.max(0, lots - coveredLots(order)), price)
    if (ocoPeer?.terms?.ocoWith === order.clientOrderId) this.holdWorstCase(ocoPeer)
  }

  private hold(order: TrackedOrder, lots: number, price: number): void {
    const change = lots - order.heldQty
    if (price === order.heldPrice) {
      if (change !== 0) this.risk.hold(order.instrument, order.side, change, price)
    } else {
      this.risk.hold(order.instrument, order.side, -order.heldQty, order.heldPrice)
      this.risk.hold(order.instrument, order.side, lots, price)
    }
    order.heldQty = lots
    order.heldPrice = price
    if (change === 0) return
    const parent = this.parentOf(order)
    if (parent === undefined) return
    parent.outstandingQty += change
    if (parent.outstandingQty < 0) {
      throw new InvariantError(
        `children of parent order ${parent.parentOrderId} released more than they held`,
      )
    }
  }
}

/**
 * Lots of an order that something else already accounts for: an exit only closes what its entry holds, and of a pair
 * both together fill no more than the first one holds.
 */
export function coveredLots(order: TrackedOrder): number {
  if (order.terms?.exitOf !== undefined) return Number.POSITIVE_INFINITY
  const { ocoPeer } = order
  if (ocoPeer === undefined || !isSecond(order) || ocoPeer.side !== order.side) return 0
  return ocoPeer.state.kind === 'created' ? ocoPeer.qty : ocoPeer.heldQty
}

/** True for the one of a pair that names the other. */
const isSecond = ({ terms }: TrackedOrder): boolean => terms?.ocoWith !== undefined
