/**
 * Reduce-only, kept by the venue: an order of this kind that can trade is never larger than the position it reduces,
 * however the position came about. So no number of them together turns it.
 */
import { signOf } from '../../model/order.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'

export class PositionCap {
  private readonly desk: OrderDesk
  /** Signed lots: the sum of our fills here, and of what the venue liquidated. */
  private position = 0
  /** Those that can trade: in a ladder, or taking. One that waits for its trigger is cut when it comes out. */
  private readonly orders = new Set<RestingOrder>()

  constructor(desk: OrderDesk) {
    this.desk = desk
  }

  /** Lots that an order of its side may trade at most. ≥ 0 */
  reducible({ side }: RestingOrder): number {
    return Math.max(0, -signOf(side) * (this.desk.heldLots ?? this.position))
  }

  /** It comes to the market. @returns false when there is nothing to reduce, and it has expired */
  enter(order: RestingOrder, at: number): boolean {
    const most = this.reducible(order)
    if (most === 0) {
      this.desk.end('expired', order, 'no-position-to-reduce', at)
      return false
    }
    this.orders.add(order)
    if (order.leaves > most) this.desk.restate(order, order.cumQty + most, 'cut-to-position', at)
    return true
  }

  leave(order: RestingOrder): void {
    this.orders.delete(order)
  }

  onFilled({ side }: RestingOrder, lots: number, at: number): void {
    this.position += signOf(side) * lots
    if (this.orders.size > 0) this.cut(at)
  }

  /** The venue traded for us, without an order. @param lots signed */
  adjust(lots: number): void {
    this.position += lots
  }

  private cut(at: number): void {
    for (const order of this.orders) {
      const most = this.reducible(order)
      if (order.leaves <= most || order.place === 'over') continue
      if (most === 0) this.desk.end('canceled', order, 'no-position-to-reduce', at)
      else this.desk.restate(order, order.cumQty + most, 'cut-to-position', at)
    }
  }
}
