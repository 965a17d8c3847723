import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { LatencyHistogram, LatencyProfiler } from '../../src/feed/latency-stats.ts'

describe('latency histogram', () => {
  it('gives the nearest rank, exact below 2,048 µs and within 0.1 % above', () => {
    const prng = createPrng(5, 'latency')
    const histogram = new LatencyHistogram()
    const all: number[] = []
    for (let i = 0; i < 20_000; i++) {
      // From single microseconds to hours.
      const latency = prng.nextInt(2 ** (1 + prng.nextInt(31)))
      histogram.add(latency)
      all.push(latency)
    }
    all.sort((a, b) => a - b)
    const rank = (percent: number): number => all[Math.ceil((all.length * percent) / 100) - 1] ?? 0
    const found = histogram.percentiles()
    for (const [percent, value] of [
      [50, found?.p50],
      [90, found?.p90],
      [99, found?.p99],
    ] as const) {
      const exact = rank(percent)
      expect(value, `p${percent}, seed 5`).toBeLessThanOrEqual(exact)
      expect(value, `p${percent}, seed 5`).toBeGreaterThanOrEqual(exact < 2_048 ? exact : exact * 0.999)
    }
    expect(found?.max).toBe(all.at(-1))
  })

  it('has nothing to say about nothing', () => {
    expect(new LatencyHistogram().percentiles()).toBeUndefined()
  })
})

describe('latency profile', () => {
  it('takes the lower of two middle latencies, and repeats the median before in an empty bucket', () => {
    const profiler = new LatencyProfiler(1_000)
    for (const [time, latency] of [
      [5_500, 9],
      [5_600, 7],
      [5_999, 8],
      [8_000, 2],
      [8_100, 4],
    ] as const) {
      profiler.add(time, latency)
    }
    expect(profiler.finish()).toEqual({ startTime: 5_000, bucketUs: 1_000, medianUs: [8, 8, 8, 2] })
  })

  it('is absent without a message', () => {
    expect(new LatencyProfiler(1_000).finish()).toBeUndefined()
  })
})
