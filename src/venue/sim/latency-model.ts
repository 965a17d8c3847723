/**
 * How long a command takes to the venue, and a report back to us. Whole microseconds ≥ 1: an order is never at the
 * venue at the instant it was sent, and a report is never known at the instant it was made.
 */
import { ConfigError } from '../../core/errors.ts'
import type { LatencyProfile } from '../../model/packed.ts'

export type CommandKind = 'submit' | 'amend' | 'cancel'

export interface LatencyModel {
  readonly description: string
  /**
   * @param sentAt microseconds, our clock
   * @param instrument index in the run
   * @returns microseconds to the venue; negative when the venue's front door refuses the command: then the refusal is
   *   known to us after that many microseconds, and the engine behind the door never sees it
   */
  entryUs(sentAt: number, kind: CommandKind, instrument: number): number
  /** @param exchangeTime microseconds, the venue's clock @param instrument index in the run */
  responseUs(exchangeTime: number, instrument: number): number
}

/** Microseconds to the venue; default of each: as new orders. */
export interface OtherEntries {
  readonly amendUs?: number | undefined
  readonly cancelUs?: number | undefined
}

export function constantLatency(
  entryUs: number,
  responseUs: number,
  { amendUs = entryUs, cancelUs = entryUs }: OtherEntries = {},
): LatencyModel {
  for (const value of [entryUs, responseUs, amendUs, cancelUs]) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError('LATENCY', `latency must be a whole number of microseconds ≥ 1, found ${value}`)
    }
  }
  const others = `${amendUs === entryUs ? '' : `, amends ${amendUs} µs`}${cancelUs === entryUs ? '' : `, cancels ${cancelUs} µs`}`
  return {
    description: `constant: ${entryUs} µs to the venue${others}, ${responseUs} µs back`,
    // Asked for every command: a look-up by a name that varies is slower than two compares.
    entryUs: (_sentAt, kind) => (kind === 'submit' ? entryUs : kind === 'cancel' ? cancelUs : amendUs),
    responseUs: () => responseUs,
  }
}

/** What a latency taken from elsewhere is multiplied with, > 0, by what is sent. */
export interface LatencyScales {
  readonly scale: number
  /** Default of each: `scale`. */
  readonly amendScale?: number | undefined
  readonly cancelScale?: number | undefined
  readonly responseScale?: number | undefined
}

export type LatencyPart = CommandKind | 'response'

export function scaleOf(scales: LatencyScales, part: LatencyPart): number {
  const { scale, amendScale = scale, cancelScale = scale, responseScale = scale } = scales
  const byPart = { submit: scale, amend: amendScale, cancel: cancelScale, response: responseScale }
  return byPart[part]
}

/** `× 1, both ways`, or each part that differs. */
export function describeScales(scales: LatencyScales): string {
  const parts = (['amend', 'cancel', 'response'] as const)
    .filter((part) => scaleOf(scales, part) !== scales.scale)
    .map((part) => `${part} × ${scaleOf(scales, part)}`)
  return `× ${scales.scale}${parts.length === 0 ? ', both ways' : `, ${parts.join(', ')}`}`
}

/** Nearest microsecond, at least one. */
export const scaledUs = (us: number, scale: number): number => Math.max(1, Math.round(us * scale))

/**
 * The feed's own latency, second by second (median of receive − exchange time after clock correction), taken for the
 * order path both ways.
 *
 * @param profiles in order of time, one per tape
 * @param scales order path ÷ feed path
 */
export function measuredLatency(profiles: readonly LatencyProfile[], scales: LatencyScales): LatencyModel {
  const tablesOf = (part: LatencyPart) =>
    profiles.map((profile) => ({
      ...profile,
      latencyUs: profile.medianUs.map((median) => scaledUs(median, scaleOf(scales, part))),
    }))
  const tables = {
    submit: tablesOf('submit'),
    amend: tablesOf('amend'),
    cancel: tablesOf('cancel'),
    response: tablesOf('response'),
  }
  return {
    description: `measured: median feed latency of each second ${describeScales(scales)}`,
    entryUs: (sentAt, kind) => latencyAt(tables[kind], sentAt),
    responseUs: (exchangeTime) => latencyAt(tables.response, exchangeTime),
  }
}

interface LatencyTable {
  readonly startTime: number
  readonly bucketUs: number
  readonly latencyUs: readonly number[]
}

function latencyAt(tables: readonly LatencyTable[], time: number): number {
  let table = tables[0]
  for (const next of tables) if (next.startTime <= time) table = next
  if (table === undefined) return 1
  const bucket = Math.floor((time - table.startTime) / table.bucketUs)
  return table.latencyUs[Math.min(Math.max(bucket, 0), table.latencyUs.length - 1)] ?? 1
}
