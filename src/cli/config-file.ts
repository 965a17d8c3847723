/** The file of `--config`: what is to be run, and with which settings, under our names or under those that others use. */
import { z } from 'zod'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import { isSettingName, type NamedSettings, readNamedSettings } from '../run/named-settings.ts'
import { runConfigSchema } from '../run/run-config.ts'
import { isRecord, readJsonFile } from './settings-file.ts'

/** Keys of a config file besides those of the run configuration, which a report prints and a file may repeat. */
const requestSchema = z.strictObject({
  strategy: z.string().optional(),
  data: z.union([z.string(), z.array(z.string())]).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
})
const requestKeys = Object.keys(requestSchema.shape)
const knownKeys = [...requestKeys, ...Object.keys(runConfigSchema.shape)]

export interface ConfigFile {
  readonly request: z.output<typeof requestSchema>
  /** As a run configuration writes them; not checked yet. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly named: NamedSettings
}

export const noConfigFile: ConfigFile = { request: {}, settings: {}, named: { mode: undefined, config: {} } }

/** @throws {ConfigError} CONFIG_FILE, CONFIG_UNKNOWN, CONFIG_INVALID, SETTING_INVALID, SETTING_CONTRADICTION */
export function readConfigFile(path: string): ConfigFile {
  const value = readJsonFile({ what: 'config file', path })
  if (!isRecord(value)) throw new ConfigError('CONFIG_FILE', `config file ${path}: expected one JSON object`)
  const [named, own] = split(value)
  checkKeys(own, path)
  const request = requestSchema.safeParse(
    Object.fromEntries(own.filter(([key]) => requestKeys.includes(key))),
  )
  if (!request.success) {
    const [issue] = request.error.issues
    throw new ConfigError('CONFIG_INVALID', `${path}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const settings = Object.fromEntries(own.filter(([key]) => !requestKeys.includes(key)))
  const source = `config file ${path}`
  const { risk } = settings
  if (!isRecord(risk)) {
    return { request: request.data, settings, named: readNamedSettings({ source, entries: named }) }
  }
  const [namedRisk, rest] = split(risk)
  const ownRisk = Object.fromEntries(rest)
  return {
    request: request.data,
    settings: { ...settings, risk: ownRisk },
    named: readNamedSettings({ source, entries: [...named, ...namedRisk], ownRisk }),
  }
}

function checkKeys(entries: Entries, path: string): void {
  const [key] = entries.find(([name]) => !knownKeys.includes(name)) ?? []
  if (key === undefined) return
  throw new ConfigError(
    'CONFIG_UNKNOWN',
    `config file ${path}: no setting ${JSON.stringify(key)}.${didYouMean(key, knownKeys)}` +
      ` There are: ${knownKeys.join(', ')}`,
  )
}

type Entries = [key: string, value: unknown][]

/** Those under a name that others use, and the rest. */
function split(record: Readonly<Record<string, unknown>>): [named: Entries, own: Entries] {
  const entries = Object.entries(record)
  return [entries.filter(([key]) => isSettingName(key)), entries.filter(([key]) => !isSettingName(key))]
}
