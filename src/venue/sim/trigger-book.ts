/**
 * Orders that wait for a price. Which prices can concern them is kept as a band, so that prints inside it pass at full
 * speed. Rules and sources: docs/ORDERS.md.
 */
import { mulDivCeil, mulDivFloor } from '../../core/mul-div.ts'
import type { TriggerSource } from '../../model/order.ts'
import type { RestingOrder } from './resting-orders.ts'

export class TriggerBook {
  /** In order of arrival: those that one price triggers enter the market in this order. */
  readonly orders: RestingOrder[] = []
  /** Source of an order that names none. */
  defaultSource: TriggerSource = 'last'
  /** Prints at or below this tick, or at or above `high`, may trigger or move an order that waits for prints. */
  low = Number.NEGATIVE_INFINITY
  high = Number.POSITIVE_INFINITY
  /** True when an order waits for the touch. */
  usesTouch = false
  /** True when an order waits for the mark price. */
  usesMark = false

  get isEmpty(): boolean {
    return this.orders.length === 0
  }

  sourceOf(order: RestingOrder): TriggerSource {
    return order.terms?.trigger?.source ?? this.defaultSource
  }

  /** @param price what its source shows now; a trailing stop starts from it. Undefined: nothing yet */
  add(order: RestingOrder, price: number | undefined): void {
    order.place = 'waiting'
    this.orders.push(order)
    if (price !== undefined) follow(order, price)
    this.update()
  }

  remove(order: RestingOrder): void {
    this.orders.splice(this.orders.indexOf(order), 1)
    this.update()
  }

  /** To be called after a trigger price has changed. */
  update(): void {
    this.low = Number.NEGATIVE_INFINITY
    this.high = Number.POSITIVE_INFINITY
    this.usesTouch = false
    this.usesMark = false
    for (const order of this.orders) {
      const source = this.sourceOf(order)
      if (source === 'touch') this.usesTouch = true
      if (source === 'mark') this.usesMark = true
      if (source !== 'last') continue
      const { rising, falling } = boundsOf(order)
      this.high = Math.min(this.high, rising)
      this.low = Math.max(this.low, falling)
    }
  }

  /** @returns those that this print triggers, still waiting; trailing stops have followed it */
  onPrint(tick: number): readonly RestingOrder[] {
    return tick > this.low && tick < this.high ? none : this.reached('last', () => tick)
  }

  /** @param priceOf best price that an order would take; undefined on an empty side */
  onTouch(priceOf: (order: RestingOrder) => number | undefined): readonly RestingOrder[] {
    return this.usesTouch ? this.reached('touch', priceOf) : none
  }

  /** @returns those that this mark price triggers; trailing stops have followed it */
  onMark(tick: number): readonly RestingOrder[] {
    return this.usesMark ? this.reached('mark', () => tick) : none
  }

  private reached(
    source: TriggerSource,
    priceOf: (order: RestingOrder) => number | undefined,
  ): readonly RestingOrder[] {
    const found: RestingOrder[] = []
    for (const order of this.orders) {
      const price = this.sourceOf(order) === source ? priceOf(order) : undefined
      if (price === undefined) continue
      follow(order, price)
      if (isReached(order, price)) found.push(order)
    }
    this.update()
    return found
  }
}

const none: readonly RestingOrder[] = []

/** True when the order triggers as the price rises: a buy stop, a sell take-profit. */
export function isRising({ side, terms }: RestingOrder): boolean {
  return (side === 'buy') === (terms?.trigger?.kind !== 'take-profit')
}

export function isReached(order: RestingOrder, price: number, trigger = order.triggerTick): boolean {
  return trigger > 0 && (isRising(order) ? price >= trigger : price <= trigger)
}

/** True when a trailing stop that has not begun to follow begins at this price: a sell at or above its activation price. */
export function isActivated({ side, terms }: RestingOrder, price: number): boolean {
  const trigger = terms?.trigger
  if (trigger?.kind !== 'trailing-stop' || trigger.activation === undefined) return true
  return side === 'sell' ? price >= trigger.activation : price <= trigger.activation
}

/** Prices from which on it triggers or moves, upwards and downwards. */
export function boundsOf(order: RestingOrder): { readonly rising: number; readonly falling: number } {
  const isTrailing = order.terms?.trigger?.kind === 'trailing-stop'
  if (isTrailing && order.extremeTick === 0) return beginningOf(order)
  const { triggerTick, extremeTick } = order
  if (isRising(order)) {
    return { rising: triggerTick, falling: isTrailing ? extremeTick - 1 : Number.NEGATIVE_INFINITY }
  }
  return {
    rising: isTrailing ? extremeTick + 1 : Number.POSITIVE_INFINITY,
    falling: triggerTick > 0 ? triggerTick : Number.NEGATIVE_INFINITY,
  }
}

/** Of a trailing stop that has not begun to follow. */
function beginningOf({ side, terms }: RestingOrder): { readonly rising: number; readonly falling: number } {
  const trigger = terms?.trigger
  const activation = trigger?.kind === 'trailing-stop' ? trigger.activation : undefined
  if (activation === undefined) return { rising: 0, falling: Number.POSITIVE_INFINITY }
  return side === 'sell'
    ? { rising: activation, falling: Number.NEGATIVE_INFINITY }
    : { rising: Number.POSITIVE_INFINITY, falling: activation }
}

/** A trailing stop moves its trigger price with a new best price; in basis points, rounded away from the market. */
function follow(order: RestingOrder, price: number): void {
  const trigger = order.terms?.trigger
  if (trigger?.kind !== 'trailing-stop') return
  if (order.extremeTick === 0 && !isActivated(order, price)) return
  const isBuy = order.side === 'buy'
  const isBetter = order.extremeTick === 0 || (isBuy ? price < order.extremeTick : price > order.extremeTick)
  if (!isBetter) return
  order.extremeTick = price
  const { offset, isBps } = trigger
  if (!isBps) order.triggerTick = Math.max(0, isBuy ? price + offset : price - offset)
  else if (isBuy) order.triggerTick = mulDivCeil(price, 10_000 + offset, 10_000)
  else order.triggerTick = mulDivFloor(price, 10_000 - offset, 10_000)
}
