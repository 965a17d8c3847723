/**
 * What every simulated market shares: the orders by id, the two ladders, and how a fill, an expiry or a cancel is
 * booked and reported. The invariants of VENUE.md that concern one order are asserted here, in every run.
 */
import { InvariantError, unreachable } from '../../core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../core/units.ts'
import type { VenueReport } from '../../model/account-report.ts'
import type { CancelCommand, Liquidity, SubmitCommand } from '../../model/execution-report.ts'
import type { ReasonCode, Side } from '../../model/order.ts'
import type { ReportPipe } from './report-pipe.ts'
import { OrderLadder, type RestingOrder } from './resting-orders.ts'
import { TriggerBook } from './trigger-book.ts'

/** Told what happened to an order, after it was reported: what depends on it follows at once. */
export interface OrderObserver {
  onFilled(order: RestingOrder, lots: number, at: number): void
  /** Filled (without a reason), canceled or expired. */
  onOver(order: RestingOrder, at: number, reason?: ReasonCode): void
}

export class OrderDesk {
  readonly bids = new OrderLadder('buy')
  readonly asks = new OrderLadder('sell')
  readonly triggers = new TriggerBook()
  /** Undefined: no order depends on another. */
  observer: OrderObserver | undefined
  private readonly instrument: number
  private readonly pipe: ReportPipe
  /** By client order id; an order leaves the table when it is over. */
  private readonly byId: (RestingOrder | undefined)[] = []
  private lastTradeId = 0

  constructor(instrument: number, pipe: ReportPipe) {
    this.instrument = instrument
    this.pipe = pipe
  }

  get isEmpty(): boolean {
    return this.bids.orders.length === 0 && this.asks.orders.length === 0
  }

  ladder(side: Side): OrderLadder {
    return side === 'buy' ? this.bids : this.asks
  }

  find(clientOrderId: number): RestingOrder | undefined {
    return this.byId[clientOrderId]
  }

  rest(order: RestingOrder): void {
    this.byId[order.clientOrderId] = order
    this.ladder(order.side).insert(order)
  }

  /** An order that is live without resting: it can be found by its id. */
  keep(order: RestingOrder): void {
    this.byId[order.clientOrderId] = order
  }

  /** Takes a live order out of wherever it is; the caller reports why, or puts it elsewhere. */
  remove(order: RestingOrder): void {
    this.byId[order.clientOrderId] = undefined
    const { place } = order
    order.place = 'new'
    switch (place) {
      case 'ladder':
        return this.ladder(order.side).remove(order)
      case 'waiting':
        return this.triggers.remove(order)
      case 'new':
      case 'dormant':
      case 'due':
      case 'taking':
      case 'over':
        return
      default:
        unreachable(place)
    }
  }

  /** A cancel that has arrived. True when an order was canceled. */
  cancel(command: CancelCommand, at: number): boolean {
    const order = this.find(command.clientOrderId)
    if (order === undefined) {
      this.refuse('cancel-rejected', command.clientOrderId, at)
      return false
    }
    this.end('canceled', order, command.reason ?? 'canceled-by-strategy', at)
    return true
  }

  /** The venue takes every order out, wherever it is, in the order in which we numbered them. */
  cancelAll(reason: ReasonCode, at: number): void {
    // One that is over because of another has left the table before its turn comes.
    for (let id = 0; id < this.byId.length; id++) {
      const order = this.byId[id]
      if (order !== undefined) this.end('canceled', order, reason, at)
    }
  }

  /** Signed lots of ours in the venue's account, where that is not the sum of our fills; undefined where it is. */
  get heldLots(): number | undefined {
    return this.pipe.qtyOf?.(this.instrument)
  }

  /** Unique in this market. */
  takeTradeId(): number {
    return ++this.lastTradeId
  }

  /** Books a fill of a resting order at its own price; takes it out when it is whole. */
  fillMaker(order: RestingOrder, lots: number, at: number): void {
    if (at <= order.arrivedAt) {
      throw new InvariantError(
        `order ${order.clientOrderId} filled at ${at}, not after it arrived at ${order.arrivedAt}`,
      )
    }
    this.fill({ order, tick: order.tick, lots, liquidity: 'maker', at })
  }

  fill(options: {
    readonly order: RestingOrder
    readonly tick: number
    readonly lots: number
    readonly liquidity: Liquidity
    readonly at: number
  }): void {
    const { order, tick, lots, liquidity, at } = options
    const isWithinLimit = order.tick === 0 || (order.side === 'buy' ? tick <= order.tick : tick >= order.tick)
    const isSound = lots > 0 && lots <= order.leaves && tick > 0 && isWithinLimit && at >= order.arrivedAt
    if (!isSound || (order.postOnly && liquidity === 'taker')) {
      throw new InvariantError(
        `${liquidity} fill of ${lots} lots at ${tick} ticks at ${at}, but this is ${order.toString()}`,
      )
    }
    order.cumQty += lots
    const tradeId = this.takeTradeId()
    const sent = this.pipe.push({
      kind: 'fill',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      tradeId,
      lastPrice: priceTicks(tick),
      lastQty: qtyLots(lots),
      liquidity,
    })
    if (this.pipe.onFill !== undefined) this.book(sent, order.side)
    if (order.leaves === 0) {
      this.remove(order)
      order.place = 'over'
    }
    this.observer?.onFilled(order, lots, at)
    if (order.leaves === 0) this.observer?.onOver(order, at)
  }

  /** In the venue's account of ours. Impact may have moved the price: what is reported is what counts. */
  private book(report: VenueReport, side: Side): void {
    if (report.kind !== 'fill') return
    const { instrument, lastPrice, lastQty, liquidity, tradeId, exchangeTime } = report
    this.pipe.onFill?.({
      instrument,
      side,
      liquidity,
      tradeId,
      tick: lastPrice,
      lots: lastQty,
      at: exchangeTime,
    })
  }

  accept(order: RestingOrder, at: number): void {
    this.pipe.push({
      kind: 'accepted',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
    })
  }

  triggered(order: RestingOrder, at: number): void {
    this.pipe.push({
      kind: 'triggered',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
    })
  }

  /** The venue changes the total quantity by itself; an order of which nothing is left is canceled instead. */
  restate(order: RestingOrder, qty: number, reason: ReasonCode, at: number): void {
    if (qty <= order.cumQty) {
      this.end('canceled', order, reason, at)
      return
    }
    order.qty = qty
    this.pipe.push({
      kind: 'restated',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      qty: qtyLots(qty),
      reason,
    })
  }

  amended(order: RestingOrder, at: number): void {
    this.pipe.push({
      kind: 'amended',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      price: order.tick === 0 ? undefined : priceTicks(order.tick),
      qty: qtyLots(order.qty),
      ...(order.place === 'waiting' && order.triggerTick > 0
        ? { triggerPrice: priceTicks(order.triggerTick) }
        : {}),
    })
  }

  /** A live order is over without being whole, wherever it is. */
  end(kind: 'canceled' | 'expired', order: RestingOrder, reason: ReasonCode, at: number): void {
    this.remove(order)
    order.place = 'over'
    this.pipe.push({
      kind,
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      reason,
    })
    this.observer?.onOver(order, at, reason)
  }

  reject(command: SubmitCommand, reason: ReasonCode, at: number): void {
    this.pipe.push({
      kind: 'rejected',
      clientOrderId: command.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(0),
      reason,
    })
  }

  /** A cancel or an amend that changes nothing. */
  refuse(
    kind: 'cancel-rejected' | 'amend-rejected',
    clientOrderId: number,
    at: number,
    reason: ReasonCode = 'unknown-order',
  ): void {
    const cumQty = qtyLots(this.find(clientOrderId)?.cumQty ?? 0)
    this.pipe.push({
      kind,
      clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty,
      reason,
    })
  }
}
