/** An exception that comes out of a user's own strategy file is his, not ours: say where it was thrown. */
import { relative, resolve } from 'node:path'
import { ConfigError, SimError } from '../core/errors.ts'
import { isStrategyPath } from '../run/load-strategy.ts'

/** Our own checks (a unit constructor, the engine's asserts) may stand between the fault and the user's line. */
const framesAbove = 4

/** @returns the error, or a ConfigError that names the line of the strategy */
export function blameStrategy(error: unknown, strategy: string): unknown {
  if (!(error instanceof Error) || error instanceof SimError || !isStrategyPath(strategy)) return error
  const path = resolve(strategy)
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s*at /.test(line))
  const frame = frames.slice(0, framesAbove).find((line) => line.includes(path))
  if (frame === undefined) return error
  const [, place = ''] = /(:\d+):\d+\)?$/.exec(frame) ?? []
  const where = `${relative(process.cwd(), path)}${place}`
  return new ConfigError('STRATEGY_THREW', `${where}: the strategy threw ${error.name}: ${error.message}`, {
    cause: error,
  })
}
