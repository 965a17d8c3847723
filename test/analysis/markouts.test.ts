import { describe, expect, it } from 'vitest'
import { computeMarkouts } from '../../src/analysis/markouts.ts'
import type { MarketSamples } from '../../src/model/run-record.ts'
import { fillOf } from '../support/fill.ts'

/** A market without spread, one sample a second: 100, 101, … up to 130. */
function rising(intervalUs: number): MarketSamples {
  const steps = Array.from({ length: 31 }, (_, index) => index)
  const price = steps.map((index) => 100 + index)
  const zero = steps.map(() => 0)
  const time = steps.map((index) => index * intervalUs)
  return { time, bid: price, ask: price, last: price, tradedQty: zero, tradedNotional: zero, position: zero }
}

describe('markouts', () => {
  it('are good for a buyer when the market rises, bad for a seller, weighted by quantity', () => {
    const fills = [
      fillOf({ time: 0, side: 'buy', price: 1000, qty: 3 }), // at 100.0 with a tick of 0.1
      fillOf({ time: 2_000_000, side: 'sell', price: 1000, qty: 1 }),
    ]
    const [after1s, after5s] = computeMarkouts(fills, rising(1_000_000), 0.1)
    // +1 s: buy 101 → +100 bps × 3; sell 103 → −300 bps × 1; 0 on average
    expect(after1s).toEqual({ horizonUs: 1_000_000, bps: 0, measuredShare: 1 })
    // +5 s: buy 105 → +500 × 3; sell 107 → −700
    expect(after5s?.bps).toBeCloseTo((3 * 500 - 700) / 4, 9)
  })

  it('leave out fills too close to the end, and say how much was measured', () => {
    const fills = [
      fillOf({ time: 0, side: 'buy', price: 1000, qty: 1 }),
      fillOf({ time: 28_000_000, side: 'buy', price: 1000, qty: 3 }),
    ]
    const markouts = computeMarkouts(fills, rising(1_000_000), 0.1)
    expect(markouts.map(({ measuredShare }) => measuredShare)).toEqual([1, 0.25, 0.25, 0])
    expect(markouts[3]?.bps).toBeUndefined()
  })

  it('are not given where the samples are coarser than the horizon', () => {
    const fills = [fillOf({ time: 0, side: 'buy', price: 1000, qty: 1 })]
    const markouts = computeMarkouts(fills, rising(5_000_000), 0.1)
    expect(markouts.map(({ bps }) => bps !== undefined)).toEqual([false, true, true, true])
  })
})
