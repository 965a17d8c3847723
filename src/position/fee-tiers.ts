/**
 * Fee rates by what the account has traded in the 30 days before a fill, that fill not included. Venues look once a day;
 * this looks at every fill, at the venue's time of it.
 */
import { assert } from '../core/errors.ts'
import type { MoneyQuanta } from '../core/units.ts'
import type { FeeRates } from './fees.ts'

const windowUs = 30 * 86_400_000_000

export interface FeeTier {
  /** Quanta traded from which it holds, itself included, ≥ 0. */
  readonly volume: bigint
  readonly rates: FeeRates
}

export class FeeTiers {
  private readonly tiers: readonly FeeTier[]
  /** Traded before the run: counts all the time. A month of quanta may be more than a double counts exactly. */
  private volume: bigint
  /** Fills that count, oldest at `head`. */
  private readonly times: number[] = []
  private readonly values: number[] = []
  private head = 0

  /** @param tiers volumes rise from 0 */
  constructor(tiers: readonly FeeTier[], volumeBefore: bigint) {
    assert(tiers[0]?.volume === 0n, 'the first fee tier starts at 0')
    this.tiers = tiers
    this.volume = volumeBefore
  }

  /** @param at exchange time of a fill, in microseconds; never earlier than one asked for before */
  ratesAt(at: number): FeeRates {
    this.forget(at - windowUs)
    let rates = this.tiers[0]?.rates
    for (const tier of this.tiers) if (tier.volume <= this.volume) rates = tier.rates
    assert(rates !== undefined, 'there is a fee tier')
    return rates
  }

  /** A fill has been applied. @param value ≥ 0 */
  add(at: number, value: MoneyQuanta): void {
    this.times.push(at)
    this.values.push(value)
    this.volume += BigInt(value)
  }

  /** A fill exactly 30 days old does not count any more. */
  private forget(until: number): void {
    for (
      let time = this.times[this.head];
      time !== undefined && time <= until;
      time = this.times[this.head]
    ) {
      this.volume -= BigInt(this.values[this.head] ?? 0)
      this.head++
    }
    if (this.head < 1024 || this.head * 2 < this.times.length) return
    this.times.splice(0, this.head)
    this.values.splice(0, this.head)
    this.head = 0
  }
}
