/**
 * Matching when the tape has no book: prints only, or bars (whose four points count as prints). VENUE.md A4.
 *
 * - Every print offers its quantity once, to all our orders together.
 * - A resting order fills at its own price when a print is strictly beyond it; a print at its price fills nothing,
 *   because the queue is not known.
 * - What would take (market orders, limits at or beyond the last print plus the spread) fills against the prints after
 *   its arrival, at the print plus the stated spread against us. IOC and FOK see the first print only.
 */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { FlatBook } from '../../book/flat-book.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import type { Side } from '../../model/order.ts'
import { kindMask, type PackedTape, packedKind } from '../../model/packed.ts'
import type { MatchingMarket } from './matching-market.ts'
import { OrderDesk } from './order-desk.ts'
import type { ReportPipe } from './report-pipe.ts'
import { RestingOrder } from './resting-orders.ts'

export interface PrintMarketOptions {
  readonly index: number
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  readonly pipe: ReportPipe
  /** Ticks a taker pays on top of the print, ≥ 0. */
  readonly spreadTicks: number
}

/** An order that takes from the prints to come. */
interface Taker {
  readonly order: RestingOrder
  /** Undefined for a market order. */
  readonly limit: number | undefined
  /** What happens after a print: wait for more, rest at the limit once it would not take any more, or expire. */
  readonly after: 'wait' | 'rest' | 'expire'
  readonly wantsAll: boolean
}

export class PrintMarket implements MatchingMarket {
  private readonly instrument: Instrument
  private readonly pipe: ReportPipe
  private readonly spreadTicks: number
  private readonly cursor: ColumnCursor
  private readonly desk: OrderDesk
  /** Keeps the last print; it has no levels here. */
  private readonly book = new FlatBook()
  private takers: Taker[] = []

  constructor(options: PrintMarketOptions) {
    this.instrument = options.instrument
    this.pipe = options.pipe
    this.spreadTicks = options.spreadTicks
    this.cursor = new ColumnCursor(options.tapes, 'exchange')
    this.desk = new OrderDesk(options.index, options.pipe)
    this.book.rebase(this.cursor.batch.baseTick)
  }

  get nextTime(): number {
    return this.cursor.nextTime
  }

  get isWatching(): boolean {
    return this.takers.length > 0 || !this.desk.isEmpty
  }

  get referenceTimes2(): number | undefined {
    return this.book.lastTick === undefined ? undefined : 2 * this.book.lastTick
  }

  close(): void {
    this.cursor.close()
    this.book.close()
  }

  advance(until: number): void {
    const { cursor } = this
    if (!this.isWatching) {
      this.passOver(until)
      return
    }
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, row } = cursor
      this.applyRow(i32At(batch.code, row), f64At(batch.qty, row), f64At(cursor.time, row))
      stop = Math.min(stop, this.pipe.nextDue)
      if (cursor.moveTo(row + 1)) this.book.rebase(cursor.batch.baseTick)
    }
  }

  /** With no order of ours, of all the rows up to then only the last print leaves a trace. */
  private passOver(until: number): void {
    const { cursor } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const end = cursor.rowAfter(until)
      let row = end - 1
      while (row >= cursor.row && !isPrint(i32At(batch.code, row))) row--
      if (row >= cursor.row) this.book.applyRow(i32At(batch.code, row), f64At(batch.qty, row))
      if (cursor.moveTo(end)) this.book.rebase(cursor.batch.baseTick)
    }
  }

  submit(command: SubmitCommand, at: number): void {
    const { price } = command
    const { lastTick } = this.book
    const reference = price ?? lastTick
    if (reference !== undefined && this.isBelowMinNotional(reference, command.qty)) {
      this.desk.reject(command, 'below-min-notional', at)
      return
    }
    const isMarketable =
      price === undefined || (lastTick !== undefined && this.takesAt(command.side, lastTick, price))
    if (command.postOnly && isMarketable) {
      this.desk.reject(command, 'post-only-would-take', at)
      return
    }
    const order = new RestingOrder(command, price ?? 0, 0, at)
    this.desk.accept(order, at)
    if (price !== undefined && command.timeInForce !== 'gtc' && !isMarketable) {
      this.desk.end('expired', order, 'not-marketable', at)
    } else if (isMarketable) {
      const after =
        command.timeInForce !== 'gtc' && price !== undefined
          ? 'expire'
          : price === undefined
            ? 'wait'
            : 'rest'
      this.takers.push({ order, limit: price, after, wantsAll: command.timeInForce === 'fok' })
    } else this.desk.rest(order)
  }

  cancel(command: CancelCommand, at: number): void {
    const taker = this.takers.find(({ order }) => order.clientOrderId === command.clientOrderId)
    if (taker === undefined) {
      this.desk.cancel(command, at)
      return
    }
    this.takers = this.takers.filter((other) => other !== taker)
    this.desk.end('canceled', taker.order, command.reason ?? 'canceled-by-strategy', at)
  }

  amend(command: AmendCommand, at: number): void {
    const order = this.desk.find(command.clientOrderId)
    const { lastTick } = this.book
    if (order === undefined) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at)
      return
    }
    const isMarketable = lastTick !== undefined && this.takesAt(order.side, lastTick, command.price)
    if (isMarketable && order.postOnly && command.price !== order.tick) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, 'post-only-would-take')
      return
    }
    this.desk.remove(order)
    if (command.qty <= order.cumQty) {
      this.desk.end('canceled', order, 'amended-below-filled', at)
      return
    }
    if (command.price !== order.tick || command.qty > order.qty) order.arrivedAt = at
    order.tick = command.price
    order.qty = command.qty
    this.desk.amended(order, at)
    if (isMarketable && !order.postOnly)
      this.takers.push({ order, limit: command.price, after: 'rest', wantsAll: false })
    else this.desk.rest(order)
  }

  private isBelowMinNotional(tick: number, lots: number): boolean {
    const { instrument } = this
    return tick * lots * instrument.quantaPerTickLot < instrument.minNotionalQuanta
  }

  private applyRow(code: number, lots: number, at: number): void {
    this.book.applyRow(code, lots)
    if (!isPrint(code) || !this.isWatching) return
    const tick = this.book.lastTick
    if (tick !== undefined) this.match(tick, lots, at)
  }

  private match(tick: number, lots: number, at: number): void {
    let left = lots
    for (const side of ['buy', 'sell'] as const) {
      const ladder = this.desk.ladder(side)
      for (
        let best = ladder.best;
        left > 0 && best !== undefined && ladder.isBetter(best.tick, tick);
        best = ladder.best
      ) {
        const filled = Math.min(best.leaves, left)
        left -= filled
        this.desk.fillMaker(best, filled, at)
      }
    }
    if (this.takers.length > 0) this.serveTakers(tick, left, at)
  }

  private serveTakers(tick: number, lots: number, at: number): void {
    let left = lots
    const waiting: Taker[] = []
    for (const taker of this.takers) {
      const { order, limit } = taker
      const price = this.takerPrice(order.side, tick)
      const isPossible = price > 0 && (limit === undefined || this.takesAt(order.side, tick, limit))
      const filled =
        isPossible && (!taker.wantsAll || left >= order.leaves) ? Math.min(order.leaves, left) : 0
      if (filled > 0) {
        left -= filled
        this.desk.fill({ order, tick: price, lots: filled, liquidity: 'taker', at })
      }
      if (order.leaves === 0) continue
      if (taker.after === 'wait' || (taker.after === 'rest' && isPossible)) waiting.push(taker)
      else if (taker.after === 'rest') this.desk.rest(order)
      else this.desk.end('expired', order, taker.wantsAll ? 'fok-not-fillable' : 'ioc-remainder', at)
    }
    this.takers = waiting
  }

  private takerPrice(side: Side, tick: number): number {
    return side === 'buy' ? tick + this.spreadTicks : tick - this.spreadTicks
  }

  /** True when a taker with this limit would trade against a print at `tick`. */
  private takesAt(side: Side, tick: number, limit: number): boolean {
    const price = this.takerPrice(side, tick)
    return side === 'buy' ? price <= limit : price >= limit
  }
}

/** A tape without a book has no far rows: see the packer. */
function isPrint(code: number): boolean {
  const kind = code & kindMask
  return kind === packedKind.trade || (kind >= packedKind.barOpen && kind <= packedKind.barClose)
}
