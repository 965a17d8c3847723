/**
 * What every simulated market shares: the orders by id, the two ladders, and how a fill, an expiry or a cancel is
 * booked and reported. The invariants of VENUE.md that concern one order are asserted here, in every run.
 */
import { InvariantError } from '../../core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../core/units.ts'
import type { CancelCommand, Liquidity, SubmitCommand } from '../../model/execution-report.ts'
import type { ReasonCode, Side } from '../../model/order.ts'
import type { ReportPipe } from './report-pipe.ts'
import { OrderLadder, type RestingOrder } from './resting-orders.ts'

export class OrderDesk {
  readonly bids = new OrderLadder('buy')
  readonly asks = new OrderLadder('sell')
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

  /** Takes a resting order out; the caller reports why. */
  remove(order: RestingOrder): void {
    this.byId[order.clientOrderId] = undefined
    this.ladder(order.side).remove(order)
  }

  /** A cancel that has arrived. True when an order was canceled. */
  cancel(command: CancelCommand, at: number): boolean {
    const order = this.find(command.clientOrderId)
    if (order === undefined) {
      this.refuse('cancel-rejected', command.clientOrderId, at)
      return false
    }
    this.remove(order)
    this.end('canceled', order, command.reason ?? 'canceled-by-strategy', at)
    return true
  }

  /** Books a fill of a resting order at its own price; takes it out when it is whole. */
  fillMaker(order: RestingOrder, lots: number, at: number): void {
    if (at <= order.arrivedAt) {
      throw new InvariantError(
        `order ${order.clientOrderId} filled at ${at}, not after it arrived at ${order.arrivedAt}`,
      )
    }
    this.fill({ order, tick: order.tick, lots, liquidity: 'maker', at })
    if (order.leaves === 0) this.remove(order)
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
        `${liquidity} fill of ${lots} lots at ${tick} ticks at ${at}, but the order is ${JSON.stringify(order)}`,
      )
    }
    order.cumQty += lots
    this.pipe.push({
      kind: 'fill',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      tradeId: ++this.lastTradeId,
      lastPrice: priceTicks(tick),
      lastQty: qtyLots(lots),
      liquidity,
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

  amended(order: RestingOrder, at: number): void {
    this.pipe.push({
      kind: 'amended',
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      price: priceTicks(order.tick),
      qty: qtyLots(order.qty),
    })
  }

  end(kind: 'canceled' | 'expired', order: RestingOrder, reason: ReasonCode, at: number): void {
    this.pipe.push({
      kind,
      clientOrderId: order.clientOrderId,
      instrument: this.instrument,
      exchangeTime: timeUs(at),
      cumQty: qtyLots(order.cumQty),
      reason,
    })
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
