/**
 * Works a limit order at one price until the timeout; then takes what is left at the market, if asked to.
 *
 * Without a price of its own it stands at the touch of its own side as of the moment it sends. A child that is refused
 * (post-only in a moving market, a limit of ours) is tried again until the timeout.
 */
import type { TimerId } from '../../clock/clock.ts'
import { ConfigError } from '../../core/errors.ts'
import { timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Retry } from './retry.ts'

export type LimitSpec = Extract<AlgoSpec, { readonly algo: 'limit' }>

export class LimitFallback implements Algo {
  private readonly spec: LimitSpec
  private readonly context: AlgoContext
  private readonly retry: Retry
  private timer: TimerId | undefined
  private isFallingBack = false

  /** @throws {ConfigError} PARENT_INVALID */
  constructor(spec: LimitSpec, context: AlgoContext) {
    if (spec.timeout <= 0) {
      throw new ConfigError(
        'PARENT_INVALID',
        `limit with a timeout of ${spec.timeout} µs: expected more than 0`,
      )
    }
    this.spec = spec
    this.context = context
    this.retry = new Retry(context, () => this.send())
  }

  start(): void {
    const { context, spec } = this
    this.timer = context.setTimer(timeUs(context.now() + spec.timeout), () => this.onTimeout())
    this.send()
  }

  onChild(child: Order): void {
    if (child.isWorking || this.context.unsentQty() === 0) return
    if (this.isFallingBack && isCanceled(child)) this.send()
    else if (!this.retry.schedule(child) && (this.isFallingBack || !this.spec.fallbackToMarket)) {
      this.context.finish('children-refused')
    }
  }

  stop(): void {
    this.retry.stop()
    if (this.timer !== undefined) this.context.cancelTimer(this.timer)
    this.timer = undefined
  }

  private onTimeout(): void {
    const { context } = this
    this.timer = undefined
    this.retry.stop()
    this.retry.reset()
    if (!this.spec.fallbackToMarket) {
      context.finish('canceled-by-timeout')
      return
    }
    this.isFallingBack = true
    // The market order leaves when the limit order is known to be gone: both together could fill twice.
    if (context.hasWorkingChildren()) context.cancelChildren()
    else this.send()
  }

  private send(): void {
    const { context, spec } = this
    const qty = context.unsentQty()
    if (qty === 0) return
    if (this.isFallingBack) {
      context.submit({ qty, price: undefined })
      return
    }
    const { side } = context.parent
    const touch = side === 'buy' ? context.market.bestBid() : context.market.bestAsk()
    const price = spec.price ?? touch
    if (price === undefined) this.retry.later()
    else context.submit({ qty, price, postOnly: spec.postOnly ?? false, timeout: spec.timeout })
  }
}

const isCanceled = ({ state, type }: Order): boolean => state.kind === 'canceled' && type === 'limit'
