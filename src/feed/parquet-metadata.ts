/**
 * One text from the key-value metadata of a Parquet file, without loading DuckDB: a warm run needs nothing else of the
 * file. The footer ends with its length and `PAR1`; inside, Thrift's compact protocol writes a KeyValue as 0x18, length,
 * key, 0x18, length, value (fields 1 and 2, both strings), lengths as unsigned LEB128.
 *
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { DataError } from '../core/errors.ts'

const magic = 'PAR1'
const stringField = 0x18

/** Whether the file starts like a Parquet file. */
export function isParquet(path: string): boolean {
  return withFile(path, (file) => readBytes(file, 0, 4).toString('latin1') === magic)
}

/**
 * Value of `key`; undefined when the file has none.
 *
 * @throws {DataError} TAPE_DAMAGED when the file is not a whole Parquet file
 */
export function readParquetText(path: string, key: string): string | undefined {
  const footer = withFile(path, (file) => {
    const { size } = fstatSync(file)
    const tail = readBytes(file, Math.max(0, size - 8), 8)
    const length = tail.length === 8 ? tail.readUInt32LE(0) : 0
    const isWhole = tail.subarray(4).toString('latin1') === magic && length > 0 && length <= size - 12
    return isWhole ? readBytes(file, size - 8 - length, length) : undefined
  })
  if (footer === undefined) {
    throw new DataError('TAPE_DAMAGED', `${basename(path)}: the end of the Parquet file is missing`)
  }
  return textOf(footer, key)
}

function textOf(footer: Buffer, key: string): string | undefined {
  const name = Buffer.from(key)
  const entry = Buffer.concat([Buffer.of(stringField, name.length), name, Buffer.of(stringField)])
  const at = footer.indexOf(entry)
  if (at < 0) return undefined
  let length = 0
  let scale = 1
  for (let next = at + entry.length; next < footer.length; next++) {
    const byte = footer[next] ?? 0
    length += (byte & 0x7f) * scale
    scale *= 128
    if ((byte & 0x80) === 0) return footer.subarray(next + 1, next + 1 + length).toString('utf8')
  }
  return undefined
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

/** Up to `length` bytes. */
function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(file, bytes, 0, length, position))
}
