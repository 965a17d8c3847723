/** Where a session is kept. */
import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { ConfigError } from '../core/errors.ts'

/** @returns the folder, which does not exist yet or is empty @throws {ConfigError} SESSION_EXISTS */
export function chooseSessionFolder(given: string | undefined, strategy: string, now: Date): string {
  const folder = given ?? `sessions/${plainName(strategy)}-${timeName(now)}`
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ConfigError('SESSION_EXISTS', `${folder} is not empty: give --session the name of a new folder`)
  }
  return folder
}

const plainName = (strategy: string): string =>
  basename(strategy)
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)

/** `20240501T080000`, UTC. */
const timeName = (now: Date): string => now.toISOString().slice(0, 19).replace(/[-:]/g, '')
