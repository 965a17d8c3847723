/**
 * Between a strategy's code and the engine. A user's file has its types stripped, not checked, so what it hands over is
 * looked at here; and a strategy that never lets time pass is stopped, because nothing else could stop it.
 */
import { ConfigError } from '../core/errors.ts'
import type { TimeUs } from '../core/units.ts'
import type { AmendRequest, OrderRequest } from '../model/order.ts'
import type { Strategy } from '../strategy/strategy.ts'

/** Commands and timers of one instant. A schedule of thousands of orders is fine; a loop is not. */
const actionsPerInstantMax = 100_000

const sides: readonly unknown[] = ['buy', 'sell']
const types: readonly unknown[] = ['market', 'limit']
const timesInForce: readonly unknown[] = [undefined, 'gtc', 'ioc', 'fok']

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

/** @throws {TypeError} with what was expected and found, so that the line of the strategy can be named */
export function checkOrderRequest(request: OrderRequest, instruments: number): void {
  const { instrument, side, type, qty } = request
  expect(
    Number.isInteger(instrument) && instrument >= 0 && instrument < instruments,
    'instrument',
    instrument,
  )
  expect(sides.includes(side), 'side buy or sell', side)
  expect(types.includes(type), 'type market or limit', type)
  expect(isPositiveInteger(qty), 'qty in whole lots > 0', qty)
  if (request.type === 'limit') {
    expect(isPositiveInteger(request.price), 'price in whole ticks > 0', request.price)
    expect(timesInForce.includes(request.timeInForce), 'timeInForce gtc, ioc or fok', request.timeInForce)
  } else {
    expect(
      !('price' in request) && !('postOnly' in request),
      'no price and no postOnly on a market order',
      request,
    )
  }
}

/** @throws {TypeError} */
export function checkAmendRequest({ price, qty }: AmendRequest): void {
  expect(price === undefined || isPositiveInteger(price), 'price in whole ticks > 0', price)
  expect(qty === undefined || isPositiveInteger(qty), 'qty in whole lots > 0', qty)
}

/** What is awaited would go on at another moment, and not the same one every time. @throws {ConfigError} STRATEGY_ASYNC */
export function refuseAsync(strategy: Strategy): void {
  for (const [name, callback] of Object.entries(strategy)) {
    if (typeof callback !== 'function' || callback.constructor.name !== 'AsyncFunction') continue
    throw new ConfigError('STRATEGY_ASYNC', `the strategy's ${name} is async: callbacks must be synchronous`)
  }
}

const isPositiveInteger = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0

function expect(isMet: boolean, expected: string, found: unknown): void {
  if (!isMet) throw new TypeError(`expected ${expected}, found ${JSON.stringify(found) ?? String(found)}`)
}
