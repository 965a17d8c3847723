/** Margin and fee tiers in the units of a run. */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import type { Instrument, InstrumentKind } from '../model/instrument.ts'
import { FeeTiers } from '../position/fee-tiers.ts'
import { parseFeeRates } from '../position/fees.ts'
import { type MarginTier, marginRateUnit } from '../position/margin.ts'
import type { MarginSettings } from '../position/venue-account.ts'
import type { LeverageTier } from '../risk/risk-limits.ts'
import type { FeesConfig, MarginConfig } from './account-schemas.ts'
import type { RunConfig } from './run-config.ts'

type TierConfig = Exclude<MarginConfig, 'off'>

/**
 * In force with leverage, where nothing is said: half a percent of the value must be left, whatever its size, and a
 * liquidation costs what Binance charged for BTCUSDT (`liquidationFee` 0.012 of its exchangeInfo).
 */
export const defaultMargin: TierConfig = {
  tiers: [{ floor: '0', maintenancePct: '0.5' }],
  liquidationFeeBps: '120',
}

/** Undefined: nobody is liquidated. Spot never is; contracts are when the account may owe more than it has. */
export function marginInForce(
  { margin, account, fillModel }: Pick<RunConfig, 'margin' | 'account' | 'fillModel'>,
  kinds: readonly InstrumentKind[],
): TierConfig | undefined {
  if (margin === 'off' || kinds.every((kind) => kind === 'spot')) return undefined
  // hftbacktest liquidates nobody: under its fill model only who asks for it gets it.
  const isDefault = account.leverage > 1 && fillModel !== 'hftbacktest'
  return margin ?? (isDefault ? defaultMargin : undefined)
}

/** @throws {ConfigError} MARGIN_LEVERAGE, MARGIN_RATE, MARGIN_SPOT, AMOUNT_TOO_LARGE */
export function toMargin(
  config: Pick<RunConfig, 'margin' | 'account' | 'fillModel'>,
  instruments: readonly Instrument[],
): MarginSettings | undefined {
  const kinds = instruments.map(({ spec }) => spec.kind)
  const margin = marginInForce(config, kinds)
  if (margin === undefined) {
    if (config.margin === undefined || config.margin === 'off') return undefined
    throw new ConfigError(
      'MARGIN_SPOT',
      'margin: expected a contract among the data, found spot alone, which nobody liquidates; leave it out or give --kind',
    )
  }
  const tiers: MarginTier[] = []
  for (const tier of margin.tiers) tiers.push(toTier(tier, tiers.at(-1), instruments[0]))
  const { leverage } = config.account
  const [first] = tiers
  if (first !== undefined && first.rate * leverage >= marginRateUnit) {
    throw new ConfigError(
      'MARGIN_LEVERAGE',
      `leverage ${leverage} leaves no more than the maintenance margin of ${margin.tiers[0]?.maintenancePct} %: every position would be liquidated at once`,
    )
  }
  const liquidationFee = wholeOf('liquidation fee', margin.liquidationFeeBps, 10_000)
  return { tiers, liquidationFee }
}

function toTier(
  { floor, maintenancePct, deduction }: TierConfig['tiers'][number],
  before: MarginTier | undefined,
  instrument: Instrument | undefined,
): MarginTier {
  const rate = wholeOf('maintenance rate', maintenancePct, 100)
  const from = quantaOf(floor, instrument)
  // Continuous at the floor: floor × rate − deduction is the same in both tiers.
  const step = before === undefined ? 0 : Math.round((from / marginRateUnit) * (rate - before.rate))
  const taken =
    deduction === undefined
      ? moneyQuanta(Math.max(0, (before?.deduction ?? 0) + step))
      : quantaOf(deduction, instrument)
  return { floor: from, rate, deduction: taken }
}

/** For the risk guard: the largest leverage by value of the position. */
export function toLeverageTiers(
  config: Pick<RunConfig, 'margin' | 'account' | 'fillModel'>,
  instruments: readonly Instrument[],
): LeverageTier[] | undefined {
  const margin = marginInForce(
    config,
    instruments.map(({ spec }) => spec.kind),
  )
  if (margin === undefined || margin.tiers.every(({ maxLeverage }) => maxLeverage === undefined)) {
    return undefined
  }
  return margin.tiers.map(({ floor, maxLeverage }) => ({
    floor: quantaOf(floor, instruments[0]),
    leverageMax: maxLeverage ?? config.account.leverage,
  }))
}

/** By volume; undefined where everybody pays the same. */
export function toFeeTiers(fees: FeesConfig, instruments: readonly Instrument[]): FeeTiers | undefined {
  if (fees.tiers === undefined) return undefined
  const quantum = instruments[0]?.spec.settleQuantum ?? '0.00000001'
  const quanta = (amount: string): bigint => BigInt(parseDecimal(amount).div(quantum).floor().toFixed(0))
  const tiers = fees.tiers.map(({ volume, makerBps, takerBps }) => ({
    volume: quanta(volume),
    rates: parseFeeRates({ maker: makerBps, taker: takerBps }),
  }))
  return new FeeTiers(tiers, quanta(fees.volume ?? '0'))
}

/** `text` ÷ `per` in parts of `marginRateUnit`. */
function wholeOf(what: string, text: string, per: number): number {
  const rate = parseDecimal(text).times(marginRateUnit / per)
  if (rate.isInteger() && rate.lt(marginRateUnit)) return rate.toNumber()
  throw new ConfigError(
    'MARGIN_RATE',
    `${what} ${text}: expected less than the whole, in steps of ${per / marginRateUnit}`,
  )
}

function quantaOf(amount: string, instrument: Instrument | undefined): MoneyQuanta {
  const quantum = instrument?.spec.settleQuantum ?? '0.00000001'
  const quanta = parseDecimal(amount).div(quantum).floor()
  // A tier that starts beyond all that can be counted is never reached.
  return moneyQuanta(quanta.gt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : quanta.toNumber())
}
