import { describe, expect, it } from 'vitest'
import { analyzePerformance, computeDailyReturns, computeDrawdown } from '../../src/analysis/performance.ts'
import type { EquitySamples } from '../../src/model/run-record.ts'
import { buildRunRecord } from '../support/run-record.ts'

const hourUs = 3_600_000_000

function equityOf(entries: readonly (readonly [hour: number, equity: number])[]): EquitySamples {
  const zero = entries.map(() => 0)
  return {
    time: entries.map(([hour]) => hour * hourUs),
    equity: entries.map(([, equity]) => equity),
    realizedPnl: zero,
    unrealizedPnl: zero,
    fees: zero,
    funding: zero,
  }
}

describe('drawdown', () => {
  it('is measured from the highest equity so far, the start included', () => {
    expect(computeDrawdown([90, 120, 100, 108], 100)).toEqual({
      path: [-10, 0, -20, -12],
      maxAmount: -20,
      maxShare: -20 / 120,
    })
  })

  it('of an account that only gains is zero', () => {
    expect(computeDrawdown([100, 101, 102], 100)).toMatchObject({ maxAmount: 0, maxShare: 0 })
  })
})

describe('daily returns', () => {
  it('compare the last equity of each UTC day with the day before, the first with the start', () => {
    const equity = equityOf([
      [1, 105],
      [23, 110], // +10 %
      [24, 130],
      [47, 99], // −10 %
      [48, 99], // 0
    ])
    const returns = computeDailyReturns(equity, 100)
    expect(returns).toHaveLength(3)
    expect(returns[0]).toBeCloseTo(0.1, 12)
    expect(returns[1]).toBeCloseTo(-0.1, 12)
    expect(returns[2]).toBe(0)
  })
})

describe('performance', () => {
  it('gives no ratio of daily returns for a run of minutes', () => {
    const { daily, dailyReturns, sampleIntervalUs } = analyzePerformance(buildRunRecord())
    expect(dailyReturns).toHaveLength(1)
    expect(daily).toBeUndefined()
    expect(sampleIntervalUs).toBe(100_000)
  })

  it('gives them from seven days on', () => {
    const equity = equityOf([100, 101, 99, 103, 102, 104, 105].map((value, day) => [24 * day + 12, value]))
    const record = buildRunRecord()
    const summary = { ...record.summary, initialBalance: '100' }
    const { daily } = analyzePerformance({ ...record, summary, equity })
    // up, down, up, down, up, up; the first day is flat and does not count
    expect(daily?.dailyWinRate).toBe(4 / 6)
    expect(daily?.sharpe).toBeGreaterThan(0)
  })

  it('counts a trip that only its fees turned into a loss as a loss', () => {
    const record = buildRunRecord()
    const { roundTrips, roundTripWinRate } = analyzePerformance(record)
    const wins = roundTrips.filter((trip) => trip.netPnl > 0).length
    const decided = roundTrips.filter((trip) => trip.netPnl !== 0).length
    expect(roundTrips.some((trip) => trip.grossPnl >= 0 && trip.netPnl < 0)).toBe(true)
    expect(roundTripWinRate).toBe(wins / decided)
  })
})
