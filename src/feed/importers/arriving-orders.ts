/**
 * Orders as Bitstamp tells them: whole when they arrive, also the part that trades at once, and bit by bit as it does.
 * A tape holds what stands: an order that meets another one waits here until it no longer does, and stands with the rest.
 * What it does to the orders it meets is told by their own events, within half a second in the recordings at hand.
 */
import { type SideCode, sideCode } from '../../model/tape.ts'
import { type OrderRows, otherSide } from './order-rows.ts'

export interface ArrivingOrder {
  readonly side: SideCode
  /** Ticks. */
  readonly price: number
  /** Hundred-millionths at its arrival, and those that its own events have left of them. */
  readonly whole: number
  readonly told: number
  /** Hundred-millionths of the orders that it has met: their events may come before its own. */
  readonly met: number
  /** Microseconds. */
  readonly since: number
}

/** An order that takes its place among those that stand. */
export interface Standing {
  readonly side: SideCode
  /** Ticks. */
  readonly price: number
  /** Hundred-millionths of the base currency, as the venue counts. */
  readonly units: number
}

/** Whoever still stands in the way of an arriving order after so long has gone without a word. */
const waitUs = 10_000_000

export class ArrivingOrders {
  /** Orders that stood at prices where a later one stands, and whose end was never told. */
  forgotten = 0
  readonly #rows: OrderRows
  readonly #stand: (id: number, order: Standing) => void
  readonly #orders = new Map<number, ArrivingOrder>()

  /** @param stand takes an order that meets nobody any more */
  constructor(rows: OrderRows, stand: (id: number, order: Standing) => void) {
    this.#rows = rows
    this.#stand = stand
  }

  find(id: number): ArrivingOrder | undefined {
    return this.#orders.get(id)
  }

  /** Side of the newest one; undefined when there is none. */
  get newestSide(): SideCode | undefined {
    return [...this.#orders.values()].at(-1)?.side
  }

  meets({ side, price }: Pick<ArrivingOrder, 'side' | 'price'>): boolean {
    const best = this.#rows.standing.best(otherSide(side))
    return best !== undefined && (side === sideCode.buy ? price >= best : price <= best)
  }

  set(id: number, order: ArrivingOrder): void {
    this.#orders.set(id, order)
  }

  delete(id: number): void {
    this.#orders.delete(id)
  }

  /** An order that stood was hit: by the first that arrives and meets it. */
  hit(side: SideCode, price: number, units: number): void {
    for (const [id, order] of this.#orders) {
      const isMet = order.side === sideCode.buy ? order.price >= price : order.price <= price
      if (order.side === side || !isMet || leftOf(order) === 0) continue
      this.#orders.set(id, { ...order, met: order.met + units })
      return
    }
  }

  /** After each event. @param now microseconds */
  settle(now: number): void {
    for (const [id, order] of this.#orders) {
      const units = leftOf(order)
      const isOverdue = now - order.since > waitUs
      if (isOverdue && units > 0) this.#forget(order)
      // One that has traded whole waits for its own last event.
      if (units === 0 ? !isOverdue : this.meets(order)) continue
      this.#orders.delete(id)
      if (units > 0) this.#stand(id, { side: order.side, price: order.price, units })
    }
  }

  #forget({ side, price }: ArrivingOrder): void {
    const { standing } = this.#rows
    const other = otherSide(side)
    for (const [id, order] of standing.entries()) {
      const isMet =
        order.side === other && (side === sideCode.buy ? order.price <= price : order.price >= price)
      if (!isMet) continue
      this.#rows.remove(id, order)
      this.forgotten++
    }
  }
}

const leftOf = ({ whole, told, met }: ArrivingOrder): number => Math.max(0, Math.min(told, whole - met))
