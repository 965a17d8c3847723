/**
 * Amounts of an asset, as whole units of 1e-18: a balance sums what many instruments with different grids and fees
 * with eight decimals bring, and must never be rounded by accident.
 */
import { parseDecimal } from '../core/decimal.ts'
import type { Instrument } from '../model/instrument.ts'

const decimals = 18
/** Of one whole. */
const whole = 1_000_000_000_000_000_000n
/** Fees are charged in whole 1e-8, as venues state them. */
const feeUnit = 10_000_000_000n

/** @throws {ConfigError} DECIMAL_EXPECTED */
export function parseAmount(text: string): bigint {
  return BigInt(parseDecimal(text).times(`1e${decimals}`).toFixed(0))
}

/** Plain decimal text with at least eight decimals, more where there is more. */
export function amountText(amount: bigint): string {
  const sign = amount < 0n ? '-' : ''
  const size = amount < 0n ? -amount : amount
  const fraction = (size % whole).toString().padStart(decimals, '0')
  return `${sign}${size / whole}.${fraction.slice(0, 8)}${fraction.slice(8).replace(/0+$/, '')}`
}

/** Rounded down to whole 1e-8, where a message has room for eight decimals only. */
export function eightDecimals(amount: bigint): string {
  return amountText(amount - (amount % feeUnit))
}

/** What steps of an instrument's grids come to. */
export class AmountScale {
  /** Amount of base asset in a lot, and of quote asset in one tick × one lot. */
  readonly perLot: bigint
  readonly perTickLot: bigint
  /** Amount of quote asset per tick: of a price. */
  readonly perTick: bigint

  constructor({ spec }: Instrument) {
    this.perLot = parseAmount(parseDecimal(spec.lotSize).times(spec.contractSize).toFixed())
    this.perTickLot = parseAmount(
      parseDecimal(spec.tickSize).times(spec.lotSize).times(spec.contractSize).toFixed(),
    )
    this.perTick = parseAmount(spec.tickSize)
  }

  ofLots(lots: number): bigint {
    return BigInt(lots) * this.perLot
  }

  /** Value of lots at a price. */
  ofCost(tick: number, lots: number): bigint {
    return BigInt(tick) * BigInt(lots) * this.perTickLot
  }
}

/** A fee, rounded up to whole 1e-8. @param rate millionths: 1000 is 0.1 %; negative: a rebate, rounded down */
export function feeOf(amount: bigint, rate: number): bigint {
  const exact = amount * BigInt(rate)
  const unit = feeUnit * 1_000_000n
  const units = exact / unit
  return (exact > 0n && exact % unit !== 0n ? units + 1n : units) * feeUnit
}
