/** Where the market went after our fills: the test of whether a fill was adversely selected. */
import type { Fill } from '../model/fill.ts'
import { type Side, signOf } from '../model/order.ts'
import type { MarketSamples } from '../model/run-record.ts'
import { midAt, samplingIntervalUs } from './market-path.ts'

export const markoutHorizonsUs = [1_000_000, 5_000_000, 10_000_000, 60_000_000] as const

export interface Markout {
  readonly horizonUs: number
  /**
   * Mid at fill + horizon against the fill price in basis points, averaged by quantity. Positive is good for us.
   * Undefined when no fill can be measured, or when the samples are coarser than the horizon.
   */
  readonly bps: number | undefined
  /** Share of the filled quantity that could be measured: fills closer to the end than the horizon cannot. 0–1. */
  readonly measuredShare: number
}

/** @param fills of one instrument, whose tick is `tickSize` */
export function computeMarkouts(
  fills: readonly Fill[],
  samples: MarketSamples | undefined,
  tickSize: number,
): Markout[] {
  return markoutHorizonsUs.map((horizonUs) => markoutAt({ fills, samples, tickSize, horizonUs }))
}

interface MarkoutInput {
  readonly fills: readonly Fill[]
  readonly samples: MarketSamples | undefined
  readonly tickSize: number
  readonly horizonUs: number
}

function markoutAt({ fills, samples, tickSize, horizonUs }: MarkoutInput): Markout {
  const interval = samplingIntervalUs(samples?.time ?? [])
  if (samples === undefined || interval === undefined || interval > horizonUs) {
    return { horizonUs, bps: undefined, measuredShare: 0 }
  }
  const end = samples.time.at(-1) ?? Number.NEGATIVE_INFINITY
  let weighted = 0
  let measured = 0
  let total = 0
  for (const fill of fills) {
    total += fill.qty
    const time = fill.time + horizonUs
    const mid = time <= end ? midAt(samples, time) : undefined
    if (mid === undefined) continue
    weighted += fill.qty * signedBps(fill.side, mid, fill.price * tickSize)
    measured += fill.qty
  }
  if (measured === 0) return { horizonUs, bps: undefined, measuredShare: 0 }
  return { horizonUs, bps: weighted / measured, measuredShare: measured / total }
}

/** How far `value` lies above `base` for a buyer, below it for a seller, in basis points of `base`. */
export function signedBps(side: Side, value: number, base: number): number {
  return ((signOf(side) * (value - base)) / base) * 10_000
}
