/**
 * A strategy by name (one of ours) or by path (a user's own .ts, .js or .mjs file).
 *
 * A user's file is bundled with its imports and run as a function that is handed this package under the names
 * `rehearsal` and `zod`. So it works from an empty folder, and shares our classes: a ConfigError it throws is ours.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire, isBuiltin, type SourceMapPayload } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import type { Message, Plugin } from 'esbuild'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { StrategyDefinition } from '../strategy/strategy.ts'
import { type Blame, createBlame } from './blame-strategy.ts'
import { packageRoot } from './package-root.ts'

export interface LoadedStrategy {
  readonly definition: StrategyDefinition
  /** SHA-256 over the code as it runs, its imports included; undefined for one of ours, which the version names. */
  readonly codeHash: string | undefined
  /** For what comes out of a run of it. */
  readonly blame: Blame
}

/** @throws {ConfigError} STRATEGY_UNKNOWN, STRATEGY_FILE, STRATEGY_SYNTAX, STRATEGY_LOAD, STRATEGY_EXPORT */
export async function loadStrategy(nameOrPath: string): Promise<LoadedStrategy> {
  return isStrategyPath(nameOrPath) ? loadFile(nameOrPath) : loadBuiltin(nameOrPath)
}

/** Anything with a slash or the ending of a script is a path; names have neither. */
export function isStrategyPath(nameOrPath: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(nameOrPath)
}

/** Names of the strategies that come with the package, sorted. */
export function builtinNames(): string[] {
  const folder = join(packageRoot(), 'strategies')
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'strategy.ts')))
    .map((entry) => entry.name)
    .sort()
}

async function loadBuiltin(name: string): Promise<LoadedStrategy> {
  const names = builtinNames()
  if (!names.includes(name)) {
    throw new ConfigError(
      'STRATEGY_UNKNOWN',
      `no strategy ${JSON.stringify(name)}.${didYouMean(name, names)} There are: ${names.join(', ')};` +
        ' or give the path of a .ts, .js or .mjs file',
    )
  }
  const isSource = import.meta.url.endsWith('.ts')
  // Bundled, this very code lies in dist/ and the strategies in dist/strategies/.
  const file = isSource
    ? pathToFileURL(join(packageRoot(), 'strategies', name, 'strategy.ts'))
    : new URL(`./strategies/${name}.js`, import.meta.url)
  const module: unknown = await import(file.href)
  return { definition: definitionOf(module, name), codeHash: undefined, blame: (error) => error }
}

async function loadFile(path: string): Promise<LoadedStrategy> {
  if (!existsSync(path) || !statSync(path).isFile()) {
    const why = existsSync(path) ? 'not a file' : 'not found'
    throw new ConfigError('STRATEGY_FILE', `strategy file ${path}: ${why}`)
  }
  const { code, map } = await bundle(path)
  const blame = createBlame(resolve(path), map)
  const api = await import('../index.ts')
  const zod = await import('zod')
  const require = createRequire(resolve(path))
  const provided = (name: string): unknown =>
    name === 'rehearsal' ? api : name === 'zod' ? zod : require(name)
  const module: { exports: unknown } = { exports: {} }
  try {
    compileFunction(code, ['module', 'exports', 'require'], { filename: resolve(path) })(
      module,
      module.exports,
      provided,
    )
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new ConfigError('STRATEGY_LOAD', `${path} failed while it was loaded: ${why}`, { cause })
  }
  return { definition: definitionOf(module.exports, path), codeHash: sha256(code), blame }
}

/** One CommonJS text with everything but Node's own modules, ourselves and zod. */
async function bundle(path: string): Promise<{ code: string; map: SourceMapPayload }> {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [basename(path)],
    absWorkingDir: dirname(resolve(path)),
    bundle: true,
    write: false,
    sourcemap: 'external',
    sourcesContent: false,
    outfile: 'strategy.js',
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    plugins: [provideOurselves],
  }).catch((cause: unknown) => {
    throw new ConfigError('STRATEGY_SYNTAX', describeBuildFailure(path, cause), { cause })
  })
  const textOf = (ending: string): string =>
    result.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? ''
  return { code: textOf('.js'), map: JSON.parse(textOf('.map')) }
}

/** `rehearsal`, `zod` and Node's modules stay imports; a path into our own src, as our examples have it, is ourselves too. */
const provideOurselves: Plugin = {
  name: 'provide-ourselves',
  setup(build) {
    build.onResolve({ filter: /^(rehearsal|zod)$/ }, ({ path }) => ({ path, external: true }))
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      isBuiltin(path) ? { path, external: true } : undefined,
    )
    build.onResolve({ filter: /src\/index\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === join(packageRoot(), 'src/index.ts')
        ? { path: 'rehearsal', external: true }
        : undefined,
    )
  },
}

function describeBuildFailure(path: string, cause: unknown): string {
  const first = isBuildFailure(cause) ? cause.errors[0] : undefined
  if (first === undefined) return `${path}: ${cause instanceof Error ? cause.message : String(cause)}`
  const { location, text } = first
  if (location === null) return `${path}: ${text}`
  const file = relative(process.cwd(), resolve(dirname(path), location.file))
  return `${file}:${location.line}:${location.column + 1}: ${text}`
}

function isBuildFailure(cause: unknown): cause is { readonly errors: readonly Message[] } {
  return cause instanceof Error && 'errors' in cause && Array.isArray(cause.errors)
}

function definitionOf(module: unknown, from: string): StrategyDefinition {
  const found = isRecord(module) ? module.default : undefined
  if (isDefinition(found)) return found
  const what = found === undefined ? 'has no default export' : 'does not export a strategy'
  throw new ConfigError(
    'STRATEGY_EXPORT',
    `${from} ${what}: expected \`export default defineStrategy({ name, description, params, create })\``,
  )
}

function isDefinition(value: unknown): value is StrategyDefinition {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.description === 'string' &&
    typeof value.create === 'function' &&
    isRecord(value.params) &&
    isRecord(value.params.shape) &&
    typeof value.params.safeParse === 'function'
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
