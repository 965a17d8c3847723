/** Typed reads from what yargs parsed. Every option arrives as text; its meaning is parsed by whoever owns it. */
import { parseDuration } from '../core/duration.ts'
import { ConfigError } from '../core/errors.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** @throws {ConfigError} ARGUMENT when it is empty or was given twice */
export function optionalText(args: Arguments, name: string): string | undefined {
  const value = args[name]
  if (value === undefined) return undefined
  if (Array.isArray(value)) throw new ConfigError('ARGUMENT', `--${name} was given more than once`)
  if (typeof value !== 'string' || value === '') throw new ConfigError('ARGUMENT', `--${name} needs a value`)
  return value
}

/** @throws {ConfigError} ARGUMENT */
export function requiredText(args: Arguments, name: string): string {
  const value = optionalText(args, name)
  if (value === undefined) throw new ConfigError('ARGUMENT', `--${name} is missing`)
  return value
}

/** All values of an option that may be repeated, or of a positional. */
export function texts(args: Arguments, name: string): string[] {
  const value = args[name] ?? []
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map((item) => {
    if (typeof item !== 'string' || item === '') throw new ConfigError('ARGUMENT', `${name} needs a value`)
    return item
  })
}

export function isSet(args: Arguments, name: string): boolean {
  return args[name] === true
}

/** `['a=1', 'b=2']` → `{ a: '1', b: '2' }`. @throws {ConfigError} ARGUMENT */
export function pairs(option: string, items: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const item of items) {
    const cut = item.indexOf('=')
    const key = item.slice(0, cut).trim()
    if (cut < 1 || key === '') {
      throw new ConfigError('ARGUMENT', `--${option} expects name=value, found ${JSON.stringify(item)}`)
    }
    if (Object.hasOwn(found, key))
      throw new ConfigError('ARGUMENT', `--${option} ${key} was given more than once`)
    found[key] = item.slice(cut + 1)
  }
  return found
}

/** @throws {ConfigError} ARGUMENT */
export function wholeNumber(option: string, text: string, min = 0): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw new ConfigError(
      'ARGUMENT',
      `--${option} expects a whole number of at least ${min}, found ${JSON.stringify(text)}`,
    )
  }
  return value
}

/** `30s` → microseconds. @throws {ConfigError} ARGUMENT */
export function durationArgument(option: string, text: string): number {
  const us = parseDuration(text)
  if (us === undefined) {
    throw new ConfigError(
      'ARGUMENT',
      `--${option} expects a duration such as 30s or 5m, found ${JSON.stringify(text)}`,
    )
  }
  return us
}
