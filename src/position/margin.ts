/**
 * Margin tiers: the larger a position, the more of its value must be left before the venue takes it over.
 * maintenance = value × rate − deduction, rounded up, ≥ 0. The deduction makes the sum continuous at the floors, as if
 * each part of the value had the rate of its own tier: the tables of Binance and Bybit are of this form.
 */
import { assert } from '../core/errors.ts'
import { mulDivCeil } from '../core/mul-div.ts'
import { type MoneyQuanta, moneyQuanta } from '../core/units.ts'

/** Rates are whole parts of this: 0.5 % = 500,000. */
export const marginRateUnit = 100_000_000

export interface MarginTier {
  /** Value of the position from which the tier holds, itself included, in quanta of settlement currency, ≥ 0. */
  readonly floor: MoneyQuanta
  /** In parts of `marginRateUnit`, > 0 and < 1. */
  readonly rate: number
  /** Quanta, ≥ 0. */
  readonly deduction: MoneyQuanta
}

export class MarginTable {
  private readonly tiers: readonly MarginTier[]

  /** @param tiers floors rise from 0 */
  constructor(tiers: readonly MarginTier[]) {
    assert(tiers[0]?.floor === 0, 'the first margin tier starts at 0')
    this.tiers = tiers
  }

  /** Equity at or below which the venue liquidates. @param value of the position, ≥ 0 */
  maintenanceOf(value: MoneyQuanta): MoneyQuanta {
    const { rate, deduction } = this.tierOf(value)
    return moneyQuanta(Math.max(0, mulDivCeil(value, rate, marginRateUnit) - deduction))
  }

  private tierOf(value: number): MarginTier {
    let found = this.tiers[0]
    for (const tier of this.tiers) if (tier.floor <= value) found = tier
    assert(found !== undefined, 'there is a margin tier')
    return found
  }
}
