/**
 * How wrong the receive clock is against the exchange's, found from the recording itself.
 *
 * receive − exchange = latency + error of our clock. The fastest message of each second has hardly any latency beyond
 * the unavoidable, so the lower envelope of these minima follows the clock's error, and bursts stay above it.
 *
 * What is corrected, and when:
 * - no message arrives before it was sent: the clock is believed, unless it plainly drifts (below);
 * - some do: the clock is wrong. The envelope is made to stand for a latency of `latencyFloorUs`; more cannot be known
 *   from one direction. It is a straight line (offset and drift) where a line fits to 2 ms; otherwise the clock wanders
 *   (it is being steered), and the envelope itself is followed: the minima with every rise that is shorter than a minute
 *   cut off, so that a burst remains latency;
 * - a drift alone is corrected when the envelope rises or falls by 20 ms or more along a line that it leaves by no more
 *   than a tenth of that. Delays of a network do not grow along a line.
 *
 * The line is the edge of the lower convex hull at the middle of the recording: of all lines below the points, the one
 * nearest to them (Moon, Skelly and Towsley 1999, "Estimation and removal of clock skew from network delay measurements").
 */
import { f64At } from '../core/typed-array.ts'

/** Smallest receive − exchange of each second of receive time that has messages, ascending. */
export interface LatencyMinima {
  /** Seconds since the Unix epoch. */
  readonly second: readonly number[]
  /** Microseconds, may be negative. */
  readonly minUs: readonly number[]
}

export interface ClockFit {
  readonly kind: 'none' | 'line' | 'wander'
  /** Error of our clock at the first second: microseconds, negative when it is behind. */
  readonly offsetUs: number
  /** Microseconds per second. */
  readonly driftPpm: number
  /** Largest distance of a wandering clock from its line, microseconds; 0 for the other kinds. */
  readonly wanderUs: number
  /** Error by receive time, linear between knots and constant outside. Same lengths; empty for `none`. */
  readonly knotTime: Float64Array
  readonly knotError: Float64Array
}

/** Latency that the fastest message is taken to have, when the clock had to be corrected. */
export const latencyFloorUs = 100
const burstSeconds = 60
const straightUs = 2_000
const evidentDriftUs = 20_000
/** A slope over less than this is more noise than drift. */
const driftSpanSeconds = 60

/** The receive clock is believed, or there is none. */
export const noClockFit: ClockFit = {
  kind: 'none',
  offsetUs: 0,
  driftPpm: 0,
  wanderUs: 0,
  knotTime: new Float64Array(0),
  knotError: new Float64Array(0),
}

export function fitClock(minima: LatencyMinima): ClockFit {
  const from = minima.second[0]
  if (from === undefined) return noClockFit
  const grid = gridOf(minima, from)
  const envelope = cutPeaks(grid, burstSeconds / 2)
  const line = lineBelow(minima, from)
  let strayUs = 0
  for (let i = 0; i < grid.length; i++) {
    const stray = f64At(envelope, i) - lineAt(line, i)
    if (Number.isFinite(stray)) strayUs = Math.max(strayUs, stray)
  }
  const lowest = minima.minUs.reduce((least, us) => Math.min(least, us), Number.POSITIVE_INFINITY)
  const end = grid.length - 1
  if (lowest >= 1) {
    const riseUs = Math.abs(line.slope * end)
    const isEvident = riseUs >= evidentDriftUs && strayUs <= riseUs / 10
    return isEvident ? lineFit(line, from, end, Math.min(lineAt(line, 0), lineAt(line, end))) : noClockFit
  }
  if (strayUs <= straightUs) return lineFit(line, from, end, latencyFloorUs)
  return wanderFit(envelope, line, from, strayUs)
}

/** Corrects receive times row by row; never lets them run backwards, nor a message arrive before it was sent. */
export class ClockCorrection {
  private readonly fit: ClockFit
  private knot = 0
  private last = 0

  constructor(fit: ClockFit) {
    this.fit = fit
  }

  /**
   * Receive times must come in non-decreasing order.
   *
   * @returns whole microseconds, ≥ exchangeTime + 1 when the clock was corrected and ≥ exchangeTime anyway
   */
  correct(exchangeTime: number, receiveTime: number): number {
    const isCorrected = this.fit.kind !== 'none'
    const earliest = isCorrected ? exchangeTime + 1 : exchangeTime
    const time = isCorrected ? Math.round(receiveTime - this.errorAt(receiveTime)) : receiveTime
    this.last = Math.max(this.last, earliest, time)
    return this.last
  }

  private errorAt(time: number): number {
    const { knotTime, knotError } = this.fit
    while (this.knot + 1 < knotTime.length && f64At(knotTime, this.knot + 1) <= time) this.knot++
    const from = f64At(knotTime, this.knot)
    const error = f64At(knotError, this.knot)
    if (time <= from || this.knot + 1 === knotTime.length) return error
    const rise = f64At(knotError, this.knot + 1) - error
    return error + (rise * (time - from)) / (f64At(knotTime, this.knot + 1) - from)
  }
}

/** error = atStart + slope × seconds since the first. */
interface Line {
  readonly atStart: number
  readonly slope: number
}

const lineAt = (line: Line, seconds: number): number => line.atStart + line.slope * seconds

function lineFit(line: Line, from: number, end: number, latency: number): ClockFit {
  const offset = line.atStart - latency
  return {
    kind: 'line',
    offsetUs: Math.round(offset),
    driftPpm: Math.round(line.slope * 1000) / 1000,
    wanderUs: 0,
    knotTime: Float64Array.of(from * 1e6, (from + end + 1) * 1e6),
    knotError: Float64Array.of(offset, offset + line.slope * (end + 1)),
  }
}

/** Knots between the seconds, each the lower of its neighbors, so that no minimum lies below the path. */
function wanderFit(envelope: Float64Array, line: Line, from: number, strayUs: number): ClockFit {
  const time: number[] = []
  const error: number[] = []
  for (let i = 0; i <= envelope.length; i++) {
    const before = i === 0 ? Number.POSITIVE_INFINITY : f64At(envelope, i - 1)
    const after = i === envelope.length ? Number.POSITIVE_INFINITY : f64At(envelope, i)
    const lower = Math.min(before, after)
    if (!Number.isFinite(lower)) continue
    time.push((from + i) * 1e6)
    error.push(lower - latencyFloorUs)
  }
  return {
    kind: 'wander',
    offsetUs: Math.round(line.atStart - latencyFloorUs),
    driftPpm: Math.round(line.slope * 1000) / 1000,
    wanderUs: Math.round(strayUs),
    knotTime: Float64Array.from(time),
    knotError: Float64Array.from(error),
  }
}

/** One cell per second, Infinity where there is no message. */
function gridOf(minima: LatencyMinima, from: number): Float64Array {
  const last = minima.second.at(-1) ?? from
  const grid = new Float64Array(last - from + 1).fill(Number.POSITIVE_INFINITY)
  minima.second.forEach((second, i) => {
    grid[second - from] = minima.minUs[i] ?? Number.POSITIVE_INFINITY
  })
  return grid
}

/** Cuts off rises shorter than 2 × reach + 1 cells; slopes and valleys stay (a morphological opening). */
function cutPeaks(values: Float64Array, reach: number): Float64Array {
  const eroded = slide(values, reach, Math.min, Number.POSITIVE_INFINITY)
  const opened = slide(eroded, reach, Math.max, Number.NEGATIVE_INFINITY)
  return opened.map((value, i) => Math.min(value, f64At(values, i)))
}

function slide(
  values: Float64Array,
  reach: number,
  pick: (a: number, b: number) => number,
  start: number,
): Float64Array {
  return values.map((_, i) => {
    let picked = start
    const end = Math.min(values.length - 1, i + reach)
    for (let k = Math.max(0, i - reach); k <= end; k++) {
      const value = f64At(values, k)
      if (Number.isFinite(value)) picked = pick(picked, value)
    }
    return Number.isFinite(picked) ? picked : Number.POSITIVE_INFINITY
  })
}

function lineBelow(minima: LatencyMinima, from: number): Line {
  const hull: { x: number; y: number }[] = []
  let sum = 0
  minima.second.forEach((second, i) => {
    const point = { x: second - from, y: minima.minUs[i] ?? 0 }
    sum += point.x
    while (hull.length >= 2 && isNotBelow(hull, point)) hull.pop()
    hull.push(point)
  })
  const span = hull.at(-1)?.x ?? 0
  const lowest = hull.reduce((least, { y }) => Math.min(least, y), Number.POSITIVE_INFINITY)
  if (span < driftSpanSeconds) return { atStart: lowest, slope: 0 }
  const middle = sum / minima.second.length
  const at = hull.findIndex(({ x }) => x > middle)
  const right = hull[at]
  const left = hull[at - 1]
  if (left === undefined || right === undefined) return { atStart: lowest, slope: 0 }
  const slope = (right.y - left.y) / (right.x - left.x)
  return { atStart: left.y - slope * left.x, slope }
}

/** Whether the last point of the hull lies on or above the line from the one before it to `next`. */
function isNotBelow(hull: readonly { x: number; y: number }[], next: { x: number; y: number }): boolean {
  const [a, b] = hull.slice(-2)
  if (a === undefined || b === undefined) return false
  return (b.x - a.x) * (next.y - a.y) - (b.y - a.y) * (next.x - a.x) <= 0
}
