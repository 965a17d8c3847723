/** Command line and config file → what is to be run, on recorded data or on a feed. The command line wins. */
import type { z } from 'zod'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import { type DataLevel, dataLevels } from '../model/tape.ts'
import { type ExecutionMode, readEnvironment } from '../run/named-settings.ts'
import { riskLimitsSchema } from '../run/risk-config.ts'
import { parseRunConfig, type RunConfig, type RunConfigInput } from '../run/run-config.ts'
import { accountSettings } from './account-arguments.ts'
import { type Arguments, durationArgument, optionalText, pairs, texts, wholeNumber } from './arguments.ts'
import { noConfigFile, readConfigFile } from './config-file.ts'
import { mergeSettings } from './merge-settings.ts'
import { namedArguments, ownRisk } from './named-arguments.ts'
import { venueArguments } from './venue-arguments.ts'

export interface RunRequest {
  readonly strategy: string
  readonly data: readonly string[]
  readonly params: Readonly<Record<string, unknown>>
  readonly config: RunConfig
  readonly level: DataLevel | undefined
  readonly mode: ExecutionMode
  /** Somebody named it; else it is the command's, or paper. */
  readonly isModeSaid: boolean
}

/** As a run, which may have no data yet. */
export type StrategyRequest = RunRequest

/** @throws {ConfigError} */
export function parseRunRequest(args: Arguments): RunRequest {
  const request = parseStrategyRequest(args)
  if (request.data.length > 0) return request
  throw new ConfigError('ARGUMENT', '--data is missing: which file is to be replayed?')
}

/** Where settings come from besides the command line and the file it names. */
export interface Surroundings {
  /** Of the command: what EXECUTION_MODE must agree with. Undefined: the command goes by it. */
  readonly mode: ExecutionMode | undefined
  /** Read for sessions only: a replay depends on nothing but its command line. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const replaySurroundings: Surroundings = { mode: 'replay', env: {} }

/** The command line wins over the environment, and that over the file. @throws {ConfigError} */
export function parseStrategyRequest(
  args: Arguments,
  { mode, env }: Surroundings = replaySurroundings,
): StrategyRequest {
  const path = optionalText(args, 'config')
  const file = path === undefined ? noConfigFile : readConfigFile(path)
  const { strategy, data = [], params } = file.request
  const typed = { strategy: optionalText(args, 'strategy') ?? strategy, data: texts(args, 'data') }
  if (typed.strategy === undefined) {
    throw new ConfigError('ARGUMENT', '--strategy is missing; sim strategies lists them')
  }
  const environment = readEnvironment(env)
  const named = namedArguments(args)
  const said = named.mode ?? environment.mode ?? file.named.mode
  return {
    strategy: typed.strategy,
    data: typed.data.length > 0 ? typed.data : [data].flat(),
    params: { ...params, ...pairs('param', texts(args, 'param')) },
    config: parseRunConfig(
      [file.named.config, environment.config, named.config, typedSettings(args)].reduce(
        mergeSettings,
        file.settings,
      ),
    ),
    level: parseLevel(optionalText(args, 'level')),
    mode: settleMode(said, mode),
    isModeSaid: said !== undefined,
  }
}

/** Paper unless somebody says otherwise. @throws {ConfigError} EXECUTION_MODE */
function settleMode(said: ExecutionMode | undefined, command: ExecutionMode | undefined): ExecutionMode {
  if (command === undefined) return said ?? 'paper'
  if (said === undefined || said === command) return command
  throw new ConfigError(
    'EXECUTION_MODE',
    `EXECUTION_MODE is ${said}, and this command is for ${command}: use sim ${said === 'replay' ? 'run' : said}, or leave it out`,
  )
}

function parseLevel(text: string | undefined): DataLevel | undefined {
  const level = dataLevels.find((name) => name === text)
  if (level !== undefined || text === undefined) return level
  throw new ConfigError('ARGUMENT', `--level expects ${dataLevels.join(', ')}, found ${JSON.stringify(text)}`)
}

/** What the command line says, as a run configuration writes it. Absent options stay absent. */
function typedSettings(args: Arguments): Readonly<Record<string, unknown>> {
  const seed = optionalText(args, 'seed')
  const fees = optionalText(args, 'fees')
  const balance = optionalText(args, 'balance')
  const leverage = optionalText(args, 'leverage')
  const spreadTicks = optionalText(args, 'spread-ticks')
  const timeout = optionalText(args, 'order-timeout')
  const risk = ownRisk(args)
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

function withoutAbsent(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
