/**
 * When to send again what a child left unfilled. A child that was refused, or found nothing, is followed by another a
 * little later and not at once, each time later; after so many in a row without a single fill there is no point.
 */
import type { TimerId } from '../../clock/clock.ts'
import { timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { AlgoContext } from './algo.ts'

const firstDelayUs = 100_000
const delayUsMax = 5_000_000
const attemptsMax = 10

export class Retry {
  private readonly context: AlgoContext
  private readonly again: () => void
  private attempts = 0
  private delayUs = firstDelayUs
  private timer: TimerId | undefined

  /** @param again sends what is unsent */
  constructor(context: AlgoContext, again: () => void) {
    this.context = context
    this.again = again
  }

  /**
   * A child is over and something is left.
   * @returns false when too many in a row got nothing: nothing is scheduled
   */
  schedule(child: Order): boolean {
    if (child.cumQty > 0 || hasTimedOut(child)) this.reset()
    if (this.timer !== undefined) return true
    if (this.attempts === attemptsMax) return false
    this.attempts++
    this.later()
    this.delayUs = Math.min(this.delayUs * 2, delayUsMax)
    return true
  }

  /** Something is scheduled. */
  get isWaiting(): boolean {
    return this.timer !== undefined
  }

  /** Once more after the present delay; nothing was refused. */
  later(): void {
    const { context } = this
    this.timer ??= context.setTimer(timeUs(context.now() + this.delayUs), () => {
      this.timer = undefined
      this.again()
    })
  }

  reset(): void {
    this.attempts = 0
    this.delayUs = firstDelayUs
  }

  stop(): void {
    if (this.timer !== undefined) this.context.cancelTimer(this.timer)
    this.timer = undefined
  }
}

/** It had its time in the market: that is no refusal. */
function hasTimedOut({ state }: Order): boolean {
  return state.kind === 'canceled' && state.reason === 'canceled-by-timeout'
}
