/** Risk limits as a user writes them, and their conversion to the units of a run. `null` turns a limit off. */
import { z } from 'zod'
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { durationUs, type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import type { DataLevel } from '../model/tape.ts'
import type { InstrumentLimits, RiskLimits } from '../risk/risk-limits.ts'

const decimalText = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal number ≥ 0'))
const percent = z.number().min(0).max(100).nullable()
const count = z.number().int().min(1).nullable()

export const riskLimitsSchema = z.strictObject({
  /** Limit prices: largest distance from the mid, in percent of it. */
  priceDeviationPct: percent.default(5),
  /** Of one order, in units of the instrument. */
  minOrderSize: decimalText.nullable().default(null),
  maxOrderSize: decimalText.nullable().default(null),
  /** Of one order, in settlement currency. */
  minOrderValue: decimalText.nullable().default(null),
  maxOrderValue: decimalText.nullable().default(null),
  maxOpenOrders: count.default(200),
  /** Instruments with a position or a working order. */
  maxPositions: count.default(10),
  /** Value of one position, if its working orders fill, in percent of equity. */
  maxPositionValuePct: z.number().min(0).nullable().default(100),
  requirePositiveBalance: z.boolean().default(true),
  /** Submits, amends and cancels; cancels count and are never refused. */
  maxMessagesPerSecond: count.default(100),
  /** An order equal to one that still works is refused when that one was sent less than this long ago. */
  duplicateWindowMs: z.number().int().min(1).nullable().default(1000),
  maxDailyLossPct: percent.default(2),
  maxDrawdownPct: percent.default(10),
  /** Age of the newest market data. Left out: 10 s with a book, 10 min with prints only, three bars with bars. */
  maxDataAgeMs: z.number().int().min(1).nullable().optional(),
})
export type RiskConfig = z.output<typeof riskLimitsSchema>

export interface RiskLimitsInput {
  readonly risk: RiskConfig
  /** Whole, ≥ 1. */
  readonly leverage: number
  readonly instruments: readonly Instrument[]
  readonly level: DataLevel
  readonly barUs: number | undefined
}

/** @throws {ConfigError} QTY_OFF_GRID, RISK_VALUE */
export function toRiskLimits({ risk, leverage, instruments, level, barUs }: RiskLimitsInput): RiskLimits {
  const money = (amount: string | null): MoneyQuanta | undefined =>
    amount === null ? undefined : toQuanta(amount, instruments[0])
  const bps = (pct: number | null): number | undefined => (pct === null ? undefined : Math.round(pct * 100))
  return {
    priceDeviationBpsMax: bps(risk.priceDeviationPct),
    orderValueMin: money(risk.minOrderValue),
    orderValueMax: money(risk.maxOrderValue),
    openOrdersMax: risk.maxOpenOrders ?? undefined,
    positionsMax: risk.maxPositions ?? undefined,
    positionShareBpsMax: bps(risk.maxPositionValuePct),
    leverage,
    isBalanceChecked: risk.requirePositiveBalance,
    messageRate:
      risk.maxMessagesPerSecond === null
        ? undefined
        : { count: risk.maxMessagesPerSecond, windowUs: durationUs(1_000_000) },
    duplicateWindowUs:
      risk.duplicateWindowMs === null ? undefined : durationUs(risk.duplicateWindowMs * 1000),
    dailyLossBpsMax: bps(risk.maxDailyLossPct),
    drawdownBpsMax: bps(risk.maxDrawdownPct),
    staleDataUsMax: staleDataLimit(risk, level, barUs),
    instruments: instruments.map((instrument) => sizeLimits(risk, instrument)),
  }
}

function staleDataLimit(risk: RiskConfig, level: DataLevel, barUs: number | undefined) {
  if (risk.maxDataAgeMs === null) return undefined
  if (risk.maxDataAgeMs !== undefined) return durationUs(risk.maxDataAgeMs * 1000)
  if (level === 'bars') return durationUs(3 * (barUs ?? 60_000_000))
  return durationUs(level === 'trades' ? 600_000_000 : 10_000_000)
}

function sizeLimits(risk: RiskConfig, instrument: Instrument): InstrumentLimits {
  return {
    qtyMin: risk.minOrderSize === null ? undefined : instrument.parseQty(risk.minOrderSize),
    qtyMax: risk.maxOrderSize === null ? undefined : instrument.parseQty(risk.maxOrderSize),
  }
}

/** Amount of settlement currency in quanta, rounded down. @throws {ConfigError} AMOUNT_TOO_LARGE */
export function toQuanta(amount: string, instrument: Instrument | undefined): MoneyQuanta {
  const quantum = instrument?.spec.settleQuantum ?? '0.00000001'
  const quanta = parseDecimal(amount).div(quantum).floor()
  if (quanta.abs().gt(Number.MAX_SAFE_INTEGER)) {
    throw new ConfigError(
      'AMOUNT_TOO_LARGE',
      `${amount} is more than can be counted exactly in units of ${quantum}, which the tick and lot size of ` +
        `${instrument?.id ?? 'the instrument'} ask for: give a smaller --balance, such as ${Math.floor(Number.MAX_SAFE_INTEGER * Number(quantum) * 0.1)}`,
    )
  }
  return moneyQuanta(quanta.toNumber())
}
