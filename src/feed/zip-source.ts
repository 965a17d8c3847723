/** Files inside archives under paths of their own: `dump.zip > 2024-12-01.data`, so that every complaint names both. */
import { basename } from 'node:path'
import { firstBytes } from './decompress.ts'
import { fileError } from './source-position.ts'
import { listZip } from './zip-file.ts'
import { insidePath } from './zip-path.ts'

/** Archives are replaced by the data files inside, in the order of the archive. @throws {DataError} */
export async function filesOfArchives(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for (const path of paths) files.push(...((await isZip(path)) ? await filesInside(path) : [path]))
  return files
}

async function isZip(path: string): Promise<boolean> {
  return Buffer.from(await firstBytes(path, 4)).toString('latin1') === 'PK\u0003\u0004'
}

async function filesInside(archive: string): Promise<readonly string[]> {
  const names = (await listZip(archive)).filter(({ bytes }) => bytes > 0).map(({ name }) => name)
  // Arrays of numpy are read as a whole, not one after the other.
  if (names[0]?.endsWith('.npy') === true) return [archive]
  const data = names.filter((name) => !isAside(name))
  if (data.length > 0) return data.map((name) => insidePath(archive, name))
  throw fileError('FILE_EMPTY', archive, 'expected market data in the archive, found no file')
}

/** What macOS and checksum tools put beside the data. */
function isAside(name: string): boolean {
  return name.startsWith('__MACOSX/') || basename(name).startsWith('.') || name.endsWith('.CHECKSUM')
}
