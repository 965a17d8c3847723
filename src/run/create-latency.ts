/** The latency model of one instrument from its configuration and its tapes. */
import { basename } from 'node:path'
import { ConfigError, DataError, unreachable } from '../core/errors.ts'
import { hashFile } from '../feed/hash-file.ts'
import { measureQuantiles } from '../feed/latency-quantiles.ts'
import { readOrderLatencies } from '../feed/order-latency-file.ts'
import type { PackedTape } from '../model/packed.ts'
import { distributionLatency, measuredDraws } from '../venue/sim/drawn-latency.ts'
import { constantLatency, type LatencyModel, measuredLatency } from '../venue/sim/latency-model.ts'
import { lognormalPoints } from '../venue/sim/quantile-table.ts'
import { type OrderLatencies, recordedLatency } from '../venue/sim/recorded-latency.ts'
import type { LatencyConfig } from './latency-config.ts'
import type { RunConfig } from './run-config.ts'

/** With bars, far less than the 1 ms between the close of one bar and the open of the next. */
const barLatencyUs = 100
/** Without receive times nothing can be measured: a usual way from a rented machine near the venue, and back. */
const assumedLatencyUs = 5000

/** What is used when the configuration names none. */
export function defaultLatency(tape: PackedTape | undefined): LatencyConfig {
  if (tape?.level === 'bars') return { model: 'constant', entryUs: barLatencyUs, responseUs: barLatencyUs }
  if (tape?.latencyProfile !== undefined) return { model: 'measured', scale: 1 }
  return { model: 'constant', entryUs: assumedLatencyUs, responseUs: assumedLatencyUs }
}

/** Recorded order latencies by the path that a configuration names. */
export type LatencyFiles = ReadonlyMap<string, OrderLatencies>

export interface LatencyInput {
  readonly config: LatencyConfig
  /** Of the instrument; where they have no receive times, those of the run stand in. */
  readonly tapes: readonly PackedTape[]
  readonly allTapes: readonly PackedTape[]
  readonly seed: number
  readonly instrumentId: string
  readonly files: LatencyFiles
}

/** @throws {ConfigError} LATENCY, LATENCY_TABLE */
export function createLatency({ config, seed, instrumentId, files, ...input }: LatencyInput): LatencyModel {
  switch (config.model) {
    case 'constant':
      return constantLatency(config.entryUs, config.responseUs, config)
    case 'measured':
      return measuredLatency(
        tapesWithLatency(input).flatMap(({ latencyProfile }) => latencyProfile ?? []),
        config,
      )
    case 'measured-sampled': {
      const profiles = tapesWithLatency(input).flatMap((tape) => measureQuantiles(tape) ?? [])
      return measuredDraws(profiles, config, seed, instrumentId)
    }
    case 'distribution':
      return distributionLatency(config, seed, instrumentId)
    case 'lognormal':
      return lognormalLatency(config, seed, instrumentId)
    case 'recorded': {
      const rows = files.get(config.file)
      if (rows === undefined) throw new ConfigError('LATENCY', `order latencies ${config.file} were not read`)
      return recordedLatency(rows, config, basename(config.file))
    }
    default:
      return unreachable(config)
  }
}

function tapesWithLatency({ tapes, allTapes }: Pick<LatencyInput, 'tapes' | 'allTapes'>): PackedTape[] {
  for (const candidates of [tapes, allTapes]) {
    const known = candidates.filter(({ latencyProfile }) => latencyProfile !== undefined)
    if (known.length > 0) return known
  }
  throw new ConfigError(
    'LATENCY',
    'the data have no receive times, so no latency can be measured: give --latency constant:5ms,5ms',
  )
}

type RecordedConfig = Extract<LatencyConfig, { model: 'recorded' }>
type LognormalConfig = Extract<LatencyConfig, { model: 'lognormal' }>

function lognormalLatency(config: LognormalConfig, seed: number, instrumentId: string): LatencyModel {
  const points = (part: { medianUs: number; p99Us: number }) => {
    if (part.p99Us < part.medianUs) {
      throw new ConfigError(
        'LATENCY',
        `99th percentile ${part.p99Us} µs is below the median ${part.medianUs} µs`,
      )
    }
    return lognormalPoints(part.medianUs, part.p99Us)
  }
  const optional = (part: LognormalConfig['amend']) => (part === undefined ? undefined : points(part))
  const { amend, cancel, response } = config
  const tables = { amend: optional(amend), cancel: optional(cancel), response: optional(response) }
  const model = distributionLatency({ submit: points(config), ...tables }, seed, instrumentId)
  const parts = Object.entries({ amends: amend, cancels: cancel, back: response })
    .map(([name, part]) => (part === undefined ? '' : `, ${name} ${describe(part)}`))
    .join('')
  return {
    ...model,
    description: `seeded lognormal: ${describe(config)}${parts}; cut at its 99.99th percentile`,
  }
}

const describe = ({ medianUs, p99Us }: { medianUs: number; p99Us: number }): string =>
  `median ${medianUs} µs, 99 % ≤ ${p99Us} µs`

/**
 * Reads the order latencies that a run needs.
 *
 * @returns the rows, and the configuration with the checksums of the files
 * @throws {DataError} LATENCY_FILE for a file that cannot be used, or is another one than was run with
 */
export async function readLatencyFiles(
  config: RunConfig,
): Promise<{ config: RunConfig; files: LatencyFiles }> {
  const files = new Map<string, OrderLatencies>()
  const read = async <T extends { readonly latency?: LatencyConfig | undefined }>(settings: T): Promise<T> =>
    settings.latency?.model === 'recorded'
      ? { ...settings, latency: await readLatencyFile(settings.latency, files) }
      : settings
  const own = await read(config)
  if (own.instruments === undefined) return { config: own, files }
  const instruments: NonNullable<RunConfig['instruments']> = {}
  for (const [id, settings] of Object.entries(own.instruments)) instruments[id] = await read(settings)
  return { config: { ...own, instruments }, files }
}

async function readLatencyFile(
  config: RecordedConfig,
  files: Map<string, OrderLatencies>,
): Promise<RecordedConfig> {
  const { file } = config
  const rows = files.get(file) ?? (await readOrderLatencies(file))
  files.set(file, rows)
  const sha256 = hashFile(file)
  if (config.sha256 !== undefined && config.sha256 !== sha256) {
    throw new DataError(
      'LATENCY_FILE',
      `${file} has changed: expected SHA-256 ${config.sha256}, found ${sha256}`,
    )
  }
  return { ...config, sha256 }
}
