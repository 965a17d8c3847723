import { describe, expect, it } from 'vitest'
import { MovingAverage } from '../../strategies/sma-cross/moving-average.ts'

describe('moving average', () => {
  it('says nothing before it has as many closes as it is over', () => {
    const average = new MovingAverage(3)
    // (10 + 11 + 15) / 3 = 12, then (11 + 15 + 16) / 3 = 14
    expect([10, 11, 15, 16].map((close) => average.add(close))).toEqual([undefined, undefined, 12, 14])
  })

  it('is the same as adding everything up anew, after any number of closes', () => {
    const length = 30
    const average = new MovingAverage(length)
    const closes: number[] = []
    for (let i = 0; i < 10_000; i++) {
      // Prices far apart, of nine digits and of one.
      closes.push(i % 7 === 0 ? 999_999_937 - i : (i * 7919) % 1013)
      const mean = average.add(closes[i] ?? 0)
      if (i % 97 !== 0 || i < length) continue
      const sum = closes.slice(-length).reduce((total, close) => total + close, 0)
      expect(mean).toBe(sum / length)
    }
  })

  it('over one close is that close', () => {
    const average = new MovingAverage(1)
    expect([5, 8].map((close) => average.add(close))).toEqual([5, 8])
  })
})
