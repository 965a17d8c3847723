/** Limits and defaults on the command line: `--risk` and `--set`, under our own names and under those that others use. */
import { isSettingName, type NamedSettings, readNamedSettings } from '../run/named-settings.ts'
import { type Arguments, pairs, texts } from './arguments.ts'

/** `--set NAME=VALUE`, and `--risk` where the name is not one of ours. @throws {ConfigError} */
export function namedArguments(args: Arguments): NamedSettings {
  const typed = Object.entries(pairs('risk', texts(args, 'risk')))
  return readNamedSettings({
    source: 'command line',
    entries: [
      ...Object.entries(pairs('set', texts(args, 'set'))),
      ...typed.filter(([name]) => isSettingName(name)),
    ],
    ownRisk: ownRisk(args),
  })
}

/** `--risk` under our own names. @throws {ConfigError} ARGUMENT */
export function ownRisk(args: Arguments): Record<string, string> {
  const typed = Object.entries(pairs('risk', texts(args, 'risk')))
  return Object.fromEntries(typed.filter(([name]) => !isSettingName(name)))
}
