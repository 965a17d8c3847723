/**
 * Looks things up in the sampled market of one instrument. Samples are what we knew at even intervals, so a price
 * here is at most one sampling interval old; whoever needs an exact price reads it from the order instead.
 */
import type { MarketSamples } from '../model/run-record.ts'

/** Index of the last entry ≤ `time` in ascending `times`; −1 when all are later. */
export function lastIndexAtOrBefore(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Number.NaN) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** (bid + ask) / 2; without a two-sided book the last trade, as `MarketView.midTimes2`. NaN before the first. */
export function midOfSample(samples: MarketSamples, index: number): number {
  const mid = ((samples.bid[index] ?? Number.NaN) + (samples.ask[index] ?? Number.NaN)) / 2
  return Number.isNaN(mid) ? (samples.last[index] ?? Number.NaN) : mid
}

/** Mid in price units at the last sample at or before `time`; undefined before the first market. */
export function midAt(samples: MarketSamples, time: number): number | undefined {
  const mid = midOfSample(samples, lastIndexAtOrBefore(samples.time, time))
  return Number.isNaN(mid) ? undefined : mid
}

/** Time between two samples in microseconds; undefined with fewer than two. The last interval may be shorter. */
export function samplingIntervalUs(times: readonly number[]): number | undefined {
  const [first, second] = times
  return first === undefined || second === undefined ? undefined : second - first
}

/**
 * Time-weighted average of the mid over `[from, to]`; each sample holds until the next. Spans without a market are
 * left out; undefined when nothing is left.
 */
export function averageMid(samples: MarketSamples, from: number, to: number): number | undefined {
  if (to <= from) return midAt(samples, from)
  let weighted = 0
  let duration = 0
  for (let i = Math.max(0, lastIndexAtOrBefore(samples.time, from)); i < samples.time.length; i++) {
    const start = Math.max(from, samples.time[i] ?? Number.NaN)
    if (start >= to) break
    const length = Math.min(to, samples.time[i + 1] ?? to) - start
    const mid = midOfSample(samples, i)
    if (Number.isNaN(mid)) continue
    weighted += mid * length
    duration += length
  }
  return duration > 0 ? weighted / duration : undefined
}

export interface MarketVolume {
  /** In base units, and price × quantity in settlement currency. */
  readonly qty: number
  readonly notional: number
}

/** What the market traded in `[from, to]`: differences of the cumulative sums, linear between two samples. */
export function tradedBetween(samples: MarketSamples, from: number, to: number): MarketVolume {
  return {
    qty: cumulativeAt(samples, samples.tradedQty, to) - cumulativeAt(samples, samples.tradedQty, from),
    notional:
      cumulativeAt(samples, samples.tradedNotional, to) - cumulativeAt(samples, samples.tradedNotional, from),
  }
}

function cumulativeAt(samples: MarketSamples, sums: readonly number[], time: number): number {
  const index = lastIndexAtOrBefore(samples.time, time)
  if (index < 0) return 0
  const before = sums[index] ?? 0
  const start = samples.time[index] ?? time
  const end = samples.time[index + 1]
  const after = sums[index + 1]
  if (end === undefined || after === undefined) return before
  return before + ((after - before) * (time - start)) / (end - start)
}
