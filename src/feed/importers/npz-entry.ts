/** The array inside a hftbacktest `.npz`: numpy's header, then records of 64 bytes. */

import { fileError } from '../source-position.ts'
import { listZip, readZipEntry } from '../zip-file.ts'

/** `event_dtype` of hftbacktest 2: name, little-endian numpy type; eight bytes each. */
const fields = [
  ['ev', '<u8'],
  ['exch_ts', '<i8'],
  ['local_ts', '<i8'],
  ['px', '<f8'],
  ['qty', '<f8'],
  ['order_id', '<u8'],
  ['ival', '<i8'],
  ['fval', '<f8'],
] as const

export const recordBytes = 8 * fields.length

const magic = '\x93NUMPY'
/** Far more than a header of eight fields takes. */
const headerBytesMax = 65_536

export interface NpzArray {
  /** Name of the file inside the archive. */
  readonly name: string
  /** Of the `.npy` before the first record. */
  readonly headerBytes: number
  readonly records: number
}

/**
 * The array of an archive.
 *
 * @returns undefined when its first file is no numpy array at all
 * @throws {DataError} DATA_DAMAGED, NPZ_SEVERAL for more arrays than one, NPZ_DTYPE for an array of something else than hftbacktest's events
 */
export async function findEventArray(path: string): Promise<NpzArray | undefined> {
  const [first, ...more] = await listZip(path)
  if (first === undefined || !first.name.endsWith('.npy')) return undefined
  const start = await readStart(path, first.name)
  if (start.toString('latin1', 0, 6) !== magic) return undefined
  const second = more.find(({ name }) => name.endsWith('.npy'))
  if (second !== undefined) {
    throw fileError('NPZ_SEVERAL', path, `expected one array, found ${first.name} and ${second.name}`)
  }
  const isLong = (start[6] ?? 0) >= 2
  const textAt = isLong ? 12 : 10
  if (start.length < textAt) throw fault(path, first.name, 'DATA_DAMAGED', 'a numpy header', 'its end')
  const headerBytes = textAt + (isLong ? start.readUInt32LE(8) : start.readUInt16LE(8))
  const header = start.toString('latin1', textAt, headerBytes)
  if (start.length < headerBytes) throw fault(path, first.name, 'DATA_DAMAGED', 'a numpy header', 'its end')
  const records = recordsOf(header, path, first.name)
  const expected = headerBytes + records * recordBytes
  if (first.bytes !== expected) {
    throw fault(path, first.name, 'DATA_TRUNCATED', `${expected} bytes`, `${first.bytes}`)
  }
  return { name: first.name, headerBytes, records }
}

/** Records in chunks of whole ones, as they lie in the file. */
export async function* readRecords(path: string, array: NpzArray): AsyncGenerator<DataView> {
  let skip = array.headerBytes
  let rest = Buffer.alloc(0)
  for await (const chunk of readZipEntry(path, array.name)) {
    const cut = Math.min(skip, chunk.length)
    skip -= cut
    rest = Buffer.concat([rest, chunk.subarray(cut)])
    const whole = rest.length - (rest.length % recordBytes)
    if (whole > 0) yield new DataView(rest.buffer, rest.byteOffset, whole)
    rest = rest.subarray(whole)
  }
}

async function readStart(path: string, name: string): Promise<Buffer> {
  let start = Buffer.alloc(0)
  for await (const chunk of readZipEntry(path, name)) {
    start = Buffer.concat([start, chunk])
    if (start.length >= headerBytesMax) break
  }
  return start
}

/** @param header a Python literal: `{'descr': [('ev', '<u8'), …], 'fortran_order': False, 'shape': (3,), }` */
function recordsOf(header: string, path: string, name: string): number {
  const descr = /'descr':\s*(\[[^\]]*\]|'[^']*')/.exec(header)?.[1] ?? ''
  const found = [...descr.matchAll(/\('([^']*)',\s*'([^']*)'[^)]*\)/g)].map(
    ([, field, type]) => `${field} ${type}`,
  )
  const expected = fields.map(([field, type]) => `${field} ${type}`)
  if (found.join() !== expected.join()) {
    throw fault(
      path,
      name,
      'NPZ_DTYPE',
      `the events of hftbacktest, ${expected.join(', ')}`,
      found.length > 0 ? found.join(', ') : `an array of ${descr || 'unknown type'}`,
    )
  }
  const shape = /'shape':\s*\((\d+),\s*\)/.exec(header)?.[1]
  if (shape === undefined) throw fault(path, name, 'NPZ_DTYPE', 'an array of one dimension', header.trim())
  return Number(shape)
}

function fault(path: string, name: string, code: string, expected: string, found: string) {
  return fileError(code, path, `expected ${expected} in ${name}, found ${found}`)
}
