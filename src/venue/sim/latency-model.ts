/**
 * How long a command takes to the venue, and a report back to us. Whole microseconds ≥ 1: an order is never at the
 * venue at the instant it was sent, and a report is never known at the instant it was made.
 */
import { ConfigError } from '../../core/errors.ts'
import type { LatencyProfile } from '../../model/packed.ts'

export interface LatencyModel {
  readonly description: string
  /** @param sentAt microseconds, our clock */
  entryUs(sentAt: number): number
  /** @param exchangeTime microseconds, the venue's clock */
  responseUs(exchangeTime: number): number
}

export function constantLatency(entryUs: number, responseUs: number): LatencyModel {
  for (const value of [entryUs, responseUs]) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError('LATENCY', `latency must be a whole number of microseconds ≥ 1, found ${value}`)
    }
  }
  return {
    description: `constant: ${entryUs} µs to the venue, ${responseUs} µs back`,
    entryUs: () => entryUs,
    responseUs: () => responseUs,
  }
}

/**
 * The feed's own latency, second by second (median of receive − exchange time after clock correction), taken for the
 * order path both ways.
 *
 * @param profiles in order of time, one per tape
 * @param scale order path ÷ feed path, > 0
 */
export function measuredLatency(profiles: readonly LatencyProfile[], scale: number): LatencyModel {
  const tables = profiles.map((profile) => ({
    ...profile,
    latencyUs: profile.medianUs.map((median) => Math.max(1, Math.round(median * scale))),
  }))
  const at = (time: number): number => {
    let table = tables[0]
    for (const next of tables) if (next.startTime <= time) table = next
    if (table === undefined) return 1
    const bucket = Math.floor((time - table.startTime) / table.bucketUs)
    return table.latencyUs[Math.min(Math.max(bucket, 0), table.latencyUs.length - 1)] ?? 1
  }
  return {
    description: `measured: median feed latency of each second × ${scale}, both ways`,
    entryUs: at,
    responseUs: at,
  }
}
