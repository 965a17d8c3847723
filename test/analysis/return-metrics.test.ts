import { describe, expect, it } from 'vitest'
import * as metrics from '../../src/analysis/return-metrics.ts'

/** Reference values: numpy, quantstats, empyrical and ffn on the same twelve returns, k = 365. */
const returns = [0.01, -0.02, 0.015, 0.003, -0.007, 0.012, -0.001, 0, 0.02, -0.03, 0.005, 0.009]

describe('metrics of a series of returns', () => {
  it.each([
    // Σ = 0.016; 0.016 / 12
    ['mean', metrics.mean(returns), 0.016 / 12],
    ['standard deviation, sample', metrics.standardDeviation(returns), 0.0144997388],
    ['standard deviation, population', metrics.standardDeviation(returns, 0), 0.0138824429],
    ['Sharpe ratio, 365 periods', metrics.sharpeRatio(returns, 365), 1.7568107936],
    ['Sharpe ratio, 252 periods', metrics.sharpeRatio(returns, 252), 1.4597511605],
    ['Sortino ratio', metrics.sortinoRatio(returns, 365), 2.4016455264],
    ['downside deviation, a year', (metrics.downsideDeviation(returns) ?? 0) * Math.sqrt(365), 0.2026388413],
    ['maximum drawdown', metrics.maxDrawdownOfReturns(returns), -0.03],
    ['cumulative return', metrics.cumulativeReturn(returns), 0.0149363522],
    ['compound annual growth rate', metrics.compoundAnnualGrowthRate(returns, 365), 0.5698099462],
    ['Calmar ratio', metrics.calmarRatio(returns, 365), 18.9936648727],
    ['value at risk, historical', metrics.valueAtRisk(returns), -0.0245],
    ['conditional value at risk', metrics.conditionalValueAtRisk(returns), -0.03],
    // gains 0.074 / losses 0.058
    ['profit factor', metrics.profitFactor(returns), 0.074 / 0.058],
    ['win rate', metrics.winRate(returns), 7 / 11],
    ['annual volatility', metrics.annualVolatility(returns, 365), 0.2770171201],
  ])('reproduces the reference: %s', (_name, actual, expected) => {
    expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(1e-9)
  })

  it('counts the start as a peak: a first day of −50 % is a drawdown of −50 %', () => {
    expect(metrics.maxDrawdownOfReturns([-0.5, 0.2])).toBe(-0.5)
  })

  it.each([
    ['mean of nothing', metrics.mean([])],
    ['deviation of one value', metrics.standardDeviation([0.01])],
    ['Sharpe ratio without variance', metrics.sharpeRatio([0.01, 0.01, 0.01], 365)],
    ['Sharpe ratio of one return', metrics.sharpeRatio([0.01], 365)],
    ['Sortino ratio without a loss', metrics.sortinoRatio([0.01, 0.02], 365)],
    ['growth after a total loss', metrics.compoundAnnualGrowthRate([-1], 365)],
    ['Calmar ratio without a drawdown', metrics.calmarRatio([0.01, 0.02], 365)],
    ['profit factor without a loss', metrics.profitFactor([1, 2])],
    ['win rate of zeros', metrics.winRate([0, 0])],
    ['quantile of nothing', metrics.quantile([], 0.5)],
  ])('is undefined, not zero: %s', (_name, actual) => {
    expect(actual).toBeUndefined()
  })

  it('does not reorder what it is given', () => {
    const values = [3, 1, 2]
    // position 0.25 × 2 = 0.5, half-way between 1 and 2
    expect(metrics.quantile(values, 0.25)).toBe(1.5)
    expect(values).toEqual([3, 1, 2])
  })
})
