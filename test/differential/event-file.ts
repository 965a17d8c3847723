/** Events as hftbacktest reads them: an `.npz` with one array of 64-byte records. */
import { writeZip } from '../support/write-zip.ts'

export const eventBits = { exchange: 2 ** 31, local: 2 ** 30, buy: 2 ** 29, sell: 2 ** 28 } as const
export const eventKind = { depth: 1, trade: 2, clear: 3, snapshot: 4 } as const

export interface EventRow {
  readonly ev: number
  /** Microseconds. */
  readonly exchangeUs: number
  readonly localUs: number
  readonly price: number
  readonly qty: number
}

const recordBytes = 64
const descr =
  "[('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8'), ('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')]"

/** @param nsOf nanoseconds to add to a time, by row: both readers must cut them off */
export function writeEvents(path: string, rows: readonly EventRow[], nsOf = (_row: number) => 0): void {
  writeZip(path, { 'data.npy': npyOf(rows, nsOf) }, false)
}

export function npyOf(rows: readonly EventRow[], nsOf = (_row: number) => 0): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${rows.length},), }`
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`
  const bytes = new Uint8Array(10 + header.length + rows.length * recordBytes)
  bytes.set(Buffer.from('\x93NUMPY\x01\x00', 'latin1'))
  bytes.set(Buffer.from(header, 'latin1'), 10)
  const view = new DataView(bytes.buffer)
  view.setUint16(8, header.length, true)
  rows.forEach((row, index) => {
    const at = 10 + header.length + index * recordBytes
    const ns = BigInt(nsOf(index))
    view.setBigUint64(at, BigInt(row.ev), true)
    view.setBigInt64(at + 8, BigInt(row.exchangeUs) * 1000n + ns, true)
    view.setBigInt64(at + 16, BigInt(row.localUs) * 1000n + ns, true)
    view.setFloat64(at + 24, row.price, true)
    view.setFloat64(at + 32, row.qty, true)
  })
  return bytes
}
