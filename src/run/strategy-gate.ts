/**
 * Between a strategy's code and the engine. A user's file has its types stripped, not checked, so what it hands over is
 * looked at here; and a strategy that never lets time pass is stopped, because nothing else could stop it.
 */
import { ConfigError } from '../core/errors.ts'
import type { TimeUs } from '../core/units.ts'
import type { AmendRequest } from '../model/order.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { expect, isPositiveInteger } from './order-request-checks.ts'

/** Commands and timers of one instant. A schedule of thousands of orders is fine; a loop is not. */
const actionsPerInstantMax = 100_000

export class InstantGuard {
  private instant = -1
  private actions = 0

  /** @throws {ConfigError} STRATEGY_RUNAWAY */
  count(now: TimeUs): void {
    if (now !== this.instant) {
      this.instant = now
      this.actions = 0
    }
    if (++this.actions <= actionsPerInstantMax) return
    throw new ConfigError(
      'STRATEGY_RUNAWAY',
      `the strategy sent more than ${actionsPerInstantMax} commands or timers at one moment (${now} µs): it waits for nothing`,
    )
  }
}

/** @throws {TypeError} */
export function checkAmendRequest({ price, qty, triggerPrice }: AmendRequest): void {
  expect(price === undefined || isPositiveInteger(price), 'price in whole ticks > 0', price)
  expect(qty === undefined || isPositiveInteger(qty), 'qty in whole lots > 0', qty)
  const isTrigger = triggerPrice === undefined || isPositiveInteger(triggerPrice)
  expect(isTrigger, 'triggerPrice in whole ticks > 0', triggerPrice)
}

/** What is awaited would go on at another moment, and not the same one every time. @throws {ConfigError} STRATEGY_ASYNC */
export function refuseAsync(strategy: Strategy): void {
  for (const [name, callback] of Object.entries(strategy)) {
    if (typeof callback !== 'function' || callback.constructor.name !== 'AsyncFunction') continue
    throw new ConfigError('STRATEGY_ASYNC', `the strategy's ${name} is async: callbacks must be synchronous`)
  }
}
