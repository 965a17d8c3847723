/** A distribution of latencies as a table of integers: drawn from without any function that machines may disagree on. */
import { ConfigError } from '../../core/errors.ts'
import { mulDivTrunc } from '../../core/mul-div.ts'
import { naturalExp } from '../../core/natural-exp.ts'
import { naturalLog } from '../../core/natural-log.ts'
import type { Prng } from '../../core/prng.ts'

/** points[i] = [percent, us]: so many percent of all latencies are at most so many microseconds. Ascending, to 100. */
export type QuantilePoints = readonly (readonly [percent: number, us: number])[]

/** One ten-thousandth of a percent. */
const whole = 1_000_000

export class QuantileTable {
  /** Ascending; the first is 0 and the last `whole`. */
  private readonly parts: readonly number[]
  private readonly us: readonly number[]

  /** @throws {ConfigError} LATENCY_TABLE */
  constructor(points: QuantilePoints) {
    const sorted = points.map(([percent, us]) => [Math.round(percent * 10_000), us] as const)
    checkPoints(sorted)
    const [[firstPart, firstUs] = [0, 1]] = sorted
    // Below the first point nothing is known: nothing is faster than that.
    const all = firstPart === 0 ? sorted : [[0, firstUs] as const, ...sorted]
    this.parts = all.map(([part]) => part)
    this.us = all.map(([, us]) => us)
  }

  get maxUs(): number {
    return this.us.at(-1) ?? 1
  }

  /** Between two points linear, cut to whole microseconds. */
  draw(prng: Prng): number {
    return this.at(prng.nextInt(whole))
  }

  /** @param part 0 … 999,999: the place among all latencies, in millionths */
  at(part: number): number {
    let upper = 1
    while (upper < this.parts.length - 1 && (this.parts[upper] ?? whole) <= part) upper++
    const from = this.parts[upper - 1] ?? 0
    const to = this.parts[upper] ?? whole
    const low = this.us[upper - 1] ?? 1
    const high = this.us[upper] ?? low
    return low + mulDivTrunc(high - low, part - from, to - from)
  }
}

function checkPoints(points: readonly (readonly [number, number])[]): void {
  const bad = (why: string) => new ConfigError('LATENCY_TABLE', `table of latencies: ${why}`)
  if (points.length === 0) throw bad('expected at least one percentile, found none')
  let [lastPart, lastUs] = [-1, 1]
  for (const [part, us] of points) {
    if (part <= lastPart || part < 0) throw bad(`percentiles must ascend, found ${part / 10_000}`)
    if (!Number.isInteger(us) || us < lastUs) {
      throw bad(`expected ascending whole microseconds ≥ 1, found ${us} at ${part / 10_000} %`)
    }
    ;[lastPart, lastUs] = [part, us]
  }
  if (lastPart !== whole) {
    throw bad(`must end at 100 %, the slowest of all; found ${lastPart / 10_000} % as the last`)
  }
}

/** Quantiles of the standard normal distribution, upper half; the lower one is its mirror image. */
const normalQuantiles: QuantilePoints = [
  [50, 0],
  [60, 0.253347],
  [70, 0.524401],
  [80, 0.841621],
  [90, 1.281552],
  [95, 1.644854],
  [97.5, 1.959964],
  [99, 2.326348],
  [99.5, 2.575829],
  [99.9, 3.090232],
  [99.99, 3.719016],
]

/**
 * Lognormal through its median and its 99th percentile, as a table; cut at its 99.99th percentile, which is taken for
 * the slowest of all.
 */
export function lognormalPoints(medianUs: number, p99Us: number): QuantilePoints {
  const sigma = naturalLog(p99Us / medianUs) / 2.326348
  const lower = normalQuantiles
    .slice(1)
    .reverse()
    .map(([percent, z]) => [100 - percent, -z] as const)
  const points = [...lower, ...normalQuantiles].map(
    ([percent, z]) => [percent, Math.max(1, Math.round(medianUs * naturalExp(sigma * z)))] as const,
  )
  return [...points, [100, points.at(-1)?.[1] ?? 1]]
}
