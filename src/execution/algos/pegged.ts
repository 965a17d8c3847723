/**
 * One limit order for the whole quantity that follows the best bid, the best ask or the mid price at an offset, never
 * beyond its limit price.
 *
 * It looks at the touch every `interval` and moves at most that often. It moves by an amend, or by a cancel and a new
 * order once the old one is known to be gone; in both cases it joins the queue at the new price last, as venues have it.
 * Only an order that the venue has confirmed is moved, and only one move is on its way at a time.
 *
 * Live, the book shows our own order too. So that it does not outbid itself, an order ahead of its own side's touch
 * (`offset` > 0) stays while it *is* that touch. The rule holds in replay as well: nothing here knows the mode.
 */
import type { TimerId } from '../../clock/clock.ts'
import { ConfigError } from '../../core/errors.ts'
import { type PriceTicks, priceTicks, timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Retry } from './retry.ts'

export type PeggedSpec = Extract<AlgoSpec, { readonly algo: 'pegged' }>

export class Pegged implements Algo {
  private readonly spec: PeggedSpec
  private readonly context: AlgoContext
  private readonly retry: Retry
  /** The last child heard of that works. */
  private child: Order | undefined
  /** It is being canceled to move; the next one leaves when it is gone. */
  private isReplacing = false
  private look: TimerId | undefined
  private end: TimerId | undefined

  /** @throws {ConfigError} PARENT_INVALID */
  constructor(spec: PeggedSpec, context: AlgoContext) {
    requireValid(spec)
    this.spec = spec
    this.context = context
    this.retry = new Retry(context, () => this.send())
  }

  start(): void {
    const { context, spec } = this
    this.end = context.setTimer(timeUs(context.now() + spec.timeout), () => {
      this.end = undefined
      context.finish('canceled-by-timeout')
    })
    this.scheduleLook()
    this.send()
  }

  onChild(child: Order): void {
    const { context } = this
    if (child.isWorking) {
      this.child = child
      if (child.state.kind === 'open') this.retry.reset()
      return
    }
    if (context.hasWorkingChildren() || context.unsentQty() === 0) return
    this.child = undefined
    if (this.isReplacing) this.send()
    else if (!this.retry.schedule(child)) context.finish('children-refused')
  }

  stop(): void {
    const { context } = this
    this.retry.stop()
    if (this.look !== undefined) context.cancelTimer(this.look)
    if (this.end !== undefined) context.cancelTimer(this.end)
    this.look = undefined
    this.end = undefined
  }

  private scheduleLook(): void {
    const { context, spec } = this
    this.look = context.setTimer(timeUs(context.now() + spec.interval), () => {
      this.scheduleLook()
      if (context.hasWorkingChildren()) this.move()
      else if (!this.retry.isWaiting) this.send()
    })
  }

  private move(): void {
    const { context, spec, child } = this
    if (child === undefined || child.state.kind !== 'open' || context.isAmending(child.clientOrderId)) return
    const price = this.wantedPrice(child.price)
    if (price === undefined || price === child.price) return
    if (spec.replace === 'amend') context.amendChild(child.clientOrderId, price)
    else {
      this.isReplacing = true
      context.cancelChildren()
    }
  }

  private send(): void {
    const { context, spec } = this
    this.isReplacing = false
    const qty = context.unsentQty()
    const price = this.wantedPrice(undefined)
    // Without a price to follow the next look tries again.
    if (qty === 0 || price === undefined) return
    context.submit({ qty, price, postOnly: spec.postOnly, timeout: spec.timeout })
  }

  /** @param present where the child stands; undefined when there is none */
  private wantedPrice(present: PriceTicks | undefined): PriceTicks | undefined {
    const { context, spec } = this
    const { market } = context
    const isBuy = context.parent.side === 'buy'
    const own = isBuy ? market.bestBid() : market.bestAsk()
    const isFollowingOwn = spec.peg === (isBuy ? 'bid' : 'ask')
    if (isFollowingOwn && spec.offset > 0 && present !== undefined && present === own) return present
    const reference = this.reference(isBuy)
    if (reference === undefined) return undefined
    const opposite = isBuy ? market.bestAsk() : market.bestBid()
    // Prices of a sell are mirrored: in these, less is less aggressive on both sides.
    const sign = isBuy ? 1 : -1
    let price = sign * reference + spec.offset
    if (spec.postOnly && opposite !== undefined) price = Math.min(price, sign * opposite - 1)
    if (spec.limit !== undefined) price = Math.min(price, sign * spec.limit)
    return sign * price > 0 ? priceTicks(sign * price) : undefined
  }

  /** In ticks; a mid between two ticks counts as the one farther from the market. */
  private reference(isBuy: boolean): number | undefined {
    const { market } = this.context
    const bid = market.bestBid()
    const ask = market.bestAsk()
    if (this.spec.peg === 'bid') return bid
    if (this.spec.peg === 'ask') return ask
    if (bid === undefined || ask === undefined) return undefined
    return isBuy ? Math.floor((bid + ask) / 2) : Math.ceil((bid + ask) / 2)
  }
}

function requireValid({ offset, limit, interval, timeout }: PeggedSpec): void {
  const isValid =
    Number.isSafeInteger(offset) && (limit === undefined || limit > 0) && interval > 0 && timeout > 0
  if (isValid) return
  throw new ConfigError(
    'PARENT_INVALID',
    `pegged at ${offset} ticks, limit ${limit}, every ${interval} µs for ${timeout} µs: expected whole ticks, ` +
      'a positive limit and positive times',
  )
}
