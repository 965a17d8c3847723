/**
 * Latencies of orders that somebody sent and recorded, interpolated in time: VENUE.md B3.
 *
 * Before the first row the first row's latency holds, after the last row the last row's; between two rows it is linear
 * in time, the change since the earlier row cut to whole microseconds. Commands look at the request times, reports at
 * the exchange times. A row without an exchange time was refused before the engine: while either neighbor is such a
 * row, commands are refused, and we know after the interpolated round trip.
 */
import { mulDivTrunc } from '../../core/mul-div.ts'
import { f64At } from '../../core/typed-array.ts'
import {
  type LatencyModel,
  type LatencyPart,
  type LatencyScales,
  scaledUs,
  scaleOf,
} from './latency-model.ts'

/** Microseconds, one entry per recorded order; request times ascend. At least one row. */
export interface OrderLatencies {
  readonly requestTime: Float64Array
  /** 0 for an order that was refused before the engine. */
  readonly exchangeTime: Float64Array
  readonly responseTime: Float64Array
}

export function recordedLatency(rows: OrderLatencies, scales: LatencyScales, source: string): LatencyModel {
  const { requestTime, exchangeTime, responseTime } = rows
  const count = requestTime.length
  const entry = new Float64Array(count)
  const roundTrip = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    entry[i] = f64At(exchangeTime, i) - f64At(requestTime, i)
    roundTrip[i] = f64At(responseTime, i) - f64At(requestTime, i)
  }
  const entryCursor = new RowCursor(requestTime)
  const isRefused = (row: number): boolean => f64At(exchangeTime, row) <= 0
  const entryAt = (time: number): number => {
    const { row, next } = entryCursor.moveTo(time)
    const refused = isRefused(row) || isRefused(next)
    const us = interpolate(requestTime, refused ? roundTrip : entry, row, next, time)
    return refused ? -Math.max(1, us) : us
  }
  const response = responsesOf(rows)
  const responseCursor = new RowCursor(response.time)
  const scaled = (us: number, part: LatencyPart): number => {
    const magnitude = scaledUs(Math.abs(us), scaleOf(scales, part))
    return us < 0 ? -magnitude : magnitude
  }
  return {
    description: `recorded: ${count} order latencies of ${source}, interpolated${describeParts(scales)}`,
    entryUs: (sentAt, kind) => scaled(entryAt(sentAt), kind),
    responseUs: (time) => {
      const { row, next } = responseCursor.moveTo(time)
      return scaled(interpolate(response.time, response.us, row, next, time), 'response')
    },
  }
}

function describeParts(scales: LatencyScales): string {
  const parts = (['submit', 'amend', 'cancel', 'response'] as const)
    .filter((part) => scaleOf(scales, part) !== 1)
    .map((part) => `, ${part} × ${scaleOf(scales, part)}`)
  return parts.join('')
}

/** Rows that the engine answered, in order of exchange time; all of them where none was answered. */
function responsesOf({ requestTime, exchangeTime, responseTime }: OrderLatencies) {
  const answered = [...exchangeTime.keys()].filter((row) => f64At(exchangeTime, row) > 0)
  if (answered.length === 0) {
    const us = requestTime.map((time, row) => f64At(responseTime, row) - time)
    return { time: requestTime, us }
  }
  answered.sort((a, b) => f64At(exchangeTime, a) - f64At(exchangeTime, b) || a - b)
  return {
    time: Float64Array.from(answered, (row) => f64At(exchangeTime, row)),
    us: Float64Array.from(answered, (row) => f64At(responseTime, row) - f64At(exchangeTime, row)),
  }
}

/** The rows around a moment. Moments hardly go back, so that it is found where it was. */
class RowCursor {
  row = 0
  next = 0
  private readonly times: Float64Array

  constructor(times: Float64Array) {
    this.times = times
  }

  /** Both rows are the first before all rows, and the last after them. */
  moveTo(time: number): this {
    const { times } = this
    while (this.row > 0 && f64At(times, this.row) > time) this.row--
    while (this.row + 1 < times.length && f64At(times, this.row + 1) <= time) this.row++
    this.next = time < f64At(times, this.row) ? this.row : Math.min(this.row + 1, times.length - 1)
    return this
  }
}

function interpolate(
  times: Float64Array,
  values: Float64Array,
  row: number,
  next: number,
  time: number,
): number {
  const from = f64At(values, row)
  const spanUs = f64At(times, next) - f64At(times, row)
  if (spanUs <= 0) return from
  return from + mulDivTrunc(f64At(values, next) - from, time - f64At(times, row), spanUs)
}
