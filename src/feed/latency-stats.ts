/** Latency of a tape while its messages stream by: percentiles over all of it, and a median for each second. */
import { f64At } from '../core/typed-array.ts'
import type { LatencyProfile } from '../model/packed.ts'
import type { LatencyPercentiles } from '../model/tape.ts'

/** Below 2^11 µs each microsecond has a cell; above, 1,024 cells per power of two: within 0.1 %. */
const exactUs = 2048
const cellsPerPower = exactUs / 2

export class LatencyHistogram {
  private readonly cells = new Float64Array(exactUs + 43 * cellsPerPower)
  private count = 0
  private maxUs = 0

  /** @param latencyUs whole, ≥ 0 */
  add(latencyUs: number): void {
    const cell = cellOf(latencyUs)
    this.cells[cell] = f64At(this.cells, cell) + 1
    this.count++
    if (latencyUs > this.maxUs) this.maxUs = latencyUs
  }

  /** Undefined when nothing was added. */
  percentiles(): LatencyPercentiles | undefined {
    if (this.count === 0) return undefined
    return { p50: this.quantile(50), p90: this.quantile(90), p99: this.quantile(99), max: this.maxUs }
  }

  /** Nearest rank: the smallest latency that at least `percent` % of all do not exceed. */
  private quantile(percent: number): number {
    const rank = Math.max(1, Math.ceil((this.count * percent) / 100))
    let seen = 0
    for (let cell = 0; cell < this.cells.length; cell++) {
      seen += f64At(this.cells, cell)
      if (seen >= rank) return Math.min(this.maxUs, lowestOf(cell))
    }
    return this.maxUs
  }
}

function cellOf(us: number): number {
  let power = 0
  let rest = us
  while (rest >= exactUs) {
    rest = Math.floor(rest / 2)
    power++
  }
  return power === 0 ? us : exactUs + (power - 1) * cellsPerPower + rest - cellsPerPower
}

function lowestOf(cell: number): number {
  if (cell < exactUs) return cell
  const power = Math.floor((cell - exactUs) / cellsPerPower) + 1
  let us = ((cell - exactUs) % cellsPerPower) + cellsPerPower
  for (let i = 0; i < power; i++) us *= 2
  return us
}

/** Median of each bucket of exchange time; messages come in exchange order. */
export class LatencyProfiler {
  private readonly bucketUs: number
  private readonly medians: number[] = []
  private startTime = 0
  private bucketEnd = 0
  private latencies: number[] = []

  /** @param bucketUs width of a bucket in microseconds */
  constructor(bucketUs: number) {
    this.bucketUs = bucketUs
  }

  add(exchangeTime: number, latencyUs: number): void {
    if (this.bucketEnd === 0) {
      this.startTime = Math.floor(exchangeTime / this.bucketUs) * this.bucketUs
      this.bucketEnd = this.startTime + this.bucketUs
    }
    while (exchangeTime >= this.bucketEnd) this.closeBucket()
    this.latencies.push(latencyUs)
  }

  finish(): LatencyProfile | undefined {
    if (this.bucketEnd === 0) return undefined
    this.closeBucket()
    return { startTime: this.startTime, bucketUs: this.bucketUs, medianUs: this.medians }
  }

  private closeBucket(): void {
    const sorted = this.latencies.sort((a, b) => a - b)
    // The lower of two middle ones, so that the median is a latency that occurred.
    const median = sorted[(sorted.length - 1) >> 1]
    this.medians.push(median ?? this.medians.at(-1) ?? 0)
    this.latencies = []
    this.bucketEnd += this.bucketUs
  }
}
