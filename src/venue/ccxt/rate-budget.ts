/**
 * One token bucket for all calls to a venue. Cancels may take the last token; everything else leaves a share for them.
 * After a ban nothing is sent until it ends; after a warning, cancels only.
 */
import type { Clock } from '../../clock/clock.ts'
import { type DurationUs, durationUs } from '../../core/units.ts'
import type { NotSentReason } from './exchange-wire.ts'

export interface RateSettings {
  /** Tokens that the bucket holds: the largest burst. */
  readonly burst: number
  /** Tokens that come back per second. */
  readonly perSecond: number
  /** Part of the bucket that only cancels may use, 0–1. */
  readonly cancelReserve: number
}

/** Half of what the stricter venues allow. */
export const defaultRateSettings: RateSettings = { burst: 50, perSecond: 10, cancelReserve: 0.3 }

export interface RateRefusal {
  readonly reason: Extract<NotSentReason, 'rate-limited' | 'banned'>
  readonly retryAfterUs: DurationUs
}

export class RateBudget {
  private readonly clock: Clock
  private readonly settings: RateSettings
  private tokens: number
  private countedAt: number
  private bannedUntil = Number.NEGATIVE_INFINITY
  private warnedUntil = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, settings: RateSettings = defaultRateSettings) {
    this.clock = clock
    this.settings = settings
    this.tokens = settings.burst
    this.countedAt = clock.now()
  }

  /** @returns undefined when the call may be made; it is then counted */
  take(cost: number, isCancel: boolean): RateRefusal | undefined {
    const now = this.clock.now()
    if (now < this.bannedUntil) return { reason: 'banned', retryAfterUs: durationUs(this.bannedUntil - now) }
    if (!isCancel && now < this.warnedUntil) {
      return { reason: 'rate-limited', retryAfterUs: durationUs(this.warnedUntil - now) }
    }
    this.refill(now)
    const { burst, perSecond, cancelReserve } = this.settings
    const missing = cost + (isCancel ? 0 : burst * cancelReserve) - this.tokens
    if (missing > 0) {
      return { reason: 'rate-limited', retryAfterUs: durationUs(Math.ceil((missing / perSecond) * 1e6)) }
    }
    this.tokens -= cost
    return undefined
  }

  /** The venue refuses everything for this long. */
  ban(duration: DurationUs): void {
    this.bannedUntil = Math.max(this.bannedUntil, this.clock.now() + duration)
  }

  /** The venue asks for patience. Only what takes risk away is sent meanwhile. */
  warn(duration: DurationUs): void {
    this.warnedUntil = Math.max(this.warnedUntil, this.clock.now() + duration)
    this.tokens = Math.min(this.tokens, this.settings.burst * this.settings.cancelReserve)
  }

  /** Tokens left, for display. */
  get remaining(): number {
    this.refill(this.clock.now())
    return Math.floor(this.tokens)
  }

  private refill(now: number): void {
    const { burst, perSecond } = this.settings
    const elapsed = Math.max(0, now - this.countedAt)
    this.tokens = Math.min(burst, this.tokens + (elapsed / 1e6) * perSecond)
    this.countedAt = now
  }
}
