/** Looks for known secrets in whatever a program leaves: in plain, and in the forms into which programs turn texts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SecretHit {
  readonly where: string
  readonly secret: string
  readonly form: string
  /** Byte at which it begins. */
  readonly at: number
}

/** A form of a secret as bytes to look for. */
export interface SecretForm {
  readonly name: string
  readonly bytes: Buffer
}

/**
 * Base64 of a text that has the secret in it depends on how many bytes come before: all three cases, without the
 * characters that neighbours have a part in.
 */
export function formsOf(secret: string): SecretForm[] {
  const plain = Buffer.from(secret)
  const hex = plain.toString('hex')
  const texts: [string, string][] = [
    ['plain', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded, every byte', hex.replaceAll(/../g, '%$&')],
    ['hex', hex],
    ['hex, upper case', hex.toUpperCase()],
  ]
  for (const before of [0, 1, 2]) {
    const coded = Buffer.concat([Buffer.alloc(before), plain])
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor((coded.length * 8) / 6)
    for (const encoding of ['base64', 'base64url'] as const) {
      texts.push([`${encoding} after ${before}`, coded.toString(encoding).slice(from, to)])
    }
  }
  const seen = new Set<string>()
  return texts
    .filter(([, text]) => !seen.has(text) && seen.add(text))
    .map(([name, text]) => ({ name, bytes: Buffer.from(text) }))
}

/** @param where for the report */
export function findSecrets(bytes: Buffer, secrets: readonly string[], where: string): SecretHit[] {
  return secrets.flatMap((secret) =>
    formsOf(secret).flatMap(({ name, bytes: form }) => {
      const at = bytes.indexOf(form)
      return at < 0 ? [] : [{ where, secret, form: name, at }]
    }),
  )
}

export interface FolderSearch {
  readonly hits: readonly SecretHit[]
  readonly files: number
  readonly bytes: number
}

/** @param isKeyFile those in which the secrets are meant to be: a user's own files of keys */
export function searchFolder(
  folder: string,
  secrets: readonly string[],
  isKeyFile: (path: string) => boolean,
): FolderSearch {
  const hits: SecretHit[] = []
  let files = 0
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    hits.push(...findSecrets(Buffer.from(path), secrets, `the name of ${path}`))
    if (!entry.isFile() || isKeyFile(path)) continue
    const content = readFileSync(path)
    files++
    bytes += content.length
    hits.push(...findSecrets(content, secrets, path))
  }
  return { hits, files, bytes }
}
