/**
 * Matching when the tape has no book: prints only, or bars (whose four points count as prints). VENUE.md A4.
 *
 * - Every print offers its quantity once, to all our orders together.
 * - A resting order fills at its own price when a print is strictly beyond it; a print at its price fills nothing,
 *   because the queue is not known.
 * - Between two points of a bar every price is passed: a stop that one of them triggers takes at its trigger price (at
 *   the open, where that is beyond it already), from the quantity of that point. On prints it takes from the next one.
 * - What would take (market orders, limits at or beyond the last print plus the spread) fills against the prints after
 *   its arrival, at the print plus the stated spread against us. IOC and FOK see the first print only.
 */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { MarkCursor } from '../../book/mark-cursor.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import {
  oppositeOf,
  type ReasonCode,
  type SelfTradePrevention,
  type Side,
  signOf,
} from '../../model/order.ts'
import { isNearPrint, kindMask, type PackedTape, packedKind, tickOf } from '../../model/packed.ts'
import { type BarPath, BarWalk } from './bar-walk.ts'
import { isWithin } from './book-taking.ts'
import { ContingentOrders, type OrderMatcher } from './contingent-orders.ts'
import type { LiquidationOrder, MatchingMarket } from './matching-market.ts'
import { OrderDesk } from './order-desk.ts'
import type { ReportPipe } from './report-pipe.ts'
import { RestingOrder } from './resting-orders.ts'
import { preventSelfTrade } from './self-trade.ts'

export interface PrintMarketOptions {
  readonly index: number
  readonly instrument: Instrument
  readonly tapes: readonly PackedTape[]
  readonly pipe: ReportPipe
  /** Ticks a taker pays on top of the print, ≥ 0. */
  readonly spreadTicks: number
  /** Of orders that do not name a mode; undefined: our orders do not see each other. */
  readonly selfTradePrevention?: SelfTradePrevention | undefined
  /** Default: nearer. */
  readonly barPath?: BarPath | undefined
  /** Of each bar in which the order of its extremes decides something; exchange time in microseconds. */
  readonly onAmbiguousBar?: ((at: number) => void) | undefined
}

/** What a bar point reached on the way to it. */
interface Reached {
  readonly at: number
  readonly orders: readonly RestingOrder[]
  /** Tick of an open, which nothing leads up to. */
  readonly open: number | undefined
  /** Lots of the point that nobody has taken. */
  lots: number
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

export class PrintMarket implements MatchingMarket, OrderMatcher {
  private readonly instrument: Instrument
  private readonly pipe: ReportPipe
  private readonly spreadTicks: number
  private readonly cursor: ColumnCursor
  private readonly desk: OrderDesk
  private readonly contingent: ContingentOrders
  private readonly selfTrade: SelfTradePrevention | undefined
  /** Tick of the last print or bar point; undefined before the first. */
  private lastTick: number | undefined
  private takers: Taker[] = []
  /** Undefined where the tape has no bars. */
  private readonly walk: BarWalk | undefined
  private readonly isTapeOrder: boolean
  private reached: Reached | undefined

  constructor(options: PrintMarketOptions) {
    this.instrument = options.instrument
    this.pipe = options.pipe
    this.spreadTicks = options.spreadTicks
    this.cursor = new ColumnCursor(options.tapes, 'exchange')
    this.desk = new OrderDesk(options.index, options.pipe)
    this.contingent = new ContingentOrders(this.desk, this, MarkCursor.open(options.tapes, 'exchange'))
    this.selfTrade = options.selfTradePrevention
    const { barPath: path = 'nearer', onAmbiguousBar: onAmbiguous } = options
    this.isTapeOrder = path === 'nearer'
    const priceSeen = (order: RestingOrder, tick: number) => this.priceSeen(order, tick)
    this.walk =
      options.tapes[0]?.level === 'bars'
        ? new BarWalk({ path, desk: this.desk, priceSeen, onAmbiguous })
        : undefined
  }

  get nextTime(): number {
    return Math.min(this.cursor.nextTime, this.contingent.nextTime)
  }

  get isWatching(): boolean {
    return this.takers.length > 0 || !this.desk.isEmpty || this.contingent.isWaiting
  }

  get referenceTimes2(): number | undefined {
    return this.lastTick === undefined ? undefined : 2 * this.lastTick
  }

  close(): void {
    this.cursor.close()
    this.contingent.close()
  }

  advance(until: number): void {
    const { contingent, pipe } = this
    for (;;) {
      this.advanceRows(Math.min(until, pipe.nextStop, contingent.nextTime))
      const next = contingent.nextTime
      if (next > until || next > pipe.nextStop) return
      contingent.act(next)
    }
  }

  private advanceRows(until: number): void {
    const { cursor, walk } = this
    if (!this.isWatching && this.isTapeOrder) {
      this.passOver(until)
      return
    }
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, row } = cursor
      const at = f64At(cursor.time, row)
      const shown = walk === undefined ? row : walk.rowFor(batch, row, at)
      const code = i32At(batch.code, shown)
      if (isNearPrint(code)) this.applyPrint(code, tickOf(code, batch.baseTick), f64At(batch.qty, shown), at)
      stop = Math.min(stop, this.pipe.nextStop, this.contingent.nextTime)
      cursor.moveTo(row + 1)
    }
  }

  /** With no order of ours, of all the rows up to then only the last print leaves a trace. */
  private passOver(until: number): void {
    const { cursor } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const end = cursor.rowAfter(until)
      let row = end - 1
      while (row >= cursor.row && !isNearPrint(i32At(batch.code, row))) row--
      if (row >= cursor.row) this.lastTick = tickOf(i32At(batch.code, row), batch.baseTick)
      cursor.moveTo(end)
    }
  }

  submit(command: SubmitCommand, at: number): void {
    const order = new RestingOrder(command, command.price ?? 0, 0, at)
    const reason = this.refusal(order, at)
    if (reason !== undefined) {
      this.desk.reject(command, reason, at)
      this.endLinked(order, at)
      return
    }
    this.desk.accept(order, at)
    if (this.contingent.admit(order, at, command.ocoFilled)) this.enter(order, at)
    this.contingent.act(at)
  }

  refused(command: SubmitCommand, at: number): void {
    this.endLinked(new RestingOrder(command, command.price ?? 0, 0, at), at)
  }

  cancel(command: CancelCommand, at: number): void {
    if (!this.desk.cancel(command, at)) return
    this.dropTakers()
    this.contingent.act(at)
  }

  amend(command: AmendCommand, at: number): void {
    const order = this.desk.find(command.clientOrderId)
    const reason = order === undefined ? 'unknown-order' : this.amendRefusal(order, command)
    if (order === undefined || reason !== undefined) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, reason)
      return
    }
    if (!this.contingent.amend(order, command, at)) this.change(order, command, at)
    this.dropTakers()
    this.contingent.act(at)
  }

  /** Prints are all there is to see: the touch is the last print, with the spread against the taker. */
  triggerPrice(order: RestingOrder): number | undefined {
    const { lastTick } = this
    return lastTick === undefined ? undefined : this.priceSeen(order, lastTick)
  }

  private priceSeen(order: RestingOrder, tick: number): number {
    return this.desk.triggers.sourceOf(order) === 'last' ? tick : this.takerPrice(order.side, tick)
  }

  enter(order: RestingOrder, at: number): void {
    const passed = this.passedTick(order, at)
    const isMarketable = this.isMarketable(order, order.limit, passed ?? this.lastTick)
    if (order.postOnly && (isMarketable || this.ownMet(order, order.limit) !== undefined)) {
      this.desk.end('expired', order, 'post-only-would-take', at)
      return
    }
    if (!this.contingent.cutToPosition(order, at)) return
    this.meetOwn(order, order.limit ?? this.expectedPrice(order.side), at)
    if (order.place === 'over') return
    if (isMarketable) this.startTaking(order, passed, at)
    else if (order.canRest) this.desk.rest(order)
    else this.desk.end('expired', order, 'not-marketable', at)
  }

  private startTaking(order: RestingOrder, passed: number | undefined, at: number): void {
    const { limit, timeInForce } = order
    const after = limit === undefined ? 'wait' : order.canRest ? 'rest' : 'expire'
    order.place = 'taking'
    this.desk.keep(order)
    const taker = { order, limit, after, wantsAll: timeInForce === 'fok' } as const
    const { reached } = this
    if (passed === undefined || reached === undefined) this.takers.push(taker)
    else {
      const others = this.takers
      this.takers = [taker]
      reached.lots = this.serveTakers(passed, reached.lots, at)
      this.takers = [...others, ...this.takers]
    }
  }

  /** The price between two points of a bar at which an order was triggered, as a print; undefined for any other order. */
  private passedTick(order: RestingOrder, at: number): number | undefined {
    const { reached } = this
    if (reached?.at !== at || !reached.orders.includes(order)) return undefined
    if (reached.open !== undefined) return reached.open
    const { triggerTick } = order
    return triggerTick - (this.priceSeen(order, triggerTick) - triggerTick)
  }

  private endLinked(order: RestingOrder, at: number): void {
    this.contingent.onRejected(order, at)
    this.dropTakers()
    this.contingent.act(at)
  }

  private refusal(order: RestingOrder, at: number): ReasonCode | undefined {
    const { limit, triggerTick, terms } = order
    const price = limit ?? (triggerTick > 0 ? triggerTick : this.lastTick)
    if (this.instrument.isBelowMinNotional(price, order.qty)) return 'below-min-notional'
    const isImmediate = terms?.trigger === undefined && terms?.exitOf === undefined
    if (
      order.postOnly &&
      isImmediate &&
      (this.isMarketable(order, limit) || this.ownMet(order, order.limit) !== undefined)
    ) {
      return 'post-only-would-take'
    }
    return this.contingent.refusal(order, at)
  }

  private amendRefusal(order: RestingOrder, command: AmendCommand): ReasonCode | undefined {
    if (order.place === 'taking' && order.limit === undefined) return 'unknown-order'
    const { price = order.limit } = command
    const qty = command.qty ?? order.qty
    const isSmall = qty > order.cumQty && this.instrument.isBelowMinNotional(price, qty)
    return isSmall ? 'below-min-notional' : undefined
  }

  private change(order: RestingOrder, command: AmendCommand, at: number): void {
    const price = command.price ?? order.tick
    const qty = this.contingent.amendedQty(order, command)
    const keepsPlace = price === order.tick && qty <= order.qty
    const wouldTake = (): boolean =>
      this.isMarketable(order, price) || this.ownMet(order, price) !== undefined
    if (order.postOnly && price !== order.tick && wouldTake()) {
      this.desk.refuse('amend-rejected', command.clientOrderId, at, 'post-only-would-take')
      return
    }
    if (qty <= order.cumQty) {
      this.desk.end('canceled', order, 'amended-below-filled', at)
      return
    }
    order.qty = qty
    if (!keepsPlace) {
      this.desk.remove(order)
      this.dropTakers()
      order.tick = price
      order.arrivedAt = at
    }
    this.desk.amended(order, at)
    if (keepsPlace) return
    this.desk.keep(order)
    this.enter(order, at)
  }

  takeTradeId(): number {
    return this.desk.takeTradeId()
  }

  cancelAll(reason: ReasonCode, at: number): void {
    this.desk.cancelAll(reason, at)
    this.dropTakers()
    this.contingent.act(at)
  }

  /** No book: the whole quantity at the last print plus the spread, if that is within the limit, else nothing. */
  liquidate({ side, lots, limit, onTrade }: LiquidationOrder): number {
    this.contingent.onLiquidated(signOf(side) * lots)
    const { lastTick } = this
    if (lastTick === undefined || !this.takesAt(side, lastTick, limit)) return lots
    const tick = this.takerPrice(side, lastTick)
    if (tick <= 0) return lots
    onTrade(tick, lots, this.desk.takeTradeId())
    return 0
  }

  private isMarketable({ side }: RestingOrder, limit: number | undefined, lastTick = this.lastTick): boolean {
    return limit === undefined || (lastTick !== undefined && this.takesAt(side, lastTick, limit))
  }

  /** The best order of ours on the other side at or better than a price; undefined when nothing prevents that they meet. */
  private ownMet(order: RestingOrder, price: number | undefined): RestingOrder | undefined {
    if (price === undefined || this.modeOf(order) === undefined) return undefined
    const own = this.desk.ladder(oppositeOf(order.side)).best
    return own !== undefined && isWithin(order.side, own.tick, price) ? own : undefined
  }

  /** What a market order would pay at the last print. */
  private expectedPrice(side: Side): number | undefined {
    const { lastTick } = this
    return lastTick === undefined ? undefined : this.takerPrice(side, lastTick)
  }

  private modeOf(order: RestingOrder): SelfTradePrevention | undefined {
    return order.terms?.selfTradePrevention ?? this.selfTrade
  }

  private meetOwn(order: RestingOrder, price: number | undefined, at: number): void {
    const mode = this.modeOf(order)
    if (mode === undefined) return
    for (let own = this.ownMet(order, price); own !== undefined; own = this.ownMet(order, price)) {
      const isNewest = order.arrivedAt >= own.arrivedAt
      preventSelfTrade(this.desk, {
        mode,
        newest: isNewest ? order : own,
        oldest: isNewest ? own : order,
        at,
      })
      if (order.place === 'over') return
    }
  }

  /** Those that were canceled or changed. */
  private dropTakers(): void {
    if (this.takers.length > 0) this.takers = this.takers.filter(({ order }) => order.place === 'taking')
  }

  private applyPrint(code: number, tick: number, lots: number, at: number): void {
    this.lastTick = tick
    if (!this.isWatching) return
    const left = this.match(tick, lots, at)
    if (!this.contingent.isWaiting) return
    const byPrint = this.contingent.onPrint(tick, at)
    const byTouch = this.contingent.onTouch(at)
    if (this.walk === undefined) return
    const open = (code & kindMask) === packedKind.barOpen ? tick : undefined
    this.reached = { at, orders: [...byPrint, ...byTouch], open, lots: left }
  }

  /** @returns lots that are left */
  private match(tick: number, lots: number, at: number): number {
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
    return this.takers.length > 0 ? this.serveTakers(tick, left, at) : left
  }

  /** @returns lots that are left */
  private serveTakers(tick: number, lots: number, at: number): number {
    let left = lots
    const waiting: Taker[] = []
    for (const taker of this.takers) {
      const { order, limit } = taker
      const price = this.takerPrice(order.side, tick)
      // The fill of another order may have ended it.
      if (order.place === 'taking') this.meetOwn(order, price, at)
      if (order.place !== 'taking') continue
      const isPossible = price > 0 && (limit === undefined || this.takesAt(order.side, tick, limit))
      const filled =
        isPossible && (!taker.wantsAll || left >= order.leaves) ? Math.min(order.leaves, left) : 0
      if (filled > 0) {
        left -= filled
        this.desk.fill({ order, tick: price, lots: filled, liquidity: 'taker', at })
      }
      if (order.place !== 'taking') continue
      if (taker.after === 'wait' || (taker.after === 'rest' && isPossible)) waiting.push(taker)
      else if (taker.after === 'rest') {
        this.desk.remove(order)
        this.desk.rest(order)
      } else this.desk.end('expired', order, taker.wantsAll ? 'fok-not-fillable' : 'ioc-remainder', at)
    }
    this.takers = waiting.filter(({ order }) => order.place === 'taking')
    return left
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
