/** What the account did: drawdown, daily returns and their metrics, round trips. */
import { Instrument } from '../model/instrument.ts'
import type { EquitySamples, RunRecord } from '../model/run-record.ts'
import { samplingIntervalUs } from './market-path.ts'
import * as metrics from './return-metrics.ts'
import { pairRoundTrips, type RoundTrip } from './round-trips.ts'

/** Crypto trades every day of the year. */
export const tradingDaysPerYear = 365
/** Fewer daily returns than this say nothing about a ratio, so none is given. */
export const minDailyReturns = 7
const dayUs = 86_400_000_000

export interface Performance {
  /** Interval between equity samples in microseconds; the drawdown can have been deeper between two of them. */
  readonly sampleIntervalUs: number | undefined
  readonly drawdown: Drawdown
  readonly roundTrips: readonly RoundTrip[]
  /** Of round trips, net of fees. */
  readonly roundTripWinRate: number | undefined
  readonly roundTripProfitFactor: number | undefined
  /** UTC days; the first and the last may be partial. */
  readonly dailyReturns: readonly number[]
  /** Of daily returns; undefined with fewer than `minDailyReturns` of them. */
  readonly daily: DailyMetrics | undefined
}

export interface Drawdown {
  /** Equity below its highest value so far, in settlement currency, ≤ 0, per equity sample; the start is a peak. */
  readonly path: readonly number[]
  /** The deepest, ≤ 0, in settlement currency and as a share of the peak before it. */
  readonly maxAmount: number
  readonly maxShare: number | undefined
}

/** Annualised with √365 and a risk-free rate of 0. */
export interface DailyMetrics {
  readonly sharpe: number | undefined
  readonly sortino: number | undefined
  readonly calmar: number | undefined
  readonly volatility: number | undefined
  readonly growth: number | undefined
  /** Historical, 5 %. */
  readonly valueAtRisk: number | undefined
  readonly conditionalValueAtRisk: number | undefined
  readonly dailyWinRate: number | undefined
  readonly dailyProfitFactor: number | undefined
}

export function analyzePerformance(record: RunRecord): Performance {
  const initial = Number(record.summary.initialBalance)
  const instruments = record.instruments.map((spec) => new Instrument(spec))
  const roundTrips = pairRoundTrips(record.fills, instruments)
  const net = roundTrips.map((trip) => trip.netPnl * (instruments[trip.instrument]?.settleQuantum ?? 0))
  const dailyReturns = computeDailyReturns(record.equity, initial)
  return {
    sampleIntervalUs: samplingIntervalUs(record.equity.time),
    drawdown: computeDrawdown(record.equity.equity, initial),
    roundTrips,
    roundTripWinRate: metrics.winRate(net),
    roundTripProfitFactor: metrics.profitFactor(net),
    dailyReturns,
    daily: dailyReturns.length < minDailyReturns ? undefined : dailyMetrics(dailyReturns),
  }
}

/** @param initial equity before the first sample: the first peak */
export function computeDrawdown(equity: readonly number[], initial: number): Drawdown {
  let peak = initial
  let maxAmount = 0
  let maxShare = 0
  const path = equity.map((value) => {
    peak = Math.max(peak, value)
    maxAmount = Math.min(maxAmount, value - peak)
    if (peak > 0) maxShare = Math.min(maxShare, (value - peak) / peak)
    return value - peak
  })
  return { path, maxAmount, maxShare: initial > 0 ? maxShare : undefined }
}

/** Equity at the last sample of each UTC day against the day before; the first against `initial`. No flows exist. */
export function computeDailyReturns({ time, equity }: EquitySamples, initial: number): number[] {
  const closes: number[] = []
  let day: number | undefined
  for (const [index, value] of equity.entries()) {
    const today = Math.floor((time[index] ?? 0) / dayUs)
    if (today === day) closes.pop()
    day = today
    closes.push(value)
  }
  return closes.map((close, index) => close / (closes[index - 1] ?? initial) - 1)
}

function dailyMetrics(returns: readonly number[]): DailyMetrics {
  return {
    sharpe: metrics.sharpeRatio(returns, tradingDaysPerYear),
    sortino: metrics.sortinoRatio(returns, tradingDaysPerYear),
    calmar: metrics.calmarRatio(returns, tradingDaysPerYear),
    volatility: metrics.annualVolatility(returns, tradingDaysPerYear),
    growth: metrics.compoundAnnualGrowthRate(returns, tradingDaysPerYear),
    valueAtRisk: metrics.valueAtRisk(returns),
    conditionalValueAtRisk: metrics.conditionalValueAtRisk(returns),
    dailyWinRate: metrics.winRate(returns),
    dailyProfitFactor: metrics.profitFactor(returns),
  }
}
