/** What a fill costs: a share of its notional, by liquidity. */
import { stepsOf } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { mulDivCeil } from '../core/mul-div.ts'
import { type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import type { Liquidity } from '../model/execution-report.ts'

/** Parts of one hundred million of the notional: 2 bps = 20,000. Negative is a rebate. */
export interface FeeRates {
  readonly maker: number
  readonly taker: number
}

export const rateUnit = 100_000_000
/** 1 bp in units of a rate is 10,000 of them. */
const rateStepBps = '0.0001'
const rateBpsMax = 1000

/** @param rates decimal text in basis points, for example `{ maker: '2', taker: '5' }`; negative is a rebate */
export function parseFeeRates(rates: { readonly maker: string; readonly taker: string }): FeeRates {
  return { maker: parseFeeRate(rates.maker), taker: parseFeeRate(rates.taker) }
}

/** @throws {ConfigError} FEE_RATE when finer than 0.0001 bps or beyond ±1000 bps; DECIMAL_EXPECTED */
export function parseFeeRate(bps: string): number {
  const rate = stepsOf(bps, rateStepBps)
  if (rate === undefined || Math.abs(rate) > rateBpsMax * 10_000) {
    throw new ConfigError(
      'FEE_RATE',
      `fee of ${bps} bps: expected a multiple of ${rateStepBps} within ±${rateBpsMax} bps`,
    )
  }
  return rate
}

/** Notional × rate, rounded toward +∞: a cost is never too low, a rebate never too high. @param notional ≥ 0 */
export function feeOf(notional: MoneyQuanta, rates: FeeRates, liquidity: Liquidity): MoneyQuanta {
  return moneyQuanta(mulDivCeil(notional, liquidity === 'maker' ? rates.maker : rates.taker, rateUnit))
}
