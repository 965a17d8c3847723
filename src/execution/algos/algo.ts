/**
 * What an execution algorithm is: it works one parent order by sending children. Write one file with a class like
 * those beside this one, name its parameters in model/parent-order.ts and add a line to algos/create-algo.ts.
 *
 * An algorithm keeps no count of what is done: `unsentQty` is the truth, and it already counts as sent whatever may
 * still fill, orders without an answer included. So nothing is lost or sent twice, whatever becomes of a child.
 */
import type { TimerId } from '../../clock/clock.ts'
import type { Prng } from '../../core/prng.ts'
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../../core/units.ts'
import type { MarketView } from '../../model/market-data.ts'
import type { ClientOrderId, Order, TimeInForce } from '../../model/order.ts'
import type { ParentOrder, ParentState } from '../../model/parent-order.ts'

export interface Algo {
  /** Called once. Market data may not have begun. */
  start(): void
  /**
   * A child changed its state or was filled; `child.isWorking` tells whether it is over. Never called from within
   * `submit` or `cancel`, and not any more once the parent is over or ending.
   */
  onChild(child: Order): void
  /** The parent is filled or ends: cancel timers, send nothing. The engine cancels the children. */
  stop(): void
}

export interface ChildRequest {
  readonly qty: QtyLots
  /** Undefined: a market order. */
  readonly price: PriceTicks | undefined
  readonly timeInForce?: TimeInForce
  readonly postOnly?: boolean
  readonly timeout?: DurationUs
}

export type EndReason = Extract<ParentState, { readonly kind: 'done' }>['reason']

/** All that an algorithm may see and do. */
export interface AlgoContext {
  readonly parent: ParentOrder
  readonly market: MarketView
  now(): TimeUs
  /** Lots of the parent that are neither filled nor out with a child that may still fill. */
  unsentQty(): QtyLots
  hasWorkingChildren(): boolean
  submit(child: ChildRequest): ClientOrderId
  cancelChildren(): void
  /** Moves a child to another price; whether the venue did it comes back through `onChild`. */
  amendChild(id: ClientOrderId, price: PriceTicks): void
  /** An amend of it is on its way or waits for the answer to one. */
  isAmending(id: ClientOrderId): boolean
  setTimer(at: TimeUs, fire: () => void): TimerId
  cancelTimer(id: TimerId): void
  /** Seeded, a stream of its own for this parent and `name`. */
  random(name: string): Prng
  /** Ends the parent, as soon as no child can fill any more, with what is left undone. */
  finish(reason: EndReason): void
}
