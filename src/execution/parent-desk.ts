/** Parent orders: each has an algorithm that sends children; their fills add up here and never exceed the parent. */
import type { Clock, TimerId, Timers } from '../clock/clock.ts'
import { ConfigError, InvariantError } from '../core/errors.ts'
import type { Prng } from '../core/prng.ts'
import { type PriceTicks, type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import { algoCode, parentStateCode, sideNumber } from '../model/codes.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type { ClientOrderId, Order, OrderRequest, ReasonCode } from '../model/order.ts'
import type { ParentOrderId, ParentOrderRequest, ParentState } from '../model/parent-order.ts'
import type { AlgoContext, ChildRequest, EndReason } from './algos/algo.ts'
import { createAlgo } from './algos/create-algo.ts'
import type { Outbox } from './notification.ts'
import { TrackedParent } from './tracked-parent.ts'

/** What the desk asks of the engine. */
export interface ChildOrders {
  submit(request: OrderRequest, parentOrderId: ParentOrderId): ClientOrderId
  /** Every working child of the parent. */
  cancelChildren(parent: TrackedParent, reason: ReasonCode): void
  amend(child: ClientOrderId, price: PriceTicks): void
  isAmending(child: ClientOrderId): boolean
}

export interface ParentDeskOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly journal: JournalSink
  readonly markets: readonly MarketView[]
  readonly random: (name: string) => Prng
  readonly outbox: Outbox
  /** Index = id − 1; filled by the desk. */
  readonly parents: TrackedParent[]
  readonly children: ChildOrders
}

export class ParentDesk {
  private readonly options: ParentDeskOptions
  /** Those that are not over yet, in order of their start. */
  private open: TrackedParent[] = []

  constructor(options: ParentDeskOptions) {
    this.options = options
  }

  /** @throws {ConfigError} PARENT_INVALID */
  execute(request: ParentOrderRequest): ParentOrderId {
    const { clock, journal, markets, parents } = this.options
    const market = markets[request.instrument]
    if (market === undefined) throw new InvariantError(`no instrument ${request.instrument}`)
    if (request.qty <= 0) {
      throw new ConfigError('PARENT_INVALID', `parent order of ${request.qty} lots: expected more than 0`)
    }
    const mid = market.midTimes2()
    const parent = new TrackedParent(parents.length + 1, request, clock.now(), mid)
    parent.runner = createAlgo(request.algo, this.contextOf(parent, market))
    parents.push(parent)
    this.open.push(parent)
    const { parentOrderId: id, side, qty, instrument } = parent
    const sub = sideNumber[side] + 2 * algoCode[request.algo.algo]
    journal.record(recordKind.parentStart, clock.now(), instrument, sub, id, qty, mid)
    parent.runner.start()
    return id
  }

  /** @throws {InvariantError} when there never was such a parent */
  get(id: ParentOrderId): TrackedParent {
    const parent = this.options.parents[id - 1]
    if (parent === undefined) throw new InvariantError(`no parent order ${id} was ever started`)
    return parent
  }

  /** Ends it with what is left undone, as soon as its children are over. No effect when it is over or ending. */
  end(parent: TrackedParent, reason: EndReason): void {
    if (parent.state.kind !== 'working' || parent.endReason !== undefined) return
    parent.endReason = reason
    parent.runner?.stop()
    this.options.children.cancelChildren(parent, childReason(reason))
    this.settle(parent)
  }

  /** Stops every algorithm and marks its parent as ending; whoever calls sees to the children and settles. */
  stopAll(reason: EndReason): void {
    for (const parent of this.open) {
      if (parent.endReason !== undefined) continue
      parent.endReason = reason
      parent.runner?.stop()
    }
  }

  /** After anything that concerned a child: is the parent over? */
  settle(parent: TrackedParent): void {
    if (parent.state.kind !== 'working') return
    if (parent.cumQty >= parent.qty) {
      if (parent.endReason === undefined) parent.runner?.stop()
      this.close(parent, { kind: 'filled' })
    } else if (parent.endReason !== undefined && parent.workingChildren + parent.outstandingQty === 0) {
      this.close(parent, { kind: 'done', reason: parent.endReason })
    }
  }

  /** Tells the algorithm what became of its child. */
  notify(order: Order): void {
    if (order.parentOrderId === undefined) return
    const parent = this.get(order.parentOrderId)
    if (parent.state.kind === 'working' && parent.endReason === undefined) parent.runner?.onChild(order)
  }

  private close(parent: TrackedParent, state: ParentState): void {
    const { clock, journal, outbox } = this.options
    parent.state = state
    parent.doneAt = clock.now()
    this.open = this.open.filter((other) => other !== parent)
    const { instrument, parentOrderId, cumQty } = parent
    journal.record(
      recordKind.parentEnd,
      clock.now(),
      instrument,
      0,
      parentOrderId,
      cumQty,
      parentStateCode(state),
    )
    outbox.push({ kind: 'parent', parent })
  }

  private contextOf(parent: TrackedParent, market: MarketView): AlgoContext {
    const { clock, timers, random, children } = this.options
    return {
      parent,
      market,
      now: (): TimeUs => clock.now(),
      unsentQty: (): QtyLots => qtyLots(Math.max(0, parent.unsentQty)),
      hasWorkingChildren: (): boolean => parent.workingChildren > 0,
      submit: (child): ClientOrderId => children.submit(requestOf(parent, child), parent.parentOrderId),
      cancelChildren: (): void => children.cancelChildren(parent, 'canceled-by-algo'),
      amendChild: (id, price): void => children.amend(id, price),
      isAmending: (id): boolean => children.isAmending(id),
      setTimer: (at, fire): TimerId => timers.set(at, fire),
      cancelTimer: (id): void => timers.cancel(id),
      random: (name): Prng => random(`parent-${parent.parentOrderId}/${name}`),
      finish: (reason): void => this.end(parent, reason),
    }
  }
}

function requestOf({ instrument, side }: TrackedParent, child: ChildRequest): OrderRequest {
  const { qty, price, timeInForce, postOnly, timeout } = child
  if (price === undefined) {
    return timeout === undefined
      ? { instrument, side, qty, type: 'market' }
      : { instrument, side, qty, type: 'market', timeout }
  }
  const limit = {
    type: 'limit',
    price,
    timeInForce: timeInForce ?? 'gtc',
    postOnly: postOnly ?? false,
  } as const
  return { instrument, side, qty, ...limit, ...(timeout === undefined ? {} : { timeout }) }
}

/** Why the children of a parent that ends are canceled. */
function childReason(reason: EndReason): ReasonCode {
  return reason === 'schedule-over' || reason === 'children-refused' ? 'canceled-by-algo' : reason
}
