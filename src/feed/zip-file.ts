/**
 * Files inside a zip archive, as exchanges and numpy (`.npz`) pack their data: listed by the archive's own directory,
 * read as a stream, held to the size and checksum that it states.
 */
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { DataError } from '../core/errors.ts'
import { fileError } from './source-position.ts'

export interface ZipEntry {
  readonly name: string
  /** Of the content, in bytes. */
  readonly bytes: number
}

/** In the order of the archive; folders are left out. @throws {DataError} DATA_DAMAGED */
export async function listZip(path: string): Promise<ZipEntry[]> {
  const { zip, entries } = await openZip(path)
  zip.close()
  return entries.map(({ fileName, uncompressedSize }) => ({ name: fileName, bytes: uncompressedSize }))
}

/**
 * Content of one file of the archive, in chunks. May be left early.
 *
 * @throws {DataError} DATA_DAMAGED when it is cut off, damaged, encrypted or not there
 */
export async function* readZipEntry(path: string, name: string): AsyncGenerator<Uint8Array> {
  const { zip, entries } = await openZip(path)
  try {
    const entry = entries.find(({ fileName }) => fileName === name)
    if (entry === undefined) throw damaged(path, `no file ${JSON.stringify(name)} inside`)
    let sum = 0
    for await (const chunk of await openEntry(zip, entry)) {
      sum = crc32(chunk, sum)
      yield chunk
    }
    if (sum !== entry.crc32) throw damaged(path, `${name} does not match its checksum`)
  } catch (error) {
    throw error instanceof DataError ? error : damaged(path, reasonOf(error), error)
  } finally {
    zip.close()
  }
}

async function openZip(path: string): Promise<{ zip: ZipFile; entries: Entry[] }> {
  // A CommonJS package whose names only its default export carries.
  const { default: yauzl } = await import('yauzl')
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error !== null) {
        reject(damaged(path, reasonOf(error), error))
        return
      }
      const entries: Entry[] = []
      zip.on('entry', (entry: Entry) => {
        if (!entry.fileName.endsWith('/')) entries.push(entry)
        zip.readEntry()
      })
      zip.on('end', () => resolve({ zip, entries }))
      zip.on('error', (cause: unknown) => {
        zip.close()
        reject(damaged(path, reasonOf(cause), cause))
      })
      zip.readEntry()
    })
  })
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream)
      else reject(error)
    })
  })
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function damaged(path: string, found: string, cause?: unknown): DataError {
  return fileError('DATA_DAMAGED', path, `expected a sound zip archive, found damage: ${found}`, cause)
}
