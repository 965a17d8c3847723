/**
 * Matching as hftbacktest 2.4.4 does it, defect for defect, so that results can be compared fill by fill: VENUE.md B.
 * What it takes on trust, and the honest profile does not: the book is never reduced by our taking, a quote that
 * reaches a resting order fills it whole whatever its size, and orders of ours see each other's trades.
 */
import { ColumnCursor } from '../../../book/column-cursor.ts'
import { parseDecimal } from '../../../core/decimal.ts'
import { f64At, i32At } from '../../../core/typed-array.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../../model/execution-report.ts'
import type { Instrument } from '../../../model/instrument.ts'
import { oppositeOf, type ReasonCode, type Side, type TimeInForce } from '../../../model/order.ts'
import { kindMask, type PackedTape, packedKind, sideBit, tickOf } from '../../../model/packed.ts'
import type { LiquidationOrder, MatchingMarket } from '../matching-market.ts'
import { OrderDesk } from '../order-desk.ts'
import { type BehindProbability, parseQueueModel } from '../queue-model.ts'
import type { ReportPipe } from '../report-pipe.ts'
import { type OrderLadder, RestingOrder } from '../resting-orders.ts'
import { NewestWinsBook } from './newest-wins-book.ts'
import { applyDepth, applyTrade, takeExcessLots } from './queue-estimate.ts'
import { isWithin, marketTicks, takeDisplayed } from './take-displayed.ts'

/** `nopartial`: an order fills whole or not at all. `partial`: by what the book shows and what is traded. */
export type ExchangeKind = 'nopartial' | 'partial'

export interface HftbacktestMarketOptions {
  readonly index: number
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  /** As for `createQueueModel`. */
  readonly queue: string
  readonly exchange: ExchangeKind
  readonly pipe: ReportPipe
}

export class HftbacktestMarket implements MatchingMarket {
  private readonly instrument: Instrument
  private readonly pipe: ReportPipe
  private readonly exchange: ExchangeKind
  private readonly probability: BehindProbability | undefined
  private readonly cursor: ColumnCursor
  private readonly book = new NewestWinsBook()
  private readonly desk: OrderDesk
  private readonly quantityOf: (lots: number) => number
  /** Of the row to come. */
  private farTick = 0
  /** Of the last print. */
  private lastTick: number | undefined

  constructor(options: HftbacktestMarketOptions) {
    this.instrument = options.instrument
    this.pipe = options.pipe
    this.exchange = options.exchange
    this.probability = parseQueueModel(options.queue)
    this.quantityOf = createQuantityOf(options.instrument.spec.lotSize)
    this.cursor = new ColumnCursor(options.tapes, 'exchange')
    this.desk = new OrderDesk(options.index, options.pipe)
  }

  get nextTime(): number {
    return this.cursor.nextTime
  }

  get isWatching(): boolean {
    return !this.desk.isEmpty
  }

  get referenceTimes2(): number | undefined {
    const bid = this.book.best('buy')
    const ask = this.book.best('sell')
    if (bid !== undefined && ask !== undefined) return bid + ask
    return this.lastTick === undefined ? undefined : 2 * this.lastTick
  }

  close(): void {
    this.cursor.close()
  }

  advance(until: number): void {
    const { cursor } = this
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, row, time } = cursor
      this.applyRow(i32At(batch.code, row), batch.baseTick, f64At(batch.qty, row), f64At(time, row))
      stop = Math.min(stop, this.pipe.nextStop)
      cursor.moveTo(row + 1)
    }
  }

  submit(command: SubmitCommand, at: number): void {
    // The tool knows market and limit orders, and no reduce-only.
    if (command.terms !== undefined) {
      this.desk.reject(command, 'not-supported', at)
      return
    }
    const order = new RestingOrder(command, command.price ?? 0, 0, at)
    this.desk.accept(order, at)
    this.enter(order, command.timeInForce, at)
  }

  /** No order is linked with another here. */
  refused(): void {}

  cancel(command: CancelCommand, at: number): void {
    this.desk.cancel(command, at)
  }

  cancelAll(reason: ReasonCode, at: number): void {
    this.desk.cancelAll(reason, at)
  }

  takeTradeId(): number {
    return this.desk.takeTradeId()
  }

  /** The tool liquidates nobody; here it takes as a market order of its exchange model `partial` does. */
  liquidate({ side, lots, limit, onTrade }: LiquidationOrder): number {
    const other = oppositeOf(side)
    const best = this.book.best(other)
    if (best === undefined) return lots
    const away = side === 'buy' ? 1 : -1
    let left = lots
    for (let step = 0; left > 0 && step < marketTicks; step++) {
      const tick = best + away * step
      if (!isWithin(side, tick, limit)) break
      const filled = Math.min(left, this.book.qtyAt(other, tick))
      if (filled > 0) onTrade(tick, filled, this.desk.takeTradeId())
      left -= filled
    }
    return left
  }

  /**
   * `command.qty` is the new remaining quantity here, as in the tool; without one it stays. An amend that loses its place keeps the remaining
   * quantity that the order had; the report says so.
   */
  amend(command: AmendCommand, at: number): void {
    const order = this.desk.find(command.clientOrderId)
    const qty = command.qty ?? order?.leaves ?? 0
    if (order === undefined || command.price === undefined) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at)
    } else if (command.price === order.tick && qty <= order.leaves) {
      order.qty = order.cumQty + qty
      this.desk.amended(order, at)
    } else {
      this.desk.remove(order)
      order.tick = command.price
      order.arrivedAt = at
      this.desk.amended(order, at)
      // Only such orders rest.
      this.enter(order, 'gtc', at)
    }
  }

  /** VENUE.md B4. */
  private enter(order: RestingOrder, timeInForce: TimeInForce, at: number): void {
    const { side, tick } = order
    const best = this.book.best(oppositeOf(side))
    const isMarket = tick === 0
    const isMarketable = best !== undefined && (isMarket || isWithin(side, best, tick))
    if (isMarketable) {
      if (order.postOnly) this.desk.end('expired', order, 'post-only-would-take', at)
      else this.take(order, best, timeInForce, at)
    } else if (isMarket) this.desk.end('expired', order, 'no-liquidity', at)
    else if (timeInForce !== 'gtc') this.desk.end('expired', order, 'not-marketable', at)
    else {
      order.ahead = this.quantityOf(this.book.qtyAt(side, tick))
      order.tradedSinceUpdate = 0
      this.desk.rest(order)
    }
  }

  private take(order: RestingOrder, best: number, timeInForce: TimeInForce, at: number): void {
    const { desk } = this
    if (this.exchange === 'nopartial') {
      // All at the best price, though less may be displayed there.
      desk.fill({ order, tick: best, lots: order.leaves, liquidity: 'taker', at })
    } else takeDisplayed({ order, best, timeInForce, book: this.book, desk, at })
  }

  private applyRow(code: number, baseTick: number, lots: number, at: number): void {
    const side = (code & sideBit) === 0 ? 'buy' : 'sell'
    switch (code & kindMask) {
      case packedKind.depth:
        return this.applyLevel(side, tickOf(code, baseTick), lots, at)
      case packedKind.farDepth:
        return this.applyLevel(side, this.farTick, lots, at)
      case packedKind.trade:
        return this.applyPrint(side, tickOf(code, baseTick), lots, at)
      case packedKind.farTrade:
        return this.applyPrint(side, this.farTick, lots, at)
      case packedKind.farTick:
        this.farTick = lots
        return
      case packedKind.clear:
        this.book.clear('buy')
        this.book.clear('sell')
        return
      case packedKind.clearSide:
        this.book.clear(side, lots === 0 ? undefined : lots)
        return
      default:
      // The time passes.
    }
  }

  private applyLevel(side: Side, tick: number, lots: number, at: number): void {
    const { book, desk, probability } = this
    const previous = book.qtyAt(side, tick)
    const previousBest = book.best(side)
    const isBestBetter = book.set(side, tick, lots)
    for (const order of ordersAt(desk.ladder(side), tick)) {
      applyDepth(order, this.quantityOf(previous), this.quantityOf(lots), probability)
    }
    if (!isBestBetter) return
    // All that the new best price reaches is filled, whatever its size.
    for (const order of this.reached(oppositeOf(side), tick, previousBest)) {
      desk.fillMaker(order, order.leaves, at)
    }
  }

  private applyPrint(aggressor: Side, tick: number, lots: number, at: number): void {
    const { book, desk } = this
    this.lastTick = tick
    for (const order of this.reached(oppositeOf(aggressor), tick, book.best(aggressor))) {
      if (order.tick === tick) this.fillFromQueue(order, lots, at)
      else desk.fillMaker(order, order.leaves, at)
    }
  }

  /**
   * Own orders at `tick` or better. Those at or beyond `bound`, the best price of the other side, are passed over, unless
   * it is more ticks away than there are orders: the tool then goes over the orders instead of the ticks. It matters
   * only after a clear has brought back a level that had been crossed.
   */
  private reached(side: Side, tick: number, bound: number | undefined): readonly RestingOrder[] {
    const { bids, asks } = this.desk
    const { orders, best } = this.desk.ladder(side)
    const sign = side === 'buy' ? 1 : -1
    if (best === undefined || (best.tick - tick) * sign < 0) return none
    const count = bids.orders.length + asks.orders.length
    const isBounded = bound !== undefined && count >= (bound - tick) * sign
    return orders.filter(
      (order) => (order.tick - tick) * sign >= 0 && !(isBounded && (bound - order.tick) * sign <= 0),
    )
  }

  private fillFromQueue(order: RestingOrder, lots: number, at: number): void {
    applyTrade(order, this.quantityOf(lots))
    const excess = takeExcessLots(order, this.instrument.lotSize)
    if (excess === 0) return
    const filled = this.exchange === 'nopartial' ? order.leaves : Math.min(excess, order.leaves)
    this.desk.fillMaker(order, filled, at)
  }
}

const none: readonly RestingOrder[] = []

/** Own orders at one price; a copy, because those that fill leave the ladder. */
function ordersAt({ orders }: OrderLadder, tick: number): readonly RestingOrder[] {
  return orders.length === 0 ? orders : orders.filter((order) => order.tick === tick)
}

/** Lots → the double nearest to the quantity, which is what a file of decimals gives. */
function createQuantityOf(lotSize: string): (lots: number) => number {
  const decimal = parseDecimal(lotSize)
  const scale = Number(`1e${decimal.decimalPlaces()}`)
  const mantissa = decimal.times(scale).toNumber()
  // One correctly rounded operation on two exact integers.
  return (lots) => (lots * mantissa) / scale
}
