/**
 * Percentage of volume: keeps our quantity at a share of what the market traded since the start, and never above it.
 *
 * The market's volume is what we received: every print on the tape or the feed since the order started. A recorded tape
 * does not have our own fills in it, a live feed does; the share is our lots ÷ the feed's lots in both, and the
 * report's participation is the same figure. What is out with a child counts as filled, so the cap holds at every moment,
 * whatever fills when.
 *
 * A child leaves when at least `minChild` lots are due. Behind (nothing filled, no price, refusals) it catches up, yet a
 * child is at most `maxRate` of what the market traded since the last child. Limit children stand at the touch of their
 * own side; when that has moved they are canceled, and what came back leaves again once they are known to be gone.
 */
import type { TimerId } from '../../clock/clock.ts'
import { ConfigError } from '../../core/errors.ts'
import { type PriceTicks, qtyLots, type TimeUs, timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { priceAtTouch } from './child-price.ts'
import { Retry } from './retry.ts'

export type PovSpec = Extract<AlgoSpec, { readonly algo: 'pov' }>

export class Pov implements Algo {
  private readonly spec: PovSpec
  private readonly context: AlgoContext
  private readonly retry: Retry
  private readonly endTime: TimeUs
  /** The market's lots up to the start, and up to the last child. */
  private readonly volumeAtStart: number
  private volumeAtLastChild: number
  /** Where the last limit child stands. */
  private price: PriceTicks | undefined
  /** Filled and out when the children were canceled to move; undefined when they are not being moved. */
  private committedBeforeMove: number | undefined
  private timer: TimerId | undefined

  /** @throws {ConfigError} PARENT_INVALID */
  constructor(spec: PovSpec, context: AlgoContext) {
    requireValid(spec)
    this.spec = spec
    this.context = context
    this.retry = new Retry(context, () => this.send())
    this.endTime = timeUs(context.now() + spec.duration)
    this.volumeAtStart = context.market.tradedQty()
    this.volumeAtLastChild = this.volumeAtStart
  }

  start(): void {
    this.scheduleNext()
  }

  onChild(child: Order): void {
    const { context } = this
    if (child.isWorking) return
    if (child.state.kind === 'filled') this.retry.reset()
    if (this.committedBeforeMove !== undefined) {
      if (!context.hasWorkingChildren()) this.send()
    } else if (child.state.kind !== 'filled' && !this.retry.schedule(child))
      context.finish('children-refused')
  }

  stop(): void {
    this.retry.stop()
    if (this.timer !== undefined) this.context.cancelTimer(this.timer)
    this.timer = undefined
  }

  /** The next look at the market, the last one when the time is over. */
  private scheduleNext(): void {
    const { context, spec } = this
    const at = timeUs(Math.min(context.now() + spec.interval, this.endTime))
    this.timer = context.setTimer(at, () => this.look())
  }

  private look(): void {
    const { context } = this
    this.timer = undefined
    if (context.now() >= this.endTime) {
      context.finish('schedule-over')
      return
    }
    this.scheduleNext()
    if (this.retry.isWaiting) return
    if (this.hasTouchMoved()) {
      this.committedBeforeMove ??= this.committed()
      context.cancelChildren()
    } else if (this.committedBeforeMove === undefined) this.send()
  }

  private hasTouchMoved(): boolean {
    if (this.spec.childType === 'market' || !this.context.hasWorkingChildren()) return false
    const wanted = this.wantedPrice()
    return wanted !== undefined && wanted !== this.price
  }

  private send(): void {
    const { context, spec } = this
    const qty = this.dueQty()
    this.committedBeforeMove = undefined
    if (qty <= 0) return
    const price = this.wantedPrice()
    if (spec.childType === 'limit' && price === undefined) return
    this.price = price
    this.volumeAtLastChild = context.market.tradedQty()
    if (price === undefined) context.submit({ qty: qtyLots(qty), price })
    else context.submit({ qty: qtyLots(qty), price, timeout: spec.duration })
  }

  private dueQty(): number {
    const { context, spec } = this
    const volume = context.market.tradedQty()
    const committed = this.committed()
    const due = Math.floor(spec.rate * (volume - this.volumeAtStart)) - committed
    const returned = Math.max(0, (this.committedBeforeMove ?? 0) - committed)
    const most = Math.floor(spec.maxRate * (volume - this.volumeAtLastChild)) + returned
    const unsent = context.unsentQty()
    const qty = Math.min(due, most, unsent)
    return qty >= spec.minChild || qty === unsent ? qty : 0
  }

  /** Lots that are filled or may still fill. */
  private committed(): number {
    return this.context.parent.qty - this.context.unsentQty()
  }

  private wantedPrice(): PriceTicks | undefined {
    const { context, spec } = this
    if (spec.childType === 'market') return undefined
    return priceAtTouch(context.market, context.parent.side, spec.priceOffset ?? 0)
  }
}

function requireValid(spec: PovSpec): void {
  const { duration, rate, maxRate, interval, minChild, priceOffset = 0 } = spec
  const isValid =
    duration > 0 &&
    interval > 0 &&
    rate > 0 &&
    rate <= maxRate &&
    maxRate <= 1 &&
    minChild >= 1 &&
    Number.isSafeInteger(priceOffset)
  if (isValid) return
  throw new ConfigError(
    'PARENT_INVALID',
    `pov at rate ${rate}, at most ${maxRate}, over ${duration} µs, every ${interval} µs, at least ${minChild} lots, ` +
      `price offset ${priceOffset}: expected 0 < rate ≤ maxRate ≤ 1, positive times, at least one lot and whole ticks`,
  )
}
