/**
 * The only file that loads ccxt, when a live venue is asked for. One exchange's own module is a third of the whole in
 * time and memory, so it is loaded alone. ccxt is not a dependency of ours: whoever trades live installs it.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean } from '../../core/closest.ts'
import { ConfigError } from '../../core/errors.ts'
import type { CcxtClass } from './ccxt-exchange.ts'
import { knownVenues } from './venue-profiles.ts'

/** With which everything here was tested. */
export const testedCcxtVersion = '4.5.84'

/**
 * @param from folder of the user's project, where ccxt is looked for after our own
 * @throws {ConfigError} CCXT_MISSING, UNKNOWN_VENUE
 */
export async function loadCcxt(exchangeId: string, from: string): Promise<CcxtClass> {
  if (!/^[a-z0-9]{2,40}$/.test(exchangeId)) throw unknownVenue(exchangeId)
  const root = findCcxt(from)
  const loaded =
    (await importExchange(root, 'pro', exchangeId)) ?? (await importExchange(root, '', exchangeId))
  const found: unknown = loaded?.default
  if (!isClass(found)) throw unknownVenue(exchangeId)
  return found
}

function findCcxt(from: string): URL {
  for (const base of [import.meta.url, pathToFileURL(join(from, 'package.json'))]) {
    try {
      // The package exports its bundle alone; the modules of the exchanges lie beside it.
      return new URL('../js/src/', pathToFileURL(createRequire(base).resolve('ccxt')))
    } catch {
      // Not installed there.
    }
  }
  throw new ConfigError(
    'CCXT_MISSING',
    `live venues need ccxt, which is not installed: npm install --save-exact ccxt@${testedCcxtVersion}`,
  )
}

async function importExchange(
  root: URL,
  folder: '' | 'pro',
  exchangeId: string,
): Promise<{ readonly default?: unknown } | undefined> {
  const url = new URL(`${folder === '' ? '' : 'pro/'}${exchangeId}.js`, root)
  try {
    const loaded: { readonly default?: unknown } = await import(/* @vite-ignore */ url.href)
    return loaded
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

function isClass(value: unknown): value is CcxtClass {
  return typeof value === 'function'
}

function unknownVenue(exchangeId: string): ConfigError {
  return new ConfigError(
    'UNKNOWN_VENUE',
    `ccxt has no exchange ${JSON.stringify(exchangeId)}.${didYouMean(exchangeId, knownVenues)}`,
  )
}
