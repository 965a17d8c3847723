/** Where a session is kept. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ConfigError } from '../core/errors.ts'

/** @returns the folder: it does not exist yet, is empty, or has a session that goes on @throws {ConfigError} SESSION_EXISTS */
export function chooseSessionFolder(given: string | undefined, strategy: string, now: Date): string {
  const folder = given ?? `sessions/${plainName(strategy)}-${timeName(now)}`
  if (existsSync(join(folder, 'session.json'))) return folder
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ConfigError(
      'SESSION_EXISTS',
      `${folder} is not empty and has no session: give --session the name of a new folder`,
    )
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
