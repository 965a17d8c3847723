/** What the user gave and what the strategy proposes → checked parameters, and how they are written down. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { z } from 'zod'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import { formatParam, paramKind } from '../strategy/params.ts'
import type { DefaultsInput, StrategyDefinition } from '../strategy/strategy.ts'

export interface ParsedParams {
  /** Ready for `definition.create`. */
  readonly values: Record<string, unknown>
  /**
   * The same as canonical text, defaults filled in: goes into the configuration, and parsed once more it gives the same
   * values. A file stands here with its content, so that a journal can be re-executed without it.
   */
  readonly config: Readonly<Record<string, ParamConfig>>
  /** Names of those the user left out. */
  readonly defaulted: readonly string[]
}

export type ParamConfig = string | { readonly name: string; readonly text: string }

export interface ParseParamsOptions {
  readonly definition: StrategyDefinition
  /** Text from `--param` or JSON from a config file; a file parameter is a path, or already name and text. */
  readonly given: Readonly<Record<string, unknown>>
  readonly market: Omit<DefaultsInput, 'given'>
}

/** @throws {ConfigError} PARAM_UNKNOWN, PARAM_INVALID, PARAM_FILE */
export function parseParams({ definition, given, market }: ParseParamsOptions): ParsedParams {
  const { shape } = definition.params
  checkParamNames(definition, given)
  const typed = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (isTextFile(value)) return [[name, value.name]]
      return typeof value === 'object' ? [] : [[name, String(value)]]
    }),
  )
  const proposed = definition.defaults?.({ ...market, given: typed }) ?? {}
  const input: Record<string, unknown> = { ...proposed, ...given }
  for (const [name, value] of Object.entries(input)) {
    if (typeof value === 'string' && paramKind(shape[name]) === 'file')
      input[name] = readTextFile(name, value)
  }
  const parsed = definition.params.strict().safeParse(input)
  if (!parsed.success) {
    throw new ConfigError('PARAM_INVALID', `strategy ${definition.name}: ${describeIssues(parsed.error)}`)
  }
  const values: Record<string, unknown> = parsed.data
  const config = Object.fromEntries(
    Object.keys(shape).flatMap((name) => {
      const value = values[name]
      return value === undefined ? [] : [[name, paramConfig(value, shape[name])]]
    }),
  )
  return { values, config, defaulted: Object.keys(config).filter((name) => !(name in given)) }
}

/** @throws {ConfigError} PARAM_UNKNOWN */
export function checkParamNames(
  { name: strategy, params }: StrategyDefinition,
  given: Readonly<Record<string, unknown>>,
): void {
  const known = Object.keys(params.shape)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigError(
    'PARAM_UNKNOWN',
    `strategy ${strategy} has no parameter ${JSON.stringify(unknown)}.${didYouMean(unknown, known)}` +
      ` It has: ${known.join(', ') || 'none'}`,
  )
}

function readTextFile(param: string, path: string): { name: string; text: string } {
  try {
    return { name: basename(path), text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('PARAM_FILE', `parameter ${param}: cannot read ${path}: ${why}`, { cause })
  }
}

function paramConfig(value: unknown, schema: unknown): ParamConfig {
  const kind = paramKind(schema)
  return kind === 'file' && isTextFile(value) ? value : formatParam(value, kind)
}

function isTextFile(value: unknown): value is { name: string; text: string } {
  return typeof value === 'object' && value !== null && 'name' in value && 'text' in value
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `parameter ${path.join('.')}: ${lowerFirst(message)}`)
    .join('; ')
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)
