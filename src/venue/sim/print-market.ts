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
import { MarkCursor } from '../../book/mark-cursor.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import { type ReasonCode, type SelfTradePrevention, type Side, signOf } from '../../model/order.ts'
import type { PackedTape } from '../../model/packed.ts'
import { type BarPath, BarWalk } from './bar-walk.ts'
import { ContingentOrders, type OrderMatcher } from './contingent-orders.ts'
import type { LiquidationOrder, MatchingMarket } from './matching-market.ts'
import { OrderDesk } from './order-desk.ts'
import { PrintFeed, type PrintWatcher } from './print-feed.ts'
import { PrintTaking } from './print-taking.ts'
import type { ReportPipe } from './report-pipe.ts'
import { RestingOrder } from './resting-orders.ts'

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

export class PrintMarket implements MatchingMarket, OrderMatcher, PrintWatcher {
  private readonly instrument: Instrument
  private readonly pipe: ReportPipe
  private readonly desk: OrderDesk
  private readonly contingent: ContingentOrders
  private readonly taking: PrintTaking
  private readonly feed: PrintFeed
  private readonly hasBars: boolean
  private reached: Reached | undefined

  constructor(options: PrintMarketOptions) {
    const { tapes, spreadTicks, selfTradePrevention: selfTrade } = options
    this.instrument = options.instrument
    this.pipe = options.pipe
    const desk = new OrderDesk(options.index, options.pipe)
    this.desk = desk
    this.contingent = new ContingentOrders(desk, this, MarkCursor.open(tapes, 'exchange'))
    this.taking = new PrintTaking({ desk, spreadTicks, selfTrade })
    this.hasBars = tapes[0]?.level === 'bars'
    const { barPath: path = 'nearer', onAmbiguousBar: onAmbiguous } = options
    const priceSeen = (order: RestingOrder, tick: number) => this.priceSeen(order, tick)
    const walk = this.hasBars ? new BarWalk({ path, desk, priceSeen, onAmbiguous }) : undefined
    this.feed = new PrintFeed(tapes, this, walk)
  }

  get nextTime(): number {
    return Math.min(this.feed.nextTime, this.contingent.nextTime)
  }

  get isWatching(): boolean {
    return !this.taking.isEmpty || !this.desk.isEmpty || this.contingent.isWaiting
  }

  get nextStop(): number {
    return Math.min(this.pipe.nextStop, this.contingent.nextTime)
  }

  get referenceTimes2(): number | undefined {
    const { lastTick } = this.feed
    return lastTick === undefined ? undefined : 2 * lastTick
  }

  close(): void {
    this.feed.close()
    this.contingent.close()
  }

  advance(until: number): void {
    const { contingent, pipe } = this
    for (;;) {
      this.feed.advance(Math.min(until, this.nextStop))
      const next = contingent.nextTime
      if (next > until || next > pipe.nextStop) return
      contingent.act(next)
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
    this.taking.drop()
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
    this.taking.drop()
    this.contingent.act(at)
  }

  /** Prints are all there is to see: the touch is the last print, with the spread against the taker. */
  triggerPrice(order: RestingOrder): number | undefined {
    const { lastTick } = this.feed
    return lastTick === undefined ? undefined : this.priceSeen(order, lastTick)
  }

  private priceSeen(order: RestingOrder, tick: number): number {
    return this.desk.triggers.sourceOf(order) === 'last' ? tick : this.taking.takerPrice(order.side, tick)
  }

  enter(order: RestingOrder, at: number): void {
    const passed = this.passedTick(order, at)
    const isMarketable = this.taking.takesNow(order.side, order.limit, passed ?? this.feed.lastTick)
    if (order.postOnly && (isMarketable || this.taking.ownMet(order, order.limit) !== undefined)) {
      this.desk.end('expired', order, 'post-only-would-take', at)
      return
    }
    if (!this.contingent.cutToPosition(order, at)) return
    this.taking.meetOwn(order, order.limit ?? this.expectedPrice(order.side), at)
    if (order.place === 'over') return
    if (isMarketable) this.startTaking(order, passed, at)
    else if (order.canRest) this.desk.rest(order)
    else this.desk.end('expired', order, 'not-marketable', at)
  }

  private startTaking(order: RestingOrder, passed: number | undefined, at: number): void {
    const { reached, taking } = this
    if (passed === undefined || reached === undefined) taking.start(order)
    else reached.lots = taking.startWith(order, passed, reached.lots, at)
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
    this.taking.drop()
    this.contingent.act(at)
  }

  private refusal(order: RestingOrder, at: number): ReasonCode | undefined {
    const { limit, triggerTick, terms } = order
    const price = limit ?? (triggerTick > 0 ? triggerTick : this.feed.lastTick)
    if (this.instrument.isBelowMinNotional(price, order.qty)) return 'below-min-notional'
    const isImmediate = terms?.trigger === undefined && terms?.exitOf === undefined
    if (order.postOnly && isImmediate && this.wouldTake(order, limit)) {
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
    if (order.postOnly && price !== order.tick && this.wouldTake(order, price)) {
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
      this.taking.drop()
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
    this.taking.drop()
    this.contingent.act(at)
  }

  /** No book: the whole quantity at the last print plus the spread, if that is within the limit, else nothing. */
  liquidate({ side, lots, limit, onTrade }: LiquidationOrder): number {
    this.contingent.onLiquidated(signOf(side) * lots)
    const { lastTick } = this.feed
    if (lastTick === undefined || !this.taking.takesAt(side, lastTick, limit)) return lots
    const tick = this.taking.takerPrice(side, lastTick)
    if (tick <= 0) return lots
    onTrade(tick, lots, this.desk.takeTradeId())
    return 0
  }

  /** At a print or against an order of ours, if it came now. */
  private wouldTake(order: RestingOrder, limit: number | undefined): boolean {
    const { feed, taking } = this
    return taking.takesNow(order.side, limit, feed.lastTick) || taking.ownMet(order, limit) !== undefined
  }

  /** What a market order would pay at the last print. */
  private expectedPrice(side: Side): number | undefined {
    const { lastTick } = this.feed
    return lastTick === undefined ? undefined : this.taking.takerPrice(side, lastTick)
  }

  onPrint(tick: number, lots: number, at: number, isOpen: boolean): void {
    const left = this.match(tick, lots, at)
    if (!this.contingent.isWaiting) return
    const byPrint = this.contingent.onPrint(tick, at)
    const byTouch = this.contingent.onTouch(at)
    if (!this.hasBars) return
    this.reached = { at, orders: [...byPrint, ...byTouch], open: isOpen ? tick : undefined, lots: left }
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
    return this.taking.serve(tick, left, at)
  }
}
