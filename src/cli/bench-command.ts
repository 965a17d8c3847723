/** `sim bench`. The benches themselves are bundled apart and loaded only here. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../core/errors.ts'
import { packageRoot, packageVersion } from '../run/package-root.ts'
import { type Arguments, isSet, optionalText } from './arguments.ts'
import { checkOutput } from './output-file.ts'

/** @returns 0, or 1 on a regression */
export async function benchCommand(args: Arguments): Promise<number> {
  const save = optionalText(args, 'save')
  if (save !== undefined) checkOutput(save)
  const { runBenches } = await import('../../bench/run.ts') // tidy-ok: the benches come with the command
  return runBenches({
    simPath: fileURLToPath(new URL('sim.js', import.meta.url)),
    commit: commitOf(),
    isSmoke: isSet(args, 'smoke'),
    isJson: isSet(args, 'json'),
    baseline: optionalText(args, 'baseline'),
    save,
    tolerance: parseTolerance(optionalText(args, 'tolerance') ?? ''),
    print: (text) => process.stdout.write(`${text}\n`),
  })
}

function parseTolerance(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new ConfigError('TOLERANCE', `--tolerance ${text}: expected a part between 0 and 1, such as 0.15`)
}

/** Of a checkout; a packed package is named by its version. */
function commitOf(): string {
  try {
    const head = ['rev-parse', '--short', 'HEAD']
    return execFileSync('git', head, { cwd: packageRoot(), encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return `version ${packageVersion()}`
  }
}
