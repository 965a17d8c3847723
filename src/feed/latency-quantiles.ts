/**
 * The feed latencies of each second of a tape with their tails, from its columns. Read when a run asks for it, so that
 * the cache of tapes keeps a median only.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import { lastOfMessageBit, type PackedTape, profilePercents, type QuantileProfile } from '../model/packed.ts'

/** @returns undefined for a tape whose latency is not known */
export function measureQuantiles(tape: PackedTape): QuantileProfile | undefined {
  const { latencyProfile } = tape
  if (latencyProfile === undefined) return undefined
  const { startTime, bucketUs } = latencyProfile
  const buckets = Math.max(1, latencyProfile.medianUs.length)
  const us = new Int32Array(buckets * profilePercents.length)
  let bucket = 0
  let latencies: number[] = []
  const close = (): void => {
    writeQuantiles(us, bucket, latencies)
    bucket++
    latencies = []
  }
  const source = tape.open('exchange')
  try {
    for (let batch = source.next(); batch !== undefined; batch = source.next()) {
      for (let row = 0; row < batch.rows; row++) {
        if (i32At(batch.code, row) < lastOfMessageBit) continue
        const time = f64At(batch.exchangeTime, row)
        const at = Math.min(Math.max(0, Math.floor((time - startTime) / bucketUs)), buckets - 1)
        while (bucket < at) close()
        latencies.push(f64At(batch.receiveTime, row) - time)
      }
    }
  } finally {
    source.close()
  }
  while (bucket < buckets) close()
  return { startTime, bucketUs, buckets, us }
}

/** Nearest rank: latencies that occurred. An empty bucket repeats the one before. */
function writeQuantiles(us: Int32Array, bucket: number, latencies: number[]): void {
  const first = bucket * profilePercents.length
  latencies.sort((a, b) => a - b)
  for (const [index, percent] of profilePercents.entries()) {
    const rank = Math.max(1, Math.ceil((latencies.length * percent) / 100))
    const before = bucket === 0 ? 0 : (us[first - profilePercents.length + index] ?? 0)
    us[first + index] = latencies[rank - 1] ?? before
  }
}
