/** Which path a run takes inside bars, and in how many bars that mattered. */
import { ConfigError } from '../core/errors.ts'
import type { ReplayData } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'

/** Bars in which the order of the extremes decided between a stop and a target. */
export interface AmbiguousBars {
  count: number
  /** Exchange time of the first extreme of the first few, microseconds. */
  readonly firstTimes: number[]
}

const timesKept = 5

export class AmbiguityCount implements AmbiguousBars {
  count = 0
  readonly firstTimes: number[] = []

  readonly add = (at: number): void => {
    this.count++
    if (this.firstTimes.length < timesKept) this.firstTimes.push(at)
  }
}

/**
 * The nearer extreme first is what a run does that says nothing: saying it changes no fingerprint.
 *
 * @throws {ConfigError} BAR_PATH when a path is named and there are no bars to walk
 */
export function settleBarPath(config: RunConfig, { groups }: ReplayData): RunConfig {
  const { barPath, ...rest } = config
  if (barPath === undefined) return config
  const levels = groups.map(([tape]) => tape?.level)
  if (!levels.includes('bars')) {
    throw new ConfigError(
      'BAR_PATH',
      `the bar path ${barPath} needs bars, found ${levels.join(' and ')} data; leave it out`,
    )
  }
  return barPath === 'nearer' ? rest : config
}
