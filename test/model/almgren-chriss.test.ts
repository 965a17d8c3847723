import { describe, expect, it } from 'vitest'
import {
  computeHoldings,
  computeKappa,
  expectedCost,
  type ImpactModel,
} from '../../src/model/almgren-chriss.ts'

/** The numerical example of the paper, section 4: a million shares in five days. */
const paper: ImpactModel = {
  qty: 1e6,
  intervals: 5,
  interval: 1,
  riskAversion: 1e-6,
  volatility: 0.95,
  temporaryImpact: 2.5e-6,
  permanentImpact: 2.5e-7,
}
const epsilon = 0.0625

/** Within a part in a million. */
function expectClose(found: number | undefined, expected: number): void {
  expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-6)
}

describe('the schedule of Almgren and Chriss', () => {
  it('is that of the published example', () => {
    expectClose(computeKappa(paper), 0.6070761632)
    const holdings = computeHoldings(paper)
    const expected = [1e6, 541955.55, 289854.22, 147897.49, 62141.8, 0]
    expect(holdings).toHaveLength(6)
    for (const [j, held] of expected.entries()) expectClose(holdings[j], held)
    expectClose(expectedCost(paper, holdings, epsilon), 911226.986)
  })

  it('hurries more with twice the risk aversion', () => {
    const model = { ...paper, riskAversion: 2e-6 }
    expectClose(computeKappa(model), 0.8462971345)
    const holdings = computeHoldings(model)
    expectClose(holdings[1], 428598.85)
    expectClose(expectedCost(model, holdings, epsilon), 1140715.167)
  })

  it('is even slices, exactly, without risk aversion', () => {
    const model = { ...paper, riskAversion: 0 }
    const holdings = computeHoldings(model)
    expect(holdings).toEqual([1e6, 8e5, 6e5, 4e5, 2e5, 0])
    expect(computeKappa(model)).toBe(0)
    // ½ × 2.5e-7 × 1e12 + 0.0625 × 1e6 + 2.375e-6 × 5 × 4e10 = 125000 + 62500 + 475000
    expectClose(expectedCost(model, holdings, epsilon), 662500)
  })

  it.each([
    // Printed by DROP (lakshmiDRIP) for σ = 0.30 × 50 ÷ √250: percent of the whole, by λ.
    [0.001e-6, [100, 79.955, 59.939, 39.947, 19.97, 0]],
    [0.25e-6, [100, 70.55, 47.784, 29.545, 14.104, 0]],
    [1e-6, [100, 54.238, 29.03, 14.822, 6.23, 0]],
    [4e-6, [100, 31.212, 9.734, 3.013, 0.857, 0]],
  ])('agrees with another implementation at λ = %f', (riskAversion, percents) => {
    const model = { ...paper, qty: 100, riskAversion, volatility: 0.9486832980505138 }
    const holdings = computeHoldings(model)
    percents.forEach((percent, j) => {
      expect(holdings[j]).toBeCloseTo(percent, 2)
    })
  })

  it('agrees with the hyperbolic sines it avoids', () => {
    for (const riskAversion of [1e-12, 1e-9, 1e-7, 1e-5, 1e-4]) {
      const model = { ...paper, intervals: 40, riskAversion }
      const kappa = computeKappa(model)
      const holdings = computeHoldings(model)
      for (const j of [1, 7, 20, 39]) {
        const expected = (Math.sinh(kappa * (40 - j)) / Math.sinh(kappa * 40)) * model.qty
        expect(Math.abs((holdings[j] ?? 0) / expected - 1)).toBeLessThan(1e-6)
      }
    }
  })

  it.each([1, 1e6, 1e60, 1e200])('stays finite and falling when the aversion is %f', (riskAversion) => {
    const holdings = computeHoldings({ ...paper, intervals: 300, riskAversion })
    expect(holdings[0]).toBe(1e6)
    expect(holdings[300]).toBe(0)
    for (let j = 1; j <= 300; j++) {
      const held = holdings[j] ?? Number.NaN
      expect(held).toBeGreaterThanOrEqual(0)
      expect(held).toBeLessThanOrEqual(holdings[j - 1] ?? Number.NaN)
    }
  })

  it('trades everything at once in one interval', () => {
    expect(computeHoldings({ ...paper, intervals: 1 })).toEqual([1e6, 0])
  })
})
