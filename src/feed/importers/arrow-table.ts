/** Arrow IPC files (Feather v2), also with LZ4- or zstd-compressed columns. */
import { open } from 'node:fs/promises'
import type { RecordBatch, Vector } from 'apache-arrow'
import { decimalTextOf } from '../decimal-steps.ts'
import { decodeLz4Frame } from '../lz4-frame.ts'
import { fileError } from '../source-position.ts'
import type { Table, TableBatch } from './table.ts'

/** @throws {DataError} DATA_DAMAGED */
export async function openArrowTable(path: string): Promise<Table> {
  const reader = readBatches(path)
  const first = await reader.next()
  await reader.return(undefined)
  const columns = first.done === true ? [] : first.value.schema.fields.map(({ name }) => String(name))
  return { path, columns, unit: 'row', batches: () => textBatches(path) }
}

async function* textBatches(path: string): AsyncGenerator<TableBatch> {
  let firstLine = 1
  for await (const batch of readBatches(path)) {
    const rows = Array.from({ length: batch.numRows }, () => Array<string>(batch.numCols).fill(''))
    for (let column = 0; column < batch.numCols; column++) {
      const vector = batch.getChildAt(column)
      if (vector === null) continue
      const cell = cellReader(vector)
      for (const [index, row] of rows.entries()) row[column] = cell(index)
    }
    yield { firstLine, rows }
    firstLine += rows.length
  }
}

async function* readBatches(path: string): AsyncGenerator<RecordBatch> {
  const { RecordBatchReader, compressionRegistry, CompressionType } = await import('apache-arrow')
  const { decompress } = await import('fzstd')
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame })
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes) })
  const handle = await open(path)
  try {
    yield* await RecordBatchReader.from(handle)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fileError('DATA_DAMAGED', path, `expected a sound Arrow file, found damage: ${reason}`, error)
  } finally {
    await handle.close().catch(() => undefined)
  }
}

/** arrow-js gives times as milliseconds, fractions included, whatever their unit in the file. */
function cellReader(vector: Vector): (index: number) => string {
  const isTime = /^(Timestamp|Date)/.test(String(vector.type))
  return (index) => {
    const value: unknown = vector.get(index)
    if (value === null || value === undefined) return ''
    if (typeof value !== 'number') return String(value)
    return isTime ? String(Math.round(value * 1_000)) : decimalTextOf(value)
  }
}
