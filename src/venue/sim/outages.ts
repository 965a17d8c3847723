/**
 * Unannounced outages from a seed: they begin at random (a Poisson process) and last at random (exponential). A day's
 * outages depend on seed, venue and day alone, not on where a run begins or ends, nor on what is sent.
 */
import { naturalLog } from '../../core/natural-log.ts'
import { createPrng, type Prng } from '../../core/prng.ts'
import type { LatencyModel } from './latency-model.ts'
import type { VenueCondition } from './venue-gate.ts'

export interface OutageOptions {
  readonly perDay: number
  /** Microseconds. */
  readonly meanUs: number
  /** What becomes of commands that arrive meanwhile: nobody ever answers, or a refusal once it is over. */
  readonly commands: 'lose' | 'reject'
}

interface Outage {
  /** Exchange time, microseconds. */
  readonly from: number
  /** The first moment after it. */
  readonly to: number
}

const dayUs = 86_400_000_000

export class OutageSchedule {
  private readonly options: OutageOptions
  private readonly seed: number
  private readonly venue: string
  private readonly days = new Map<number, readonly Outage[]>()

  constructor(options: OutageOptions, seed: number, venue: string) {
    this.options = options
    this.seed = seed
    this.venue = venue
  }

  /** When an outage that covers this moment is over, one that begins meanwhile included; undefined when there is none. */
  endAt(time: number): number | undefined {
    let end: number | undefined
    for (;;) {
      const at = end ?? time
      const day = Math.floor(at / dayUs)
      const found = covering(this.merged(day), at) ?? covering(this.merged(day - 1), at)
      if (found === undefined) return end
      end = found.to
    }
  }

  /** Outages that begin on that day; none lasts longer than a day. */
  day(index: number): readonly Outage[] {
    const prng = createPrng(this.seed, `venue/outages/${this.venue}/${index}`)
    const { perDay, meanUs } = this.options
    const outages: Outage[] = []
    let from = index * dayUs + exponential(prng, dayUs / perDay)
    while (from < (index + 1) * dayUs) {
      outages.push({ from, to: from + Math.min(dayUs, exponential(prng, meanUs)) })
      from += exponential(prng, dayUs / perDay)
    }
    return outages
  }

  /** Those of a day, apart from each other. */
  private merged(index: number): readonly Outage[] {
    const known = this.days.get(index)
    if (known !== undefined) return known
    const apart: Outage[] = []
    for (const outage of this.day(index)) {
      const last = apart.at(-1)
      if (last === undefined || last.to < outage.from) apart.push(outage)
      else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, outage.to) }
    }
    this.days.set(index, apart)
    return apart
  }
}

/** The outage that covers a moment. @param outages in order of time and apart from each other */
function covering(outages: readonly Outage[], at: number): Outage | undefined {
  let [low, high] = [0, outages.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((outages[middle]?.from ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
    else high = middle
  }
  const last = outages[low - 1]
  return last !== undefined && at < last.to ? last : undefined
}

/** @returns whole microseconds ≥ 1 */
function exponential(prng: Prng, meanUs: number): number {
  return Math.max(1, Math.round(-meanUs * naturalLog((prng.nextUint32() + 1) / 0x100000000)))
}

export function outageCondition(schedule: OutageSchedule, options: OutageOptions): VenueCondition {
  const { perDay, meanUs, commands } = options
  const fate = commands === 'lose' ? 'commands are lost' : 'commands are refused'
  return {
    description: `seeded outages: ${perDay} a day, ${meanUs} µs long on average; ${fate}, reports wait for the end`,
    check: (_command, at) => {
      if (schedule.endAt(at) === undefined) return undefined
      return commands === 'lose' ? 'lost' : 'venue-down'
    },
  }
}

/** What the venue would report during an outage leaves when it is over. */
export function delayedByOutages(latency: LatencyModel, schedule: OutageSchedule): LatencyModel {
  return {
    ...latency,
    responseUs: (exchangeTime, instrument) => {
      const leaves = schedule.endAt(exchangeTime) ?? exchangeTime
      return leaves - exchangeTime + latency.responseUs(leaves, instrument)
    },
  }
}
