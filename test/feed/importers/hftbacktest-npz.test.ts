import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openImporter } from '../../../src/feed/open-importer.ts'
import { prepareTapes } from '../../../src/feed/prepare-tapes.ts'
import { recognize } from '../../../src/feed/recognize.ts'
import { packedKind } from '../../../src/model/packed.ts'
import { rowKind, sideCode } from '../../../src/model/tape.ts'
import { type EventRow, eventBits, eventKind, npyOf, writeEvents } from '../../differential/event-file.ts'
import { writeZip } from '../../support/write-zip.ts'

/** 2024-01-01 in microseconds. */
const t0 = 1_704_067_200_000_000
const { exchange, local, buy, sell } = eventBits
const both = exchange + local

function row(ev: number, exchangeUs: number, localUs: number, price: number, qty: number): EventRow {
  return { ev, exchangeUs: t0 + exchangeUs, localUs: t0 + localUs, price, qty }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-npz-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const market: readonly EventRow[] = [
  row(both + buy + eventKind.depth, 0, 10, 99.5, 1.5),
  row(both + sell + eventKind.snapshot, 0, 10, 100.5, 0.02),
  row(exchange + buy + eventKind.trade, 20, 300, 100.5, 0.01),
  row(both + sell + eventKind.depth, 30, 50, 101, 0),
  row(local + buy + eventKind.trade, 20, 300, 100.5, 0.01),
]

/** As `kind side exchange receive price qty seenBy`, times since t0. */
async function importRows(rows: readonly EventRow[], options = {}): Promise<string[]> {
  const path = join(temporaryFolder(), 'day.npz')
  writeEvents(path, rows)
  const importer = await openImporter([path], options)
  const found: string[] = []
  await importer.read({
    row: (kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy) => {
      expect(isLast).toBe(true)
      found.push([kind, side, exchangeTime - t0, receiveTime - t0, price, qty, seenBy].join(' '))
    },
  })
  return found
}

describe('events of hftbacktest', () => {
  it('are recognised by their content, whatever the file is called', async () => {
    const path = join(temporaryFolder(), 'data.bin')
    writeEvents(path, market)
    expect(await recognize(path)).toEqual({ format: 'hftbacktest-npz', compression: 'none' })
    const packed = join(temporaryFolder(), 'packed')
    writeZip(packed, { 'arr_0.npy': npyOf(market) })
    expect((await recognize(packed)).format).toBe('hftbacktest-npz')
  })

  it('become rows that each side sees in its own order', async () => {
    const { depth, trade } = rowKind
    const { buy: bid, sell: ask } = sideCode
    // Few prices, so that a tick of 0.1 is inferred. What only the exchange sees waits for the next row that we receive.
    expect(await importRows(market)).toEqual(
      [
        [depth, bid, 0, 10, 995, 150, 3],
        [depth, ask, 0, 10, 1005, 2, 3],
        [trade, bid, 20, 20, 1005, 1, 1],
        [depth, ask, 30, 50, 1010, 0, 3],
        [trade, bid, 20, 300, 1005, 1, 2],
      ].map((values) => values.join(' ')),
    )
  })

  it('take tick and lot from the options before they are inferred', async () => {
    const [first] = await importRows(market, { tickSize: '0.5', lotSize: '0.001' })
    expect(first).toBe(`${rowKind.depth} 0 0 10 199 1500 3`)
  })

  it('clear one side as far as the price, one side, or both', async () => {
    const rows = await importRows([
      ...market.slice(0, 2),
      row(both + buy + eventKind.clear, 40, 60, 99.5, 0),
      row(both + sell + eventKind.clear, 40, 60, Number.NaN, 0),
      row(both + eventKind.clear, 40, 60, 0, 0),
    ])
    expect(rows.slice(2)).toEqual([
      `${rowKind.clearSide} 0 40 60 995 0 3`,
      `${rowKind.clearSide} 1 40 60 0 0 3`,
      `${rowKind.clear} 0 40 60 0 0 3`,
    ])
  })

  it('are cut to microseconds and keep the order of the file', async () => {
    const path = join(temporaryFolder(), 'day.npz')
    writeEvents(path, market.slice(0, 2), () => 999)
    const importer = await openImporter([path], {})
    const times: number[] = []
    await importer.read({ row: (_kind, _side, exchangeTime) => times.push(exchangeTime - t0) })
    expect(times).toEqual([0, 0])
  })

  it('keep what only one side sees through the tape and the cache', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'day.npz')
    writeEvents(path, market)
    const [tape] = await prepareTapes([path], { cacheDir: join(folder, 'cache') })
    const kindsOf = (order: 'exchange' | 'receive'): number[] => {
      const batch = tape?.open(order).next()
      return Array.from(batch?.code.subarray(0, batch.rows) ?? [], (code) => code & (15 << 21))
    }
    const { depth, trade, idle } = packedKind
    // The exchange sees the trade at 20, between the levels; we see it last.
    expect(kindsOf('exchange')).toEqual([depth, depth, trade, idle, depth])
    expect(kindsOf('receive')).toEqual([depth, depth, idle, depth, trade])
    expect(tape?.facts.tradedLots).toBe(1)
    expect(tape?.facts.clock).toEqual({ offsetUs: 0, driftPpm: 0 })
  })

  it.each([
    ['an array of another type', '<f8', 'NPZ_DTYPE'],
    ['fields of another byte order', "[('ev', '>u8'), ('exch_ts', '>i8')]", 'NPZ_DTYPE'],
  ])('are refused as %s', async (_title, descr, code) => {
    const path = join(temporaryFolder(), 'day.npz')
    const quoted = descr.startsWith('[') ? descr : `'${descr}'`
    const text = `{'descr': ${quoted}, 'fortran_order': False, 'shape': (0,), }\n`
    const npy = Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
      Buffer.from([text.length, 0]),
      Buffer.from(text),
    ])
    writeZip(path, { 'data.npy': npy })
    await expect(recognize(path)).rejects.toMatchObject({ code })
  })

  it('are refused when they end early', async () => {
    const path = join(temporaryFolder(), 'day.npz')
    writeZip(path, { 'data.npy': npyOf(market).subarray(0, -10) })
    await expect(recognize(path)).rejects.toMatchObject({ code: 'DATA_TRUNCATED' })
  })

  it('are refused when a time runs backwards, with the row', async () => {
    const rows = [...market.slice(0, 2), row(both + buy + eventKind.depth, -5, 10, 99, 1)]
    await expect(importRows(rows)).rejects.toThrow(/exch_ts .*day\.npz row 3/)
  })

  it.each<[string, number, number, RegExp]>([
    // Times are nanoseconds in the file: 5 µs before 1970 are −5,000.
    ['exch_ts before 1970', -5 - t0, 10, /exch_ts in nanoseconds since 1970, found -5000 \(day\.npz row 3\)/],
    ['a local_ts of zero', 30, -t0, /local_ts in nanoseconds since 1970, found 0 \(day\.npz row 3\)/],
  ])(
    'are refused with %s, with file, row and what stands there',
    async (_title, exchangeUs, localUs, message) => {
      const rows = [...market.slice(0, 2), row(both + buy + eventKind.depth, exchangeUs, localUs, 99, 1)]
      await expect(importRows(rows)).rejects.toThrow(message)
    },
  )

  it('are refused beside a second array, which would be left out', async () => {
    const path = join(temporaryFolder(), 'day.npz')
    writeZip(path, { 'arr_0.npy': npyOf(market), 'arr_1.npy': npyOf(market) })
    await expect(recognize(path)).rejects.toThrow(
      'expected one array, found arr_0.npy and arr_1.npy (day.npz)',
    )
  })

  it('leave other zip archives to be named as such', async () => {
    const path = join(temporaryFolder(), 'text.zip')
    writeZip(path, { 'a.txt': 'hello' })
    await expect(recognize(path)).rejects.toThrow(/zip archive/)
  })
})
