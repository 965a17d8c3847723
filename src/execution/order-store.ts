/** All orders of a run by id, and the working ones as a linked list in order of submission. */
import { InvariantError } from '../core/errors.ts'
import type { TimeUs } from '../core/units.ts'
import type { ClientOrderId, Order } from '../model/order.ts'
import type { TrackedOrder } from './tracked-order.ts'

export class OrderStore {
  /** Ids count from 1: index = id − 1. */
  readonly all: TrackedOrder[] = []
  private first: TrackedOrder | undefined
  private last: TrackedOrder | undefined

  /** Some order has had an unknown fate: only then is it worth looking for one. */
  hasLostSight = false

  get nextId(): ClientOrderId {
    return this.all.length + 1
  }

  /** The one submitted first; the others follow by `next`. */
  get firstWorking(): TrackedOrder | undefined {
    return this.first
  }

  find(id: ClientOrderId): TrackedOrder | undefined {
    return this.all[id - 1]
  }

  /** @throws {InvariantError} when there never was such an order */
  get(id: ClientOrderId): TrackedOrder {
    const order = this.all[id - 1]
    if (order === undefined) throw new InvariantError(`no order ${id} was ever submitted`)
    return order
  }

  add(order: TrackedOrder): void {
    this.all.push(order)
  }

  startWorking(order: TrackedOrder): void {
    order.isWorking = true
    order.previous = this.last
    if (this.last === undefined) this.first = order
    else this.last.next = order
    this.last = order
  }

  stopWorking(order: TrackedOrder): void {
    order.isWorking = false
    const { previous, next } = order
    if (previous === undefined) this.first = next
    else previous.next = next
    if (next === undefined) this.last = previous
    else next.previous = previous
    order.previous = undefined
    order.next = undefined
  }

  /** Only the venue knows what has become of it. */
  loseSight(order: TrackedOrder, now: TimeUs): void {
    order.state = { kind: 'unknown', since: now }
    this.hasLostSight = true
  }

  /** A new array, in order of submission: what happens to the orders meanwhile does not disturb it. */
  working(instrument?: number): Order[] {
    const found: Order[] = []
    for (let order = this.first; order !== undefined; order = order.next) {
      if (instrument === undefined || order.instrument === instrument) found.push(order)
    }
    return found
  }
}
