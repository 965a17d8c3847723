/**
 * Fees taken out of what a buy brings in (spot: "from the received asset"): a buy of 100 lots leaves the account with a
 * little less than 100. What is held is counted in whole lots, which can be sold, and in the rest below one lot, the
 * dust, in quanta of the base currency. Nothing of it is ever rounded away. Rules: docs/ACCOUNTING.md.
 */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError, InvariantError } from '../core/errors.ts'
import type { InstrumentSpec } from './instrument.ts'

/** Venues keep eight decimals of a coin (`baseCommissionPrecision` of Binance's exchangeInfo); more where a lot has more. */
export function baseQuantumOf({ lotSize }: Pick<InstrumentSpec, 'lotSize'>): string {
  const decimals = Math.max(8, parseDecimal(lotSize).decimalPlaces())
  return parseDecimal('1').div(`1e${decimals}`).toFixed()
}

/** A whole number > 0. @throws {ConfigError} FEE_CURRENCY when it is too large to count with */
export function baseQuantaPerLot(spec: Pick<InstrumentSpec, 'id' | 'lotSize'>): number {
  const quanta = parseDecimal(spec.lotSize).div(baseQuantumOf(spec)).toNumber()
  if (Number.isSafeInteger(quanta)) return quanta
  throw new ConfigError(
    'FEE_CURRENCY',
    `${spec.id}: a lot of ${spec.lotSize} is too large to take fees in ${baseQuantumOf(spec)} of it`,
  )
}

/** Decimal text in base currency. */
export function formatBase(quanta: bigint | number, spec: Pick<InstrumentSpec, 'lotSize'>): string {
  const quantum = baseQuantumOf(spec)
  return parseDecimal(String(quanta)).times(quantum).toFixed(parseDecimal(quantum).decimalPlaces())
}

/** Lots × quanta per lot × rate, rounded toward +∞: a cost is never too low, a rebate never too high. */
export function feeInBase(lots: number, rate: number, rateUnit: number, quantaPerLot: number): number {
  const exact = BigInt(lots) * BigInt(rate) * BigInt(quantaPerLot)
  const unit = BigInt(rateUnit)
  const quotient = exact / unit
  const fee = Number(exact > 0n && quotient * unit !== exact ? quotient + 1n : quotient)
  if (!Number.isSafeInteger(fee)) throw new InvariantError(`fee of ${fee} base quanta is not a safe integer`)
  return fee
}

/** What a buy leaves after its fee. */
export interface Received {
  /** Whole lots that the position grows by, ≥ 0; more than were bought when dust makes a whole lot. */
  readonly lots: number
  /** Base quanta below one lot afterwards: 0 to quantaPerLot − 1. */
  readonly dust: number
}

/** @param fee in base quanta. @param dust before, in base quanta */
export function receive(bought: number, fee: number, dust: number, quantaPerLot: number): Received {
  const owed = fee - dust
  const given = Math.ceil(owed / quantaPerLot)
  return { lots: bought - given + 0, dust: given * quantaPerLot - owed + 0 }
}
