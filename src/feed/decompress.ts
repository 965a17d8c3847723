/**
 * The bytes of a file, decompressed when its first bytes say so: gzip, zstd, xz or as they are; or of a file in a zip.
 * A stream that ends early or does not match its checksum is an error, never a shorter file.
 */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { createGunzip } from 'node:zlib'
import { fileError } from './source-position.ts'
import { xzStreamLength } from './xz-stream.ts'
import { readZipEntry } from './zip-file.ts'
import { insideArchive } from './zip-path.ts'

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'zip'

const chunkBytes = 256 * 1024

/** As zlib, fzstd and the xz decoder (XZ_BUF_ERROR) put it. */
const truncation = /unexpected end|unexpected eof|failed with error code 8$/i

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
]

/** @throws {DataError} when there is no readable, non-empty file at `path` */
export async function compressionOf(path: string): Promise<Compression> {
  if (insideArchive(path) !== undefined) return 'zip'
  const head = await firstBytes(path, 8)
  for (const [compression, magic] of magics) {
    if (magic.every((byte, index) => head[index] === byte)) return compression
  }
  return 'none'
}

/**
 * Decompressed chunks. May be left early.
 * @throws {DataError} FILE_MISSING, FILE_IS_DIRECTORY, FILE_EMPTY, FILE_UNREADABLE, DATA_TRUNCATED, DATA_DAMAGED
 */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  const inside = insideArchive(path)
  if (inside !== undefined) {
    yield* readZipEntry(inside.archive, inside.name)
    return
  }
  const compression = await compressionOf(path)
  if (compression === 'xz') await checkXzLength(path)
  const source = createReadStream(path, { highWaterMark: chunkBytes })
  try {
    yield* decompressed(source, compression)
  } catch (error) {
    throw readError(path, compression, error)
  } finally {
    source.destroy()
  }
}

/** The first `length` bytes of the file as it is on disk, fewer when it is shorter. */
export async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  const size = await sizeOf(path)
  const handle = await open(path).catch((error: unknown) => {
    throw fileError(
      'FILE_UNREADABLE',
      path,
      'expected a readable file, found one that cannot be opened',
      error,
    )
  })
  try {
    const bytes = new Uint8Array(Math.min(length, size))
    await handle.read(bytes, 0, bytes.length, 0)
    return bytes
  } finally {
    await handle.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  const facts = await stat(path).catch((error: unknown) => {
    throw fileError('FILE_MISSING', path, `expected a data file, found nothing at ${path}`, error)
  })
  if (facts.isDirectory()) {
    throw fileError('FILE_IS_DIRECTORY', path, `expected a data file, found the directory ${path}`)
  }
  if (facts.isFile() && facts.size === 0) {
    throw fileError('FILE_EMPTY', path, 'expected market data, found an empty file')
  }
  return facts.size
}

function decompressed(source: Readable, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
    case 'zip':
      return source
    case 'gzip':
      return gunzipped(source)
    case 'zstd':
      return unzstd(source)
    case 'xz':
      return unxz(source)
  }
}

async function* gunzipped(source: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes })
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    yield* gunzip
  } finally {
    gunzip.destroy()
  }
}

async function* unzstd(source: Readable): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const stream = new Decompress((bytes) => {
    // The decoder re-uses its window; what it hands out is only valid until the next push.
    if (bytes.length > 0) ready.push(bytes.slice())
  })
  for await (const chunk of source) {
    stream.push(chunk, false)
    yield* ready
    ready = []
  }
  stream.push(new Uint8Array(0), true)
  yield* ready
}

/** The decoder stops after the first of several streams without saying so. */
async function checkXzLength(path: string): Promise<void> {
  const { length, size } = await xzStreamLength(path)
  if (length === size) return
  if (length === undefined) {
    throw fileError('DATA_TRUNCATED', path, 'expected a whole xz stream, found its end cut off or damaged')
  }
  throw fileError(
    'DATA_DAMAGED',
    path,
    `expected one xz stream of ${size} bytes, found a last one of ${length}`,
  )
}

async function* unxz(source: Readable): AsyncGenerator<Uint8Array> {
  // A CommonJS package whose names only its default export carries.
  const { default: xz } = await import('xz-decompress')
  const reader = new xz.XzReadableStream(pulledFrom(source)).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // It disposes of its memory a second time, and fails, when left between its last chunk and its end.
    await reader.cancel().catch(() => undefined)
  }
}

/** `Readable.toWeb` throws past every handler when its web stream is left early (Node 20.20). */
function pulledFrom(source: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
}

function readError(path: string, compression: Compression, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
    return fileError('FILE_UNREADABLE', path, 'expected a readable file, found one without permission', error)
  }
  if (truncation.test(reason)) {
    return fileError(
      'DATA_TRUNCATED',
      path,
      `expected a whole ${compression} stream, found its end cut off`,
      error,
    )
  }
  return fileError(
    'DATA_DAMAGED',
    path,
    `expected a sound ${compression} stream, found damage: ${reason}`,
    error,
  )
}
