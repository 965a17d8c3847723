/** How often a client may ask: request weight per minute and address, orders per ten seconds and day and account. */
import { WireError } from './wire-error.ts'

export const spotRateLimits = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
] as const
export const usdmRateLimits = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
] as const

/** A count that starts anew with each interval. */
class Window {
  count = 0
  private readonly lengthMs: number
  private index = -1

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs
  }

  add(weight: number, nowMs: number): number {
    const index = Math.floor(nowMs / this.lengthMs)
    if (index !== this.index) {
      this.index = index
      this.count = 0
    }
    this.count += weight
    return this.count
  }

  /** Whole seconds until it starts anew, ≥ 1. */
  secondsLeft(nowMs: number): number {
    return Math.max(1, Math.ceil(((this.index + 1) * this.lengthMs - nowMs) / 1000))
  }
}

export interface RateLimitOptions {
  /** Per minute. */
  readonly weight: number
  /** Per ten seconds. */
  readonly orders: number
  /** False: weights are counted and told, nobody is refused. */
  readonly isEnforced: boolean
}

/** Refusals in one minute until the address is banned, and for how long. */
const refusalsMax = 10
const banMs = 120_000

export class RateLimits {
  private readonly options: RateLimitOptions
  private readonly weights = new Window(60_000)
  private readonly refusals = new Window(60_000)
  private readonly orders = new Map<string, { readonly tens: Window; readonly day: Window }>()
  private bannedUntilMs = 0

  constructor(options: RateLimitOptions) {
    this.options = options
  }

  /** @returns headers to be told @throws {RateLimited} */
  count(weight: number, nowMs: number): Record<string, string> {
    if (nowMs < this.bannedUntilMs) throw this.banned(nowMs)
    const used = this.weights.add(weight, nowMs)
    const headers = { 'x-mbx-used-weight': String(used), 'x-mbx-used-weight-1m': String(used) }
    if (!this.options.isEnforced || used <= this.options.weight) return headers
    if (this.refusals.add(1, nowMs) > refusalsMax) {
      this.bannedUntilMs = nowMs + banMs
      throw this.banned(nowMs)
    }
    throw new RateLimited(429, this.weights.secondsLeft(nowMs), 'Too many requests.', headers)
  }

  /** @throws {RateLimited} */
  countOrder(account: string, nowMs: number): Record<string, string> {
    const known = this.orders.get(account)
    const windows = known ?? { tens: new Window(10_000), day: new Window(86_400_000) }
    if (known === undefined) this.orders.set(account, windows)
    const tens = windows.tens.add(1, nowMs)
    const headers = {
      'x-mbx-order-count-10s': String(tens),
      'x-mbx-order-count-1d': String(windows.day.add(1, nowMs)),
    }
    if (!this.options.isEnforced || tens <= this.options.orders) return headers
    const text = `Too many new orders; current limit is ${this.options.orders} orders per 10 SECOND.`
    throw new RateLimited(429, windows.tens.secondsLeft(nowMs), text, headers, -1015)
  }

  private banned(nowMs: number): RateLimited {
    const seconds = Math.ceil((this.bannedUntilMs - nowMs) / 1000)
    const text = `Way too many requests; IP banned until ${this.bannedUntilMs}.`
    return new RateLimited(418, seconds, text, {})
  }
}

export class RateLimited extends WireError {
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    seconds: number,
    message: string,
    headers: Readonly<Record<string, string>>,
    code = -1003,
  ) {
    super(code, message, status)
    this.headers = { ...headers, 'retry-after': String(seconds) }
  }
}
