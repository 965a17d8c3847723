/** Our orders that rest at the venue. */

import type { SubmitCommand } from '../../model/execution-report.ts'
import type { Side } from '../../model/order.ts'
import type { QueuePlace } from './queue-model.ts'

export class RestingOrder implements QueuePlace {
  readonly clientOrderId: number
  readonly side: Side
  readonly postOnly: boolean
  /** Limit price in ticks; 0 for a market order, which never rests. */
  tick: number
  /** Total and filled lots. */
  qty: number
  cumQty: number
  ahead: number
  tradedSinceUpdate: number
  /** When it arrived, or lost its place to an amend: the exchange time after which market data may fill it. */
  arrivedAt: number

  constructor(command: SubmitCommand, tick: number, cumQty: number, at: number) {
    this.clientOrderId = command.clientOrderId
    this.side = command.side
    this.postOnly = command.postOnly
    this.tick = tick
    this.qty = command.qty
    this.cumQty = cumQty
    this.ahead = 0
    this.tradedSinceUpdate = 0
    this.arrivedAt = at
  }

  get leaves(): number {
    return this.qty - this.cumQty
  }
}

/** Resting orders of one side: best price first, first come first at one price. */
export class OrderLadder {
  readonly orders: RestingOrder[] = []
  private readonly sign: 1 | -1

  constructor(side: Side) {
    this.sign = side === 'buy' ? 1 : -1
  }

  get best(): RestingOrder | undefined {
    return this.orders[0]
  }

  get worst(): RestingOrder | undefined {
    return this.orders[this.orders.length - 1]
  }

  /** True when a price of this side is strictly better than another. */
  isBetter(tick: number, other: number): boolean {
    return (tick - other) * this.sign > 0
  }

  /** Behind all orders at its price. */
  insert(order: RestingOrder): void {
    const { worst } = this
    if (worst === undefined || !this.isBetter(order.tick, worst.tick)) this.orders.push(order)
    else this.orders.splice(this.firstWorseThan(order.tick), 0, order)
  }

  remove(order: RestingOrder): void {
    if (this.worst === order) {
      this.orders.pop()
      return
    }
    let index = this.firstAt(order.tick)
    while (this.orders[index] !== order) index++
    this.orders.splice(index, 1)
  }

  /** Index of the first order at `tick` or worse. */
  firstAt(tick: number): number {
    return this.search((other) => !this.isBetter(other, tick))
  }

  private firstWorseThan(tick: number): number {
    return this.search((other) => this.isBetter(tick, other))
  }

  /** First index whose price fulfils a condition that holds from some index on. */
  private search(condition: (tick: number) => boolean): number {
    let low = 0
    let high = this.orders.length
    while (low < high) {
      const middle = (low + high) >> 1
      const order = this.orders[middle]
      if (order !== undefined && condition(order.tick)) high = middle
      else low = middle + 1
    }
    return low
  }
}
