/** An exception that comes out of a user's own strategy file is his, not ours: say on which line it was thrown. */
import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { ConfigError, SimError } from '../core/errors.ts'

/** Our own checks (a unit constructor, the engine's asserts) may stand between the fault and the user's line. */
const framesAbove = 4

export type Blame = (error: unknown) => unknown

/**
 * @param path of the strategy, as its bundle is called in stack traces
 * @param map from the bundle to the user's files
 * @returns maps an error of his to a ConfigError with file and line, and leaves any other as it is
 */
export function createBlame(path: string, map: SourceMapPayload): Blame {
  const sourceMap = new SourceMap(map)
  return (error) => {
    if (!(error instanceof Error) || error instanceof SimError) return error
    const frames = (error.stack ?? '').split('\n').filter((line) => /^\s*at /.test(line))
    const frame = frames.slice(0, framesAbove).find((line) => line.includes(path))
    const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? '') ?? []
    if (line === undefined || column === undefined) return error
    const entry = sourceMap.findEntry(Number(line) - 1, Number(column) - 1)
    const where =
      'originalLine' in entry
        ? `${relative(process.cwd(), resolve(dirname(path), entry.originalSource))}:${entry.originalLine + 1}`
        : relative(process.cwd(), path)
    return new ConfigError('STRATEGY_THREW', `${where}: the strategy threw ${error.name}: ${error.message}`, {
      cause: error,
    })
  }
}
