/**
 * The optimal schedule of Almgren and Chriss (2000, "Optimal Execution of Portfolio Transactions", J. Risk 3(2),
 * eq. 16–20): trades early what the risk of waiting is worth, late what the impact of hurry costs.
 *
 * With κ from 2 (cosh κτ − 1) = κ̃²τ², κ̃² = λσ² ÷ η̃ and η̃ = η − γτ/2, what is held after interval j of N is
 * x(j) = sinh(κ(N − j)τ) ÷ sinh(κNτ) × X. The language lets `Math.sinh` and `Math.exp` differ between machines, and a
 * schedule reaches the journal: so neither is used. sinh(mκτ) ÷ sinh(κτ) follows from the recurrence
 * s(m+1) − s(m) = s(m) − s(m−1) + κ̃²τ² × s(m), of + and × alone, in which nothing cancels.
 */
import { naturalLog } from '../core/natural-log.ts'

/** In any units of quantity, time, price and money that agree. */
export interface ImpactModel {
  /** X, to be traded; > 0. */
  readonly qty: number
  /** N, of equal length; ≥ 1. */
  readonly intervals: number
  /** τ, the length of one; > 0. */
  readonly interval: number
  /** λ, per money of cost, ≥ 0. */
  readonly riskAversion: number
  /** σ, price per √time, ≥ 0. */
  readonly volatility: number
  /** η, price per quantity a time; above `permanentImpact` × `interval` ÷ 2. */
  readonly temporaryImpact: number
  /** γ, price per quantity, ≥ 0. */
  readonly permanentImpact: number
}

/** Far from the largest double, so that one more step of any schedule stays finite. */
const largest = 1e140

/** @returns what is still to be traded at the ends of the intervals: `holdings[0]` = qty, `holdings[intervals]` = 0 */
export function computeHoldings(model: ImpactModel): number[] {
  const { qty, intervals } = model
  const curvature = curvatureOf(model)
  // sums[m] = sinh(mκτ) ÷ sinh(κτ), up to one common factor.
  const sums = [0]
  let sum = 1
  let difference = 1
  for (let m = 1; m <= intervals; m++) {
    sums.push(sum)
    difference += curvature * sum
    sum += difference
    if (sum < largest) continue
    // Only ratios count: beside this one the others are next to nothing.
    for (let i = 0; i <= m; i++) sums[i] = (sums[i] ?? 0) / sum
    difference /= sum
    sum = 1
  }
  const whole = sums[intervals] ?? 1
  return sums.map((part) => (part / whole) * qty).reverse()
}

/** κ, per time: the schedule shrinks by e every 1 ÷ κ. */
export function computeKappa(model: ImpactModel): number {
  const curvature = curvatureOf(model)
  // acosh(1 + c/2) = ln(1 + c/2 + √(c + c²/4)).
  return naturalLog(1 + curvature / 2 + Math.sqrt(curvature + (curvature * curvature) / 4)) / model.interval
}

/**
 * Expected shortfall of a schedule in money.
 * @param fixedCost ε, price: half the spread and fees, paid on every quantity
 */
export function expectedCost(model: ImpactModel, holdings: readonly number[], fixedCost: number): number {
  let traded = 0
  let squares = 0
  for (let j = 1; j < holdings.length; j++) {
    const lots = (holdings[j - 1] ?? 0) - (holdings[j] ?? 0)
    traded += Math.abs(lots)
    squares += lots * lots
  }
  const { permanentImpact, qty, interval } = model
  return (
    (permanentImpact * qty * qty) / 2 + fixedCost * traded + (netTemporaryImpact(model) / interval) * squares
  )
}

/** η̃ = η − γτ/2: an interval's own permanent impact is only half felt by its own trades. */
export function netTemporaryImpact(
  model: Pick<ImpactModel, 'temporaryImpact' | 'permanentImpact' | 'interval'>,
): number {
  return model.temporaryImpact - (model.permanentImpact * model.interval) / 2
}

/** κ̃²τ²; beyond the bound the first interval has everything anyway. */
function curvatureOf(model: ImpactModel): number {
  const { riskAversion, volatility, interval } = model
  const squared = (riskAversion * volatility * volatility * interval * interval) / netTemporaryImpact(model)
  return Math.min(squared, 1e100)
}
