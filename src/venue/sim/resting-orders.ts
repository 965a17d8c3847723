/** Our orders at the venue. */

import type { SubmitCommand } from '../../model/execution-report.ts'
import type { OrderTerms, Side, TimeInForce } from '../../model/order.ts'
import type { QueuePlace } from './queue-model.ts'

/**
 * Where an order is. `dormant`: an exit whose entry has not filled. `waiting`: for its trigger. `due`: enters the market
 * at the end of this instant. `taking`: takes from prints to come, on tapes without a book.
 */
export type OrderPlace = 'new' | 'dormant' | 'waiting' | 'due' | 'ladder' | 'taking' | 'over'

export class RestingOrder implements QueuePlace {
  readonly clientOrderId: number
  readonly side: Side
  readonly postOnly: boolean
  readonly timeInForce: TimeInForce
  readonly terms: OrderTerms | undefined
  place: OrderPlace
  /** Limit price in ticks; 0 without a limit: such an order never rests. */
  tick: number
  /** Total and filled lots. */
  qty: number
  cumQty: number
  ahead: number
  tradedSinceUpdate: number
  /** When it arrived, or lost its place to an amend: the exchange time after which market data may fill it. */
  arrivedAt: number
  /** When what it shows took its place in the queue: then, or with the slice of an iceberg. */
  joinedAt: number
  /** Iceberg: lots of the slice that is shown now. */
  shown: number
  /** In ticks; 0 while a trailing stop has seen no price. */
  triggerTick: number
  /** Trailing stop: the best price seen, in ticks; 0 before the first. */
  extremeTick: number
  /** The other order of the pair. */
  oco: RestingOrder | undefined
  /** Lots taken off because the other order of the pair filled them. */
  ocoTaken: number
  /** Lots filled before it became one of a pair: they are nothing to the other. */
  ocoFrom: number
  /** What self-trade prevention took off it: lots, at an exchange time in microseconds. */
  decrements: { readonly at: number; readonly lots: number }[] | undefined
  /** Of an exit; undefined before the entry has arrived. */
  entry: RestingOrder | undefined
  /** Of an entry. */
  exits: RestingOrder[] | undefined
  /** Of an exit: lots of its entry's fills that its quantity accounts for. */
  sizedFor: number

  constructor(command: SubmitCommand, tick: number, cumQty: number, at: number) {
    this.clientOrderId = command.clientOrderId
    this.side = command.side
    this.postOnly = command.postOnly
    this.timeInForce = command.timeInForce
    this.terms = command.terms
    this.place = 'new'
    this.tick = tick
    this.qty = command.qty
    this.cumQty = cumQty
    this.ahead = 0
    this.tradedSinceUpdate = 0
    this.arrivedAt = at
    this.joinedAt = at
    this.shown = command.terms?.displayQty ?? 0
    const trigger = command.terms?.trigger
    this.triggerTick = trigger !== undefined && trigger.kind !== 'trailing-stop' ? trigger.price : 0
    this.extremeTick = 0
    this.oco = undefined
    this.ocoTaken = 0
    this.ocoFrom = 0
    this.decrements = undefined
    this.entry = undefined
    this.exits = undefined
    this.sizedFor = 0
  }

  get leaves(): number {
    return this.qty - this.cumQty
  }

  /** Lots that stand in the queue: all of them, or the slice of an iceberg. */
  get displayed(): number {
    return this.terms?.displayQty === undefined ? this.leaves : Math.min(this.shown, this.leaves)
  }

  /** Self-trade prevention makes it smaller: an amend that is on its way does not know. */
  noteDecrement(lots: number, at: number): void {
    if (this.decrements === undefined) this.decrements = []
    this.decrements.push({ at, lots })
  }

  /** Lots taken off it by self-trade prevention after an exchange time. */
  decrementedAfter(time: number): number {
    let sum = 0
    for (const { at, lots } of this.decrements ?? []) if (at > time) sum += lots
    return sum
  }

  /** Undefined without a limit. */
  get limit(): number | undefined {
    return this.tick === 0 ? undefined : this.tick
  }

  /** What is left of it after taking rests; otherwise it expires. */
  get canRest(): boolean {
    return this.tick !== 0 && (this.timeInForce === 'gtc' || this.timeInForce === 'gtd')
  }

  /** For messages. */
  toString(): string {
    const { clientOrderId, side, place, qty, cumQty, tick, arrivedAt } = this
    return `order ${clientOrderId} (${side}, ${place}): ${cumQty} of ${qty} lots, limit ${tick}, arrived at ${arrivedAt}`
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
    order.place = 'ladder'
    const { worst } = this
    if (worst === undefined || !this.isBetter(order.tick, worst.tick)) this.orders.push(order)
    else this.orders.splice(this.firstAt(order.tick - this.sign), 0, order)
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

  /** Those at one price, first come first: an array of its own, so that they may leave meanwhile. */
  at(tick: number): RestingOrder[] {
    const found: RestingOrder[] = []
    for (let i = this.firstAt(tick); this.orders[i]?.tick === tick; i++) {
      const order = this.orders[i]
      if (order !== undefined) found.push(order)
    }
    return found
  }

  /** Index of the first order at `tick` or worse. */
  firstAt(tick: number): number {
    const { orders } = this
    let low = 0
    let high = orders.length
    while (low < high) {
      const middle = (low + high) >> 1
      const order = orders[middle]
      if (order !== undefined && this.isBetter(order.tick, tick)) low = middle + 1
      else high = middle
    }
    return low
  }
}
