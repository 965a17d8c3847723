/**
 * Rate limits as venues of Binance's kind have them: counters that start again at each multiple of their interval, by
 * the time a command arrives. What would exceed one is refused; who goes on exceeding is banned for a while.
 */
import type { CommandKind } from './latency-model.ts'
import type { VenueCondition, Verdict } from './venue-gate.ts'

export interface RateBucket {
  readonly counts: 'orders' | 'weight'
  /** Interval, microseconds; aligned to the Unix epoch. */
  readonly perUs: number
  readonly max: number
}

export interface BanRule {
  /** So many refusals within `withinUs` bring a ban. */
  readonly afterRefusals: number
  readonly withinUs: number
  /** Length of the first ban, microseconds; each further one is twice as long, up to `maxUs`. */
  readonly firstUs: number
  readonly maxUs: number
}

export interface RateLimits {
  readonly buckets: readonly RateBucket[]
  /** What a command adds to buckets that count orders, and to those that count request weight; whole, ≥ 0. */
  readonly orders: Readonly<Record<CommandKind, number>>
  readonly weight: Readonly<Record<CommandKind, number>>
  readonly ban?: BanRule | undefined
}

export class RateLimiter implements VenueCondition {
  readonly description: string
  private readonly limits: RateLimits
  private readonly counters: { interval: number; used: number }[]
  /** Times of the latest refusals, oldest first. */
  private refusals: number[] = []
  private bannedUntil = Number.NEGATIVE_INFINITY
  private nextBanUs: number

  constructor(limits: RateLimits, source = 'given') {
    this.limits = limits
    this.counters = limits.buckets.map(() => ({ interval: Number.NEGATIVE_INFINITY, used: 0 }))
    this.nextBanUs = limits.ban?.firstUs ?? 0
    this.description = describe(limits, source)
  }

  check({ kind }: { readonly kind: CommandKind }, at: number): Verdict {
    if (at < this.bannedUntil) return 'banned'
    if (this.fits(kind, at)) {
      this.count(kind)
      return undefined
    }
    this.refuse(at)
    return 'rate-limited'
  }

  private fits(kind: CommandKind, at: number): boolean {
    let fits = true
    for (const [index, { counts, perUs, max }] of this.limits.buckets.entries()) {
      const counter = this.counters[index]
      if (counter === undefined) continue
      const interval = Math.floor(at / perUs)
      if (counter.interval !== interval) {
        counter.interval = interval
        counter.used = 0
      }
      const cost = this.limits[counts][kind]
      if (cost > 0 && counter.used + cost > max) fits = false
    }
    return fits
  }

  private count(kind: CommandKind): void {
    for (const [index, { counts }] of this.limits.buckets.entries()) {
      const counter = this.counters[index]
      if (counter !== undefined) counter.used += this.limits[counts][kind]
    }
  }

  private refuse(at: number): void {
    const { ban } = this.limits
    if (ban === undefined) return
    this.refusals = [...this.refusals.filter((time) => time > at - ban.withinUs), at]
    if (this.refusals.length < ban.afterRefusals) return
    this.bannedUntil = at + this.nextBanUs
    this.nextBanUs = Math.min(ban.maxUs, 2 * this.nextBanUs)
    this.refusals = []
  }
}

function describe({ buckets, ban }: RateLimits, source: string): string {
  const limits = buckets.map(({ counts, perUs, max }) => `${max} ${counts} per ${perUs / 1e6} s`).join(', ')
  const banned =
    ban === undefined
      ? 'no bans'
      : `${ban.afterRefusals} refusals within ${ban.withinUs / 1e6} s bring a ban of ${ban.firstUs / 1e6} s, doubled each time`
  return `${source}: ${limits}; ${banned}`
}
