/** Latencies drawn from tables: of the user's, or of what each second of the feed showed. */
import { mulDivTrunc } from '../../core/mul-div.ts'
import { createPrng, type Prng } from '../../core/prng.ts'
import { profilePercents, type QuantileProfile } from '../../model/packed.ts'
import {
  describeScales,
  type LatencyModel,
  type LatencyPart,
  type LatencyScales,
  scaledUs,
  scaleOf,
} from './latency-model.ts'
import { type QuantilePoints, QuantileTable } from './quantile-table.ts'

export interface Spikes {
  /** Chance that a message begins a spike, in millionths. */
  readonly perMillion: number
  /** Microseconds: so long all messages of that direction draw from the table of the spike. */
  readonly durationUs: number
  readonly points: QuantilePoints
}

export interface DistributionOptions {
  readonly submit: QuantilePoints
  /** Default of each: as `submit`. */
  readonly amend?: QuantilePoints | undefined
  readonly cancel?: QuantilePoints | undefined
  readonly response?: QuantilePoints | undefined
  readonly spikes?: Spikes | undefined
}

/** A stream of chance for each part and instrument: one more cancel does not change the latency of the next order. */
function streams(seed: number, instrumentId: string): Readonly<Record<LatencyPart, Prng>> {
  const stream = (part: LatencyPart): Prng => createPrng(seed, `venue/latency/${instrumentId}/${part}`)
  return {
    submit: stream('submit'),
    amend: stream('amend'),
    cancel: stream('cancel'),
    response: stream('response'),
  }
}

/** @throws {ConfigError} LATENCY_TABLE */
export function distributionLatency(
  options: DistributionOptions,
  seed: number,
  instrumentId: string,
): LatencyModel {
  const { submit, amend = submit, cancel = submit, response = submit, spikes } = options
  const random = streams(seed, instrumentId)
  const draw = (points: QuantilePoints, part: LatencyPart): ((time: number) => number) => {
    const table = new QuantileTable(points)
    if (spikes === undefined) return () => table.draw(random[part])
    return spikyDraw(table, spikes, random[part])
  }
  const draws = {
    submit: draw(submit, 'submit'),
    amend: draw(amend, 'amend'),
    cancel: draw(cancel, 'cancel'),
  }
  const drawResponse = draw(response, 'response')
  const text = (points: QuantilePoints) => points.map(([percent, us]) => `${percent} % ≤ ${us} µs`).join(', ')
  const parts = Object.entries({ amends: options.amend, cancels: options.cancel, back: options.response })
    .map(([name, points]) => (points === undefined ? '' : `; ${name}: ${text(points)}`))
    .join('')
  const spiky =
    spikes === undefined
      ? ''
      : `; ${spikes.perMillion} of a million messages begin a spike of ${spikes.durationUs} µs: ${text(spikes.points)}`
  return {
    description: `seeded distribution: ${text(submit)}${parts}${spiky}`,
    entryUs: (sentAt, kind) => draws[kind](sentAt),
    responseUs: drawResponse,
  }
}

function spikyDraw(table: QuantileTable, spikes: Spikes, prng: Prng): (time: number) => number {
  const slow = new QuantileTable(spikes.points)
  let until = Number.NEGATIVE_INFINITY
  return (time) => {
    // Drawn during a spike as well, so that the stream does not depend on how many messages fall into it.
    const begins = prng.nextInt(1_000_000) < spikes.perMillion
    if (begins && time >= until) until = time + spikes.durationUs
    return (time < until ? slow : table).draw(prng)
  }
}

/** Draws from the latencies that the feed showed in the same second, so that its tails are not hidden. */
export function measuredDraws(
  profiles: readonly QuantileProfile[],
  scales: LatencyScales,
  seed: number,
  instrumentId: string,
): LatencyModel {
  const random = streams(seed, instrumentId)
  const draw = (time: number, part: LatencyPart): number =>
    scaledUs(drawAt(profiles, time, random[part].nextInt(10_000)), scaleOf(scales, part))
  return {
    description: `measured-sampled: drawn from the feed latencies of each second ${describeScales(scales)}`,
    entryUs: draw,
    responseUs: (exchangeTime) => draw(exchangeTime, 'response'),
  }
}

/** @param place among the latencies of the bucket, in hundredths of a percent: 0 … 9,999 */
function drawAt(profiles: readonly QuantileProfile[], time: number, place: number): number {
  let profile = profiles[0]
  for (const next of profiles) if (next.startTime <= time) profile = next
  if (profile === undefined) return 1
  const found = Math.floor((time - profile.startTime) / profile.bucketUs)
  const first = Math.min(Math.max(found, 0), profile.buckets - 1) * profilePercents.length
  let upper = 1
  while (upper < profilePercents.length - 1 && 100 * (profilePercents[upper] ?? 100) <= place) upper++
  const from = 100 * (profilePercents[upper - 1] ?? 0)
  const to = 100 * (profilePercents[upper] ?? 100)
  const low = profile.us[first + upper - 1] ?? 1
  const high = profile.us[first + upper] ?? low
  return low + mulDivTrunc(high - low, place - from, to - from)
}
