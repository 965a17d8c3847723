/** The latency model of a run from its configuration and its tapes. */
import { ConfigError } from '../core/errors.ts'
import type { PackedTape } from '../model/packed.ts'
import { constantLatency, type LatencyModel, measuredLatency } from '../venue/sim/latency-model.ts'
import type { LatencyConfig } from './run-config.ts'

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

/** @throws {ConfigError} LATENCY */
export function createLatency(config: LatencyConfig, tapes: readonly PackedTape[]): LatencyModel {
  if (config.model === 'constant') return constantLatency(config.entryUs, config.responseUs)
  const profiles = tapes.flatMap(({ latencyProfile }) =>
    latencyProfile === undefined ? [] : [latencyProfile],
  )
  if (profiles.length === 0) {
    throw new ConfigError(
      'LATENCY',
      'the data have no receive times, so no latency can be measured: give --latency constant:5ms,5ms',
    )
  }
  return measuredLatency(profiles, config.scale)
}
