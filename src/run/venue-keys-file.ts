/** Keys of a live account: from a file that nobody else may read, over which the environment wins. */
import { lstatSync, readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'
import type { VenueKeys } from '../venue/ccxt/secret.ts'
import { keyNames, keysOf, type NamedTexts, parseKeyFile } from '../venue/ccxt/venue-keys.ts'

/** Whoever but the owner may do anything with the file. */
const othersMode = 0o077

/**
 * @param path undefined: the environment alone
 * @returns undefined when no keys are there
 * @throws {ConfigError} KEY_FILE, KEY_FILE_MODE, KEYS_INCOMPLETE
 */
export function readVenueKeys(
  exchangeId: string,
  environment: NamedTexts,
  path: string | undefined,
): VenueKeys | undefined {
  const file = path === undefined ? {} : parseKeyFile(path, readPrivate(path))
  return keysOf(exchangeId, { ...file, ...environment })
}

/** As `readVenueKeys`, where nothing can be done without. @throws {ConfigError} KEYS_MISSING, too */
export function needVenueKeys(
  exchangeId: string,
  environment: NamedTexts,
  path: string | undefined,
): VenueKeys {
  const keys = readVenueKeys(exchangeId, environment, path)
  if (keys !== undefined) return keys
  const [key, secret] = keyNames(exchangeId)
  throw new ConfigError(
    'KEYS_MISSING',
    `orders at ${exchangeId} need an API key: set ${key} and ${secret}, or give --keys FILE`,
  )
}

function readPrivate(path: string): string {
  let mode: number
  try {
    const stat = lstatSync(path)
    if (!stat.isFile()) throw new ConfigError('KEY_FILE', `${path} is no plain file`)
    mode = stat.mode
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError('KEY_FILE', `cannot read the keys in ${path}`, { cause: error })
  }
  if ((mode & othersMode) !== 0) {
    throw new ConfigError(
      'KEY_FILE_MODE',
      `${path} may be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`,
    )
  }
  return readFileSync(path, 'utf8')
}
