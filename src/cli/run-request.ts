/** Command line and config file → what is to be run, on recorded data or on a feed. The command line wins. */
import { z } from 'zod'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import { type DataLevel, dataLevels } from '../model/tape.ts'
import { riskLimitsSchema } from '../run/risk-config.ts'
import { parseRunConfig, type RunConfig, type RunConfigInput, runConfigSchema } from '../run/run-config.ts'
import { venueSettings } from '../run/venue-config.ts'
import { accountSettings } from './account-arguments.ts'
import { type Arguments, durationArgument, optionalText, pairs, texts, wholeNumber } from './arguments.ts'
import { isRecord, readJsonFile } from './settings-file.ts'
import { venueArguments } from './venue-arguments.ts'

export interface RunRequest {
  readonly strategy: string
  readonly data: readonly string[]
  readonly params: Readonly<Record<string, unknown>>
  readonly config: RunConfig
  readonly level: DataLevel | undefined
}

/** As a run, which may have no data yet. */
export type StrategyRequest = RunRequest

/** Keys of a config file besides those of the run configuration, which a report prints and a file may repeat. */
const requestSchema = z.strictObject({
  strategy: z.string().optional(),
  data: z.union([z.string(), z.array(z.string())]).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
})
const requestKeys = Object.keys(requestSchema.shape)
const knownKeys = [...requestKeys, ...Object.keys(runConfigSchema.shape)]

/** @throws {ConfigError} */
export function parseRunRequest(args: Arguments): RunRequest {
  const request = parseStrategyRequest(args)
  if (request.data.length > 0) return request
  throw new ConfigError('ARGUMENT', '--data is missing: which file is to be replayed?')
}

/** @throws {ConfigError} */
export function parseStrategyRequest(args: Arguments): StrategyRequest {
  const path = optionalText(args, 'config')
  const file = path === undefined ? {} : readConfigFile(path)
  const parsed = requestSchema.safeParse(pick(file, requestKeys))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError('CONFIG_INVALID', `${path}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { strategy, data = [], params } = parsed.data
  const typed = { strategy: optionalText(args, 'strategy') ?? strategy, data: texts(args, 'data') }
  if (typed.strategy === undefined) {
    throw new ConfigError('ARGUMENT', '--strategy is missing; sim strategies lists them')
  }
  const paths = typed.data.length > 0 ? typed.data : [data].flat()
  const settings = Object.fromEntries(Object.entries(file).filter(([key]) => !requestKeys.includes(key)))
  return {
    strategy: typed.strategy,
    data: paths,
    params: { ...params, ...pairs('param', texts(args, 'param')) },
    config: parseRunConfig(mergeSettings(settings, typedSettings(args))),
    level: parseLevel(optionalText(args, 'level')),
  }
}

function parseLevel(text: string | undefined): DataLevel | undefined {
  const level = dataLevels.find((name) => name === text)
  if (level !== undefined || text === undefined) return level
  throw new ConfigError('ARGUMENT', `--level expects ${dataLevels.join(', ')}, found ${JSON.stringify(text)}`)
}

function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const value = readJsonFile({ what: 'config file', path })
  if (!isRecord(value)) throw new ConfigError('CONFIG_FILE', `config file ${path}: expected one JSON object`)
  const unknown = Object.keys(value).find((key) => !knownKeys.includes(key))
  if (unknown !== undefined) {
    throw new ConfigError(
      'CONFIG_UNKNOWN',
      `config file ${path}: no setting ${JSON.stringify(unknown)}.${didYouMean(unknown, knownKeys)}` +
        ` There are: ${knownKeys.join(', ')}`,
    )
  }
  return value
}

/** What the command line says, as a run configuration writes it. Absent options stay absent. */
function typedSettings(args: Arguments): Readonly<Record<string, unknown>> {
  const seed = optionalText(args, 'seed')
  const fees = optionalText(args, 'fees')
  const balance = optionalText(args, 'balance')
  const leverage = optionalText(args, 'leverage')
  const spreadTicks = optionalText(args, 'spread-ticks')
  const timeout = optionalText(args, 'order-timeout')
  const risk = pairs('risk', texts(args, 'risk'))
  const account = accountSettings(args)
  return withoutAbsent({
    ...account,
    seed: seed === undefined ? undefined : wholeNumber('seed', seed),
    ...venueArguments(args),
    ...typedConstants(args),
    fillModel: optionalText(args, 'fill-model'),
    exchange: optionalText(args, 'exchange'),
    queue: optionalText(args, 'queue'),
    fees: { ...(fees === undefined ? {} : parseFees(fees)), ...account.fees },
    markPrices: optionalText(args, 'mark-prices'),
    barPath: optionalText(args, 'bar-path'),
    selfTradePrevention: optionalText(args, 'self-trade'),
    spreadTicks: spreadTicks === undefined ? undefined : wholeNumber('spread-ticks', spreadTicks),
    account: withoutAbsent({
      balance,
      leverage: leverage === undefined ? undefined : numberOf('leverage', leverage),
    }),
    orderTimeoutUs: timeout === undefined ? undefined : durationArgument('order-timeout', timeout),
    risk: Object.fromEntries(Object.entries(risk).map(([key, text]) => [key, fittingRisk(key, text)])),
  })
}

/** The two latencies under the names that hftbacktest gives them. */
function typedConstants(args: Arguments): Pick<RunConfigInput, 'latency'> {
  const latency = optionalText(args, 'latency')
  const entry = optionalText(args, 'entry-latency')
  const response = optionalText(args, 'response-latency')
  if (entry === undefined && response === undefined) return {}
  if (latency !== undefined || entry === undefined || response === undefined) {
    throw new ConfigError(
      'LATENCY_MODEL',
      'expected --entry-latency and --response-latency together and without --latency',
    )
  }
  return {
    latency: {
      model: 'constant',
      entryUs: durationArgument('entry-latency', entry),
      responseUs: durationArgument('response-latency', response),
    },
  }
}

function parseFees(text: string): { makerBps: string; takerBps: string } {
  const [makerBps, takerBps, ...more] = text.split(',')
  if (makerBps === undefined || takerBps === undefined || more.length > 0) {
    throw new ConfigError(
      'FEES',
      `--fees expects maker,taker in basis points such as 2,5; found ${JSON.stringify(text)}`,
    )
  }
  return { makerBps, takerBps }
}

/** A limit is text, a number or a switch: whichever its schema takes. What fits nothing is left for the schema to refuse. */
function fittingRisk(key: string, text: string): unknown {
  const shape: Readonly<Record<string, z.ZodType | undefined>> = riskLimitsSchema.shape
  const schema = shape[key]
  if (schema === undefined) {
    const known = Object.keys(shape)
    throw new ConfigError(
      'RISK_UNKNOWN',
      `--risk ${key}: no such limit.${didYouMean(key, known)} There are: ${known.join(', ')}`,
    )
  }
  const switches: ReadonlyMap<string, boolean | null> = new Map([
    ['true', true],
    ['false', false],
    ['off', null],
  ])
  const readings = [text, Number(text), switches.get(text)].filter((value) => value !== undefined)
  const fitting = readings.filter((value) => schema.safeParse(value).success)
  if (fitting.length > 0) return fitting[0]
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function numberOf(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new ConfigError('ARGUMENT', `--${option} expects a number, found ${JSON.stringify(text)}`)
  }
  return value
}

/** Given on the command line, these replace what the file says, model and arguments. */
const wholeSettings: ReadonlySet<string> = new Set([
  'latency',
  'funding',
  'margin',
  ...Object.keys(venueSettings),
])

/**
 * Objects are merged key by key, so that one risk limit on the command line keeps the others of the file, and a balance
 * alone keeps the default leverage.
 */
function mergeSettings(
  file: Readonly<Record<string, unknown>>,
  typed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const defaults: Readonly<Record<string, unknown>> = runConfigSchema.parse({})
  const merged: Record<string, unknown> = { ...file }
  for (const [key, value] of Object.entries(typed)) {
    const before = merged[key] ?? defaults[key]
    const isWhole = wholeSettings.has(key) || !isRecord(value)
    if (isWhole) merged[key] = value
    else if (Object.keys(value).length > 0) merged[key] = { ...(isRecord(before) ? before : {}), ...value }
  }
  return merged
}

function withoutAbsent(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}

function pick(record: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)))
}
