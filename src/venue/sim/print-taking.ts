/**
 * Taking where there is no book to take from: VENUE.md A4. An order that takes waits for the prints after its arrival and
 * pays the stated spread on top of each; a print offers its quantity once, to all of them together.
 */
import { oppositeOf, type SelfTradePrevention, type Side } from '../../model/order.ts'
import { isWithin } from './book-taking.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'
import { preventSelfTrade } from './self-trade.ts'

/** An order that takes from the prints to come. */
interface Taker {
  readonly order: RestingOrder
  /** Undefined for a market order. */
  readonly limit: number | undefined
  /** What happens after a print: wait for more, rest at the limit once it would not take any more, or expire. */
  readonly after: 'wait' | 'rest' | 'expire'
  readonly wantsAll: boolean
}

export interface PrintTakingOptions {
  readonly desk: OrderDesk
  /** Ticks a taker pays on top of the print, ≥ 0. */
  readonly spreadTicks: number
  /** Of orders that do not name a mode; undefined: our orders do not see each other. */
  readonly selfTrade: SelfTradePrevention | undefined
}

export class PrintTaking {
  private readonly desk: OrderDesk
  private readonly spreadTicks: number
  private readonly selfTrade: SelfTradePrevention | undefined
  private takers: Taker[] = []

  constructor({ desk, spreadTicks, selfTrade }: PrintTakingOptions) {
    this.desk = desk
    this.spreadTicks = spreadTicks
    this.selfTrade = selfTrade
  }

  get isEmpty(): boolean {
    return this.takers.length === 0
  }

  /** Ticks that a taker pays or gets at a print. */
  takerPrice(side: Side, tick: number): number {
    return side === 'buy' ? tick + this.spreadTicks : tick - this.spreadTicks
  }

  /** True when a taker with this limit would trade against a print at `tick`. */
  takesAt(side: Side, tick: number, limit: number): boolean {
    const price = this.takerPrice(side, tick)
    return side === 'buy' ? price <= limit : price >= limit
  }

  /** @param lastTick of the last print; before the first, only a market order takes */
  takesNow(side: Side, limit: number | undefined, lastTick: number | undefined): boolean {
    return limit === undefined || (lastTick !== undefined && this.takesAt(side, lastTick, limit))
  }

  /** From now on the order takes from every print. */
  start(order: RestingOrder): void {
    this.takers.push(this.takerOf(order))
  }

  /** It takes from what one print has left before it waits with the others. @returns lots that are left */
  startWith(order: RestingOrder, tick: number, lots: number, at: number): number {
    const others = this.takers
    this.takers = [this.takerOf(order)]
    const left = this.serve(tick, lots, at)
    this.takers = [...others, ...this.takers]
    return left
  }

  /** Those that were canceled or changed leave. */
  drop(): void {
    if (this.takers.length > 0) this.takers = this.takers.filter(isTaking)
  }

  /** @returns lots that are left */
  serve(tick: number, lots: number, at: number): number {
    if (this.takers.length === 0) return lots
    let left = lots
    const waiting: Taker[] = []
    for (const taker of this.takers) {
      const { order } = taker
      const { side } = order
      const price = this.takerPrice(side, tick)
      // The fill of another order may have ended it.
      if (order.place === 'taking') this.meetOwn(order, price, at)
      if (order.place !== 'taking') continue
      const isPossible = price > 0 && (taker.limit === undefined || this.takesAt(side, tick, taker.limit))
      const filled =
        isPossible && (!taker.wantsAll || left >= order.leaves) ? Math.min(order.leaves, left) : 0
      if (filled > 0) {
        left -= filled
        this.desk.fill({ order, tick: price, lots: filled, liquidity: 'taker', at })
      }
      if (order.place === 'taking' && this.isWaiting(taker, isPossible, at)) waiting.push(taker)
    }
    this.takers = waiting.length === 0 ? waiting : waiting.filter(isTaking)
    return left
  }

  /** The best order of ours on the other side at or better than a price; undefined when nothing prevents that they meet. */
  ownMet(order: RestingOrder, price: number | undefined): RestingOrder | undefined {
    if (price === undefined || this.modeOf(order) === undefined) return undefined
    const own = this.desk.ladder(oppositeOf(order.side)).best
    return own !== undefined && isWithin(order.side, own.tick, price) ? own : undefined
  }

  /** @param price in ticks at which it would trade at most; undefined: not known */
  meetOwn(order: RestingOrder, price: number | undefined, at: number): void {
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

  private takerOf(order: RestingOrder): Taker {
    const { limit, timeInForce } = order
    const after = limit === undefined ? 'wait' : order.canRest ? 'rest' : 'expire'
    order.place = 'taking'
    this.desk.keep(order)
    return { order, limit, after, wantsAll: timeInForce === 'fok' }
  }

  /** After a print that left something of it: true when it waits for the next; otherwise it rests or is over. */
  private isWaiting({ order, after, wantsAll }: Taker, isPossible: boolean, at: number): boolean {
    if (after === 'wait' || (after === 'rest' && isPossible)) return true
    if (after === 'rest') {
      this.desk.remove(order)
      this.desk.rest(order)
    } else this.desk.end('expired', order, wantsAll ? 'fok-not-fillable' : 'ioc-remainder', at)
    return false
  }

  private modeOf(order: RestingOrder): SelfTradePrevention | undefined {
    return order.terms?.selfTradePrevention ?? this.selfTrade
  }
}

const isTaking = ({ order }: Taker): boolean => order.place === 'taking'
