/** Bars written by hand, with the four points of a tape in its order. */
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { type RowKind, rowKind } from '../../src/model/tape.ts'

/** Ticks. */
export type BarScript = readonly [open: number, high: number, low: number, close: number]

/** Length of a scripted bar, microseconds. */
export const scriptBarUs = 60_000_000

/** @param lots of each of the four points */
export function barRows(bars: readonly BarScript[], lots = 100, barUs = scriptBarUs): TapeRow[] {
  return bars.flatMap(([open, high, low, close], index) => {
    const start = (index + 1) * barUs
    const end = start + barUs - 1000
    const point = (kind: RowKind, exchangeTime: number, price: number): TapeRow => ({
      kind,
      side: 0,
      exchangeTime,
      receiveTime: end,
      price,
      qty: lots,
      isLast: true,
    })
    const [third, twoThirds] = [start + Math.floor(barUs / 3), start + Math.floor((2 * barUs) / 3)]
    const isLowFirst = open - low < high - open || (open - low === high - open && close >= open)
    const extremes = isLowFirst
      ? [point(rowKind.barLow, third, low), point(rowKind.barHigh, twoThirds, high)]
      : [point(rowKind.barHigh, third, high), point(rowKind.barLow, twoThirds, low)]
    return [point(rowKind.barOpen, start, open), ...extremes, point(rowKind.barClose, end, close)]
  })
}
