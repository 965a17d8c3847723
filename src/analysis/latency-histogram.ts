/** Distribution of latencies over fixed, log-spaced buckets, so that two runs can be laid over each other. */
import { quantile } from './return-metrics.ts'

/** Ten per decade (the E10 preferred numbers), 1 µs to 100 s; a sample below the first bound counts in bucket 0. */
const stepsPerDecade = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8]
export const latencyBoundsUs: readonly number[] = decades()

function decades(): number[] {
  const bounds: number[] = []
  for (let decade = 1; decade <= 10_000_000; decade *= 10) {
    for (const step of stepsPerDecade) bounds.push(step * decade)
  }
  return bounds
}

export interface LatencyDistribution {
  readonly count: number
  /** Entry i counts samples in [latencyBoundsUs[i], latencyBoundsUs[i + 1]); the last is open above. */
  readonly buckets: readonly number[]
  /** Microseconds. Undefined without samples. */
  readonly percentiles:
    | {
        readonly min: number
        readonly p50: number
        readonly p90: number
        readonly p99: number
        readonly p999: number
        readonly max: number
      }
    | undefined
}

export function computeLatencyDistribution(samplesUs: readonly number[]): LatencyDistribution {
  const buckets = latencyBoundsUs.map(() => 0)
  for (const sample of samplesUs) {
    const index = bucketOf(sample)
    buckets[index] = (buckets[index] ?? 0) + 1
  }
  return { count: samplesUs.length, buckets, percentiles: percentilesOf(samplesUs) }
}

function bucketOf(sampleUs: number): number {
  const after = latencyBoundsUs.findIndex((bound) => bound > sampleUs)
  return after < 0 ? latencyBoundsUs.length - 1 : Math.max(0, after - 1)
}

function percentilesOf(samplesUs: readonly number[]): LatencyDistribution['percentiles'] {
  if (samplesUs.length === 0) return undefined
  const at = (share: number): number => quantile(samplesUs, share) ?? Number.NaN
  return { min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) }
}
