/** How a file inside an archive is named, so that it passes for a path: `dump.zip > 2024-12-01.data`. */
import { existsSync } from 'node:fs'

const separator = ' > '

export interface InsideArchive {
  readonly archive: string
  /** As the archive names it, folders included. */
  readonly name: string
}

export function insidePath(archive: string, name: string): string {
  return archive + separator + name
}

/** Undefined for a file of its own, whatever its name. */
export function insideArchive(path: string): InsideArchive | undefined {
  const at = path.indexOf(separator)
  if (at === -1 || existsSync(path)) return undefined
  return { archive: path.slice(0, at), name: path.slice(at + separator.length) }
}
