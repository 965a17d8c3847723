import { describe, expect, it } from 'vitest'
import { computeLatencyDistribution, latencyBoundsUs } from '../../src/analysis/latency-histogram.ts'

describe('the latency distribution', () => {
  it('has ten buckets per decade from 1 µs, always the same', () => {
    expect(latencyBoundsUs.slice(0, 11)).toEqual([1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10])
    expect(latencyBoundsUs).toHaveLength(80)
    expect(latencyBoundsUs.at(-1)).toBe(80_000_000)
  })

  it.each([
    ['a bound belongs to the bucket above it', 10, 10],
    ['just below a bound', 9, 9],
    ['zero', 0, 0],
    ['beyond the last bound', 1e12, 79],
  ])('counts %s', (_name, sample, bucket) => {
    const { buckets, count } = computeLatencyDistribution([sample])
    expect(buckets.indexOf(1)).toBe(bucket)
    expect(count).toBe(1)
  })

  it('gives percentiles, and none without samples', () => {
    const samples = Array.from({ length: 101 }, (_, index) => 100 - index)
    const expected = { min: 0, p50: 50, p90: 90, p99: 99, p999: 99.9, max: 100 }
    const { percentiles } = computeLatencyDistribution(samples)
    expect(percentiles?.p999).toBeCloseTo(99.9, 9)
    expect({ ...percentiles, p999: 99.9 }).toEqual(expected)
    expect(computeLatencyDistribution([]).percentiles).toBeUndefined()
  })
})
