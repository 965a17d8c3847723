/** Risk limits as a user writes them, and their conversion to the units of a run. `null` turns a limit off. */
import { z } from 'zod'
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { durationUs, type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import type { DataLevel } from '../model/tape.ts'
import type {
  InstrumentLimits,
  LeverageTier,
  MessageRate,
  RepeatLimit,
  RiskLimits,
} from '../risk/risk-limits.ts'

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
  /** Largest loss of a UTC day in settlement currency, besides the one in percent. Left out: any. */
  maxDailyLoss: decimalText.nullable().optional(),
  /** Market orders: how far from the mid the worst level that they need may lie, in percent of it. Left out: any. */
  maxSlippagePct: percent.optional(),
  /** Limit prices: largest distance from the last trade, in percent of it. Left out: any. */
  lastTradeDeviationPct: percent.optional(),
  /** How far the mid may move within `priceDriftWindowMs`, in percent; beyond it nothing adds to a position. Left out: any. */
  maxPriceDriftPct: percent.optional(),
  /** Left out: a minute. */
  priceDriftWindowMs: z.number().int().min(32).optional(),
  /** Value of the working orders of the account, and of one side of one instrument, in settlement currency. Left out: any. */
  maxOpenValue: decimalText.nullable().optional(),
  maxOpenValuePerSide: decimalText.nullable().optional(),
  /** Of one position, if its working orders fill, in units of the instrument. Left out: any. */
  maxPositionSize: decimalText.nullable().optional(),
  /** Part of the message rate that only cancels may use, in percent. Left out: 20. */
  cancelReservePct: z.number().min(0).max(90).optional(),
  /** Beyond it everything stops until a person resumes. Left out: any number. */
  maxFillsPerMinute: count.optional(),
  /** Post-only orders that would have taken do not count. Left out: 100. */
  maxRejectsPerMinute: count.optional(),
  maxLosingTripsPerHour: count.optional(),
  /** True: orders may meet working orders of ours. Left out: they are denied, unless `selfTradePrevention` is set. */
  allowSelfCross: z.boolean().optional(),
  /** Orders of one instrument without a known fate at which nothing adds to a position there. Left out: 1. */
  maxUnresolvedOrders: count.optional(),
  /** Ids of the instruments that may be traded. Left out: those of the run. */
  allowedInstruments: z.array(z.string()).optional(),
  /** How long the venue may say that we hold something else, before everything stops. Left out: 5 s. */
  positionGraceMs: z.number().int().min(1).nullable().optional(),
  /** Age of the newest market data. Left out: 10 s with a book, 10 min with prints only, three bars with bars. */
  maxDataAgeMs: z.number().int().min(1).nullable().optional(),
})
export type RiskConfig = z.output<typeof riskLimitsSchema>

export interface RiskLimitsInput {
  readonly risk: RiskConfig
  /** Whole, ≥ 1. */
  readonly leverage: number
  readonly leverageTiers: readonly LeverageTier[] | undefined
  readonly instruments: readonly Instrument[]
  readonly level: DataLevel
  readonly barUs: number | undefined
  /** The venue prevents that our orders meet. */
  readonly preventsSelfTrades: boolean
}

/** @throws {ConfigError} QTY_OFF_GRID, RISK_VALUE */
export function toRiskLimits(input: RiskLimitsInput): RiskLimits {
  const { risk, leverage, leverageTiers, instruments, level, barUs } = input
  const money = (amount: string | null = null): MoneyQuanta | undefined =>
    amount === null ? undefined : toQuanta(amount, instruments[0])
  const { fillRate, rejectRate, lossRate } = repeatLimits(risk)
  // One plain literal: what is spread has a hidden class that lasts no longer than the run, and every check reads this.
  return {
    fillRate,
    rejectRate,
    lossRate,
    lastTradeDeviationBpsMax: bps(risk.lastTradeDeviationPct),
    priceDrift: priceDrift(risk),
    openValueMax: money(risk.maxOpenValue),
    openValuePerSideMax: money(risk.maxOpenValuePerSide),
    isSelfCrossDenied: risk.allowSelfCross !== true && !input.preventsSelfTrades,
    unresolvedOrdersMax: risk.maxUnresolvedOrders === null ? undefined : (risk.maxUnresolvedOrders ?? 1),
    positionGraceUs: msOrOff(risk.positionGraceMs, 5000),
    priceDeviationBpsMax: bps(risk.priceDeviationPct),
    orderValueMin: money(risk.minOrderValue),
    orderValueMax: money(risk.maxOrderValue),
    openOrdersMax: risk.maxOpenOrders ?? undefined,
    positionsMax: risk.maxPositions ?? undefined,
    positionShareBpsMax: bps(risk.maxPositionValuePct),
    leverage,
    leverageTiers,
    isBalanceChecked: risk.requirePositiveBalance,
    messageRate: messageRate(risk),
    duplicateWindowUs:
      risk.duplicateWindowMs === null ? undefined : durationUs(risk.duplicateWindowMs * 1000),
    dailyLossBpsMax: bps(risk.maxDailyLossPct),
    dailyLossMax: money(risk.maxDailyLoss),
    slippageBpsMax: bps(risk.maxSlippagePct),
    drawdownBpsMax: bps(risk.maxDrawdownPct),
    staleDataUsMax: staleDataLimit(risk, level, barUs),
    instruments: instruments.map((instrument) => sizeLimits(risk, instrument)),
  }
}

const bps = (pct: number | null | undefined): number | undefined =>
  pct === null || pct === undefined ? undefined : Math.round(pct * 100)

const msOrOff = (ms: number | null | undefined, usual: number) =>
  ms === null ? undefined : durationUs((ms ?? usual) * 1000)

function messageRate({ maxMessagesPerSecond, cancelReservePct = 20 }: RiskConfig): MessageRate | undefined {
  if (maxMessagesPerSecond === null) return undefined
  const cancelReserve = Math.floor((maxMessagesPerSecond * cancelReservePct) / 100)
  return { count: maxMessagesPerSecond, windowUs: durationUs(1_000_000), cancelReserve }
}

function priceDrift({ maxPriceDriftPct, priceDriftWindowMs = 60_000 }: RiskConfig) {
  const bpsMax = bps(maxPriceDriftPct)
  return bpsMax === undefined ? undefined : { bpsMax, windowUs: durationUs(priceDriftWindowMs * 1000) }
}

function repeatLimits(risk: RiskConfig): Pick<RiskLimits, 'fillRate' | 'rejectRate' | 'lossRate'> {
  const limit = (max: number | null, windowUs: number): RepeatLimit | undefined =>
    max === null ? undefined : { count: max, windowUs: durationUs(windowUs) }
  return {
    fillRate: limit(risk.maxFillsPerMinute ?? null, 60_000_000),
    rejectRate: limit(risk.maxRejectsPerMinute === undefined ? 100 : risk.maxRejectsPerMinute, 60_000_000),
    lossRate: limit(risk.maxLosingTripsPerHour ?? null, 3_600_000_000),
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
    positionMax: risk.maxPositionSize == null ? undefined : instrument.parseQty(risk.maxPositionSize),
    isForbidden: risk.allowedInstruments?.includes(instrument.id) === false,
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
