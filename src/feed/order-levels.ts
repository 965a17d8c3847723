/**
 * Orders by id, and the levels that they add up to: what the rows of an L3 tape mean. One object for each order that
 * stands, which only the cold path can afford: the replay knows orders by the time at which they joined their queue.
 */
import { DataError } from '../core/errors.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from '../model/tape.ts'
import { rowKindName } from './row-kinds.ts'
import { BookSide } from './touch-tracker.ts'

/** An order that stands. */
export interface StandingOrder {
  readonly side: SideCode
  /** Ticks. */
  readonly price: number
  readonly lots: number
  /** Exchange time, microseconds, at which it took its place in the queue of its level. */
  readonly joinedAt: number
}

export class OrderLevels {
  private readonly orders = new Map<number, StandingOrder>()
  private readonly bids = new BookSide(-1)
  private readonly asks = new BookSide(1)

  find(orderId: number): StandingOrder | undefined {
    return this.orders.get(orderId)
  }

  /** Of all orders that stand. */
  get count(): number {
    return this.orders.size
  }

  /** All orders that stand, in the order in which they came or changed. */
  entries(): Iterable<[number, StandingOrder]> {
    return this.orders.entries()
  }

  /** Ticks; undefined when the side is empty. */
  best(side: SideCode): number | undefined {
    return this.side(side).best
  }

  /** Lots of all orders at a price. */
  qtyAt(side: SideCode, price: number): number {
    return this.side(side).qtyAt(price)
  }

  /** Of all levels of a side, in no particular order. */
  prices(side: SideCode): Iterable<number> {
    return this.side(side).prices()
  }

  clear(): void {
    this.orders.clear()
    this.bids.clear()
    this.asks.clear()
  }

  /**
   * One row about an order.
   *
   * @throws {DataError} ORDER_TWICE, ORDER_UNKNOWN, ORDER_DIFFERS, ORDER_OVERFILLED for rows that contradict each other
   */
  apply(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    price: number,
    qty: number,
    orderId: number,
  ): void {
    if (kind === rowKind.orderAdd) {
      if (this.orders.has(orderId)) throw wrong('ORDER_TWICE', kind, orderId, 'stands already')
      this.place(orderId, { side, price, lots: qty, joinedAt: exchangeTime })
      return
    }
    const order = this.orders.get(orderId)
    if (order === undefined) {
      if (kind === rowKind.orderExecute) return
      throw wrong('ORDER_UNKNOWN', kind, orderId, 'does not stand')
    }
    if (order.side !== side || order.price !== price) {
      throw wrong('ORDER_DIFFERS', kind, orderId, `stands at ${order.price} ticks, not at ${price}`)
    }
    this.remove(orderId, order)
    const lots = lotsAfter(kind, order.lots, qty)
    if (lots < 0) throw wrong('ORDER_OVERFILLED', kind, orderId, `has ${order.lots} lots, not ${qty}`)
    const joinedAt = lots > order.lots ? exchangeTime : order.joinedAt
    if (lots > 0) this.place(orderId, { side, price, lots, joinedAt })
  }

  private place(orderId: number, order: StandingOrder): void {
    this.orders.set(orderId, order)
    const side = this.side(order.side)
    side.set(order.price, side.qtyAt(order.price) + order.lots)
  }

  private remove(orderId: number, order: StandingOrder): void {
    this.orders.delete(orderId)
    const side = this.side(order.side)
    side.set(order.price, side.qtyAt(order.price) - order.lots)
  }

  private side(side: SideCode): BookSide {
    return side === sideCode.buy ? this.bids : this.asks
  }
}

function lotsAfter(kind: RowKind, lots: number, qty: number): number {
  switch (kind) {
    case rowKind.orderExecute:
      return lots - qty
    case rowKind.orderChange:
    case rowKind.orderDelete:
      return qty
    default:
      throw wrong('ORDER_UNKNOWN', kind, 0, 'is no order')
  }
}

function wrong(code: string, kind: RowKind, orderId: number, found: string): DataError {
  return new DataError(code, `${rowKindName(kind)}: order ${orderId} ${found}`, { context: { orderId } })
}
