/**
 * Metrics of a series of arithmetic returns, one entry per period. Formulas are those that quantstats, empyrical
 * and ffn agree on, and where they do not, the comment names the choice. Undefined where a metric does not exist
 * (too few returns, no variance, no losses): never 0, never NaN.
 */

export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length
}

/** @param ddof 1 for the sample (n − 1), 0 for the population */
export function standardDeviation(values: readonly number[], ddof: 0 | 1 = 1): number | undefined {
  const average = mean(values)
  if (average === undefined || values.length <= ddof) return undefined
  let squares = 0
  for (const value of values) squares += (value - average) * (value - average)
  return Math.sqrt(squares / (values.length - ddof))
}

/** mean / sd(ddof 1) × √k, risk-free rate 0. @param periodsPerYear k: 365 for daily returns of crypto */
export function sharpeRatio(returns: readonly number[], periodsPerYear: number): number | undefined {
  const deviation = standardDeviation(returns)
  // A constant series leaves a deviation of rounding errors, not of zero.
  if (deviation === undefined || new Set(returns).size < 2) return undefined
  return ratio(mean(returns), deviation, Math.sqrt(periodsPerYear))
}

/** √(Σ min(r, 0)² / N) with N the number of all returns (Sortino and Price 1994). */
export function downsideDeviation(returns: readonly number[]): number | undefined {
  if (returns.length === 0) return undefined
  let squares = 0
  for (const value of returns) squares += Math.min(value, 0) * Math.min(value, 0)
  return Math.sqrt(squares / returns.length)
}

/** mean / downside deviation × √k. */
export function sortinoRatio(returns: readonly number[], periodsPerYear: number): number | undefined {
  return ratio(mean(returns), downsideDeviation(returns), Math.sqrt(periodsPerYear))
}

export function annualVolatility(returns: readonly number[], periodsPerYear: number): number | undefined {
  const deviation = standardDeviation(returns)
  return deviation === undefined ? undefined : deviation * Math.sqrt(periodsPerYear)
}

/** Π (1 + r) − 1. */
export function cumulativeReturn(returns: readonly number[]): number | undefined {
  if (returns.length === 0) return undefined
  return returns.reduce((wealth, value) => wealth * (1 + value), 1) - 1
}

/** (1 + R)^(k / n) − 1. Undefined after a total loss. */
export function compoundAnnualGrowthRate(
  returns: readonly number[],
  periodsPerYear: number,
): number | undefined {
  const total = cumulativeReturn(returns)
  if (total === undefined || total <= -1) return undefined
  return Math.exp((Math.log(1 + total) * periodsPerYear) / returns.length) - 1
}

/** Largest loss from a peak, ≤ 0. The start counts as a peak, so a first day of −50 % is −0.5. */
export function maxDrawdownOfReturns(returns: readonly number[]): number | undefined {
  if (returns.length === 0) return undefined
  let wealth = 1
  let peak = 1
  let worst = 0
  for (const value of returns) {
    wealth *= 1 + value
    peak = Math.max(peak, wealth)
    worst = Math.min(worst, wealth / peak - 1)
  }
  return worst
}

/** CAGR / |max drawdown| (Young 1991). */
export function calmarRatio(returns: readonly number[], periodsPerYear: number): number | undefined {
  const drawdown = maxDrawdownOfReturns(returns)
  const growth = compoundAnnualGrowthRate(returns, periodsPerYear)
  return drawdown === undefined ? undefined : ratio(growth, Math.abs(drawdown))
}

/** The `share` quantile, linear between order statistics (numpy's default). @param share 0–1 */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = Float64Array.from(values).sort()
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)]
  const high = sorted[Math.ceil(position)]
  if (low === undefined || high === undefined) return undefined
  return low + (high - low) * (position - Math.floor(position))
}

/** Historical value at risk: the return that is undercut with probability `share`; negative is a loss. */
export function valueAtRisk(returns: readonly number[], share = 0.05): number | undefined {
  return quantile(returns, share)
}

/** Mean of the lowest int((n − 1) × share) + 1 returns (empyrical). */
export function conditionalValueAtRisk(returns: readonly number[], share = 0.05): number | undefined {
  const sorted = Float64Array.from(returns).sort()
  return mean([...sorted.subarray(0, Math.floor((sorted.length - 1) * share) + 1)])
}

/** Σ gains / |Σ losses|. Undefined without a loss. */
export function profitFactor(results: readonly number[]): number | undefined {
  const gains = sum(results.filter((value) => value > 0))
  const losses = sum(results.filter((value) => value < 0))
  return ratio(gains, Math.abs(losses))
}

/** Share of results above zero; zeros do not count on either side (quantstats). 0–1. */
export function winRate(results: readonly number[]): number | undefined {
  const decided = results.filter((value) => value !== 0)
  return ratio(decided.filter((value) => value > 0).length, decided.length)
}

function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function ratio(numerator: number | undefined, denominator: number | undefined, factor = 1) {
  if (numerator === undefined || denominator === undefined || denominator === 0) return undefined
  return (numerator / denominator) * factor
}
