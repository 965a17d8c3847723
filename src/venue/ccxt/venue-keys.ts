/** Keys of an account from named texts: the environment, or a file that `run/` has read. */
import { ConfigError } from '../../core/errors.ts'
import { Secret, type VenueKeys } from './secret.ts'

export type NamedTexts = Readonly<Record<string, string | undefined>>

/** `BINANCE_API_KEY`, `BINANCE_API_SECRET`, `BINANCE_API_PASSWORD`; without the venue's name where those are not set. */
export function keyNames(exchangeId: string): readonly [string, string, string] {
  const start = exchangeId.toUpperCase()
  return [`${start}_API_KEY`, `${start}_API_SECRET`, `${start}_API_PASSWORD`]
}

/**
 * @returns undefined when none is there
 * @throws {ConfigError} KEYS_INCOMPLETE
 */
export function keysOf(exchangeId: string, texts: NamedTexts): VenueKeys | undefined {
  const [apiKey, secret, password] = keyNames(exchangeId).map(
    (name) => textOf(texts[name]) ?? textOf(texts[name.slice(exchangeId.length + 1)]),
  )
  if (apiKey === undefined && secret === undefined) return undefined
  if (apiKey === undefined || secret === undefined) {
    const [keyName, secretName] = keyNames(exchangeId)
    const missing = apiKey === undefined ? keyName : secretName
    throw new ConfigError('KEYS_INCOMPLETE', `${missing} is not set, but the other one is: both are needed`)
  }
  return {
    apiKey: new Secret(apiKey),
    secret: new Secret(secret),
    password: password === undefined ? undefined : new Secret(password),
  }
}

/** Lines of `NAME=value`, as in an environment file; `#` starts a comment. @throws {ConfigError} KEY_FILE */
export function parseKeyFile(path: string, text: string): NamedTexts {
  const found: Record<string, string> = {}
  text.split('\n').forEach((line, index) => {
    const plain = line.trim()
    if (plain === '' || plain.startsWith('#')) return
    const match = /^(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*)$/.exec(plain)
    const [, name, value] = match ?? []
    if (name === undefined || value === undefined) {
      // Never the line itself: it may hold a key.
      throw new ConfigError('KEY_FILE', `${path}:${index + 1}: expected NAME=value`)
    }
    found[name] = value.replace(/^(["'])(.*)\1$/, '$2')
  })
  return found
}

function textOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}
