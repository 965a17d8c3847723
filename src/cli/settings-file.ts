/** Small files with settings, read whole. */
import { readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'

/** What a file is for, and where it is: for messages. */
export interface NamedFile {
  readonly what: string
  readonly path: string
}

/** @throws {ConfigError} CONFIG_FILE */
export function readTextFile(file: NamedFile): string {
  try {
    return readFileSync(file.path, 'utf8')
  } catch (cause) {
    throw unusable(file, cause)
  }
}

/** @throws {ConfigError} CONFIG_FILE */
export function parseJsonText(file: NamedFile, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unusable(file, cause)
  }
}

/** @throws {ConfigError} CONFIG_FILE */
export const readJsonFile = (file: NamedFile): unknown => parseJsonText(file, readTextFile(file))

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unusable({ what, path }: NamedFile, cause: unknown): ConfigError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new ConfigError('CONFIG_FILE', `${what} ${path}: ${why}`, { cause })
}
