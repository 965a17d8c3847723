/**
 * Names under which users of comparable engines know a mode, a limit or a default: one table for the environment, a
 * config file and the command line. Each name stands for one setting of a run's configuration, and is checked by that
 * setting's own schema. Upper and lower case are the same.
 */
import type { z } from 'zod'
import { didYouMean, isNearly } from '../core/closest.ts'
import { parseDuration } from '../core/duration.ts'
import { ConfigError } from '../core/errors.ts'
import { riskLimitsSchema } from './risk-config.ts'
import { runConfigSchema } from './run-config.ts'

export type ExecutionMode = 'replay' | 'paper' | 'live'

interface NamedSetting {
  readonly names: readonly string[]
  /** Key of the configuration, or of the risk limits in it. */
  readonly key: string
  readonly isRisk: boolean
  /** Text → what the schema of the key takes; undefined for text that cannot be read. */
  readonly read: (text: string) => unknown
  /** For messages and docs. */
  readonly expects: string
}

const amount = (text: string): unknown => (/^\d+(\.\d+)?$/.test(text) ? text : undefined)
const number = (text: string): unknown => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined)
const flag = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : undefined)
const seconds = (text: string): unknown =>
  parseDuration(text) ?? (/^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1e6) : undefined)

const risk = (key: string, read: NamedSetting['read'], expects: string, ...names: string[]): NamedSetting => {
  return { names, key, isRisk: true, read, expects }
}

/** docs/LIVE.md has the same table in words. */
const settings: readonly NamedSetting[] = [
  risk('maxPositions', number, 'a whole number of instruments', 'MAX_POSITIONS'),
  risk('maxDrawdownPct', number, 'percent', 'MAX_DRAWDOWN_PCT'),
  risk('maxDailyLossPct', number, 'percent', 'DAILY_LOSS_LIMIT_PCT'),
  risk('maxDailyLoss', amount, 'an amount of settlement currency', 'MAX_DAILY_LOSS'),
  risk('maxOrderSize', amount, 'a quantity', 'MAX_ORDER_SIZE'),
  risk('minOrderSize', amount, 'a quantity', 'MIN_ORDER_SIZE'),
  risk('maxOrderValue', amount, 'an amount of settlement currency', 'MAX_ORDER_VALUE'),
  risk('minOrderValue', amount, 'an amount of settlement currency', 'MIN_ORDER_VALUE'),
  risk('maxPositionSize', amount, 'a quantity', 'MAX_POSITION_SIZE'),
  risk('maxPositionValuePct', number, 'percent of equity', 'MAX_POSITION_VALUE_PCT'),
  risk('priceDeviationPct', number, 'percent of the mid', 'MAX_PRICE_DEVIATION'),
  risk('maxSlippagePct', number, 'percent of the mid', 'MAX_SLIPPAGE_PERCENT'),
  risk('requirePositiveBalance', flag, 'true or false', 'REQUIRE_POSITIVE_BALANCE'),
  {
    names: ['DEFAULT_ORDER_TIMEOUT'],
    key: 'orderTimeoutUs',
    isRisk: false,
    read: seconds,
    expects: 'seconds, or a duration such as 5m',
  },
  {
    names: ['DEFAULT_TIME_IN_FORCE'],
    key: 'defaultTimeInForce',
    isRisk: false,
    read: (text) => text.toLowerCase(),
    expects: 'gtc, ioc or fok',
  },
]

const modeName = 'EXECUTION_MODE'
const modes: ReadonlyMap<string, ExecutionMode> = new Map([
  ['paper', 'paper'],
  ['live', 'live'],
  ['replay', 'replay'],
])

const byName = new Map(settings.flatMap((setting) => setting.names.map((name) => [name, setting] as const)))
export const settingNames: readonly string[] = [modeName, ...byName.keys()]

export const isSettingName = (name: string): boolean => settingNames.includes(name.toUpperCase())

/** What one source says, in terms of a configuration. */
export interface NamedSettings {
  readonly mode: ExecutionMode | undefined
  readonly config: Readonly<Record<string, unknown>>
}

export interface NamedSource {
  /** For messages: `environment`, `config file x.json`, `command line`. */
  readonly source: string
  readonly entries: readonly (readonly [name: string, value: unknown])[]
  /** Risk limits that the same source gives under their own names. */
  readonly ownRisk?: Readonly<Record<string, unknown>>
}

/** @throws {ConfigError} SETTING_UNKNOWN, SETTING_INVALID, SETTING_CONTRADICTION */
export function readNamedSettings({ source, entries, ownRisk = {} }: NamedSource): NamedSettings {
  const config: Record<string, unknown> = {}
  const limits: Record<string, unknown> = {}
  /** By key: the name it was given under, and the value. */
  const given = new Map<string, { readonly name: string; readonly text: string }>()
  for (const [key, value] of Object.entries(ownRisk)) given.set(key, { name: key, text: String(value) })
  let mode: ExecutionMode | undefined
  for (const [name, value] of entries) {
    const text = String(value).trim()
    if (name.toUpperCase() === modeName) {
      mode = readMode(text, source)
      continue
    }
    const setting = byName.get(name.toUpperCase())
    if (setting === undefined) throw unknownSetting(name, source)
    const { key, isRisk } = setting
    const before = given.get(key)
    if (before !== undefined && before.text !== text) throw contradiction(source, before, { name, text })
    given.set(key, { name, text })
    const parsed = readValue(setting, { name, text, source })
    if (isRisk) limits[key] = parsed
    else config[key] = parsed
  }
  return { mode, config: Object.keys(limits).length === 0 ? config : { ...config, risk: limits } }
}

/**
 * Settings of the environment. Most of it is about something else; a name that is nearly one of ours is a slip, and
 * would leave a limit off that somebody relies on.
 *
 * @throws {ConfigError} SETTING_UNKNOWN, and as `readNamedSettings`
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): NamedSettings {
  const source = 'environment'
  const entries: [string, string][] = []
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    if (isSettingName(name)) entries.push([name, value])
    else if (/^(MAX|MIN|DAILY|DEFAULT|EXECUTION|REQUIRE)_/i.test(name) && isNearlyOurs(name)) {
      throw unknownSetting(name, source)
    }
  }
  return readNamedSettings({ source, entries })
}

const shortened = (name: string): string => name.toUpperCase().replace(/PERCENT(AGE)?/, 'PCT')
const shortNames = settingNames.map(shortened)
const isNearlyOurs = (name: string): boolean => isNearly(shortened(name), shortNames)

function readMode(text: string, source: string): ExecutionMode {
  const mode = modes.get(text.toLowerCase())
  if (mode !== undefined) return mode
  throw new ConfigError(
    'SETTING_INVALID',
    `${source}: ${modeName} expects ${[...modes.keys()].join(', ')}, found ${JSON.stringify(text)}`,
  )
}

interface Given {
  readonly name: string
  readonly text: string
  readonly source: string
}

function readValue({ key, isRisk, read, expects }: NamedSetting, { name, text, source }: Given): unknown {
  if (isRisk && text === 'off') return null
  const shape: Readonly<Record<string, z.ZodType | undefined>> = isRisk
    ? riskLimitsSchema.shape
    : runConfigSchema.shape
  const value = read(text)
  if (value !== undefined && shape[key]?.safeParse(value).success === true) return value
  throw new ConfigError(
    'SETTING_INVALID',
    `${source}: ${name} expects ${expects}, found ${JSON.stringify(text)}`,
  )
}

function unknownSetting(name: string, source: string): ConfigError {
  return new ConfigError(
    'SETTING_UNKNOWN',
    `${source}: no setting ${name}.${didYouMean(name.toUpperCase(), settingNames)} There are: ${settingNames.join(', ')}`,
  )
}

function contradiction(
  source: string,
  before: { readonly name: string; readonly text: string },
  { name, text }: { readonly name: string; readonly text: string },
): ConfigError {
  return new ConfigError(
    'SETTING_CONTRADICTION',
    `${source}: ${before.name}=${before.text} and ${name}=${text} are the same setting: give one of them`,
  )
}
