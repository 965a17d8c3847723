import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, DataError } from '../../src/core/errors.ts'
import { sha256 } from '../../src/core/hash.ts'
import { createPrng } from '../../src/core/prng.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import { TapeColumns, type TapeRow } from '../../src/feed/tape-columns.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import type { ImportOptions } from '../../src/feed/tape-sink.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { PackedOrder, PackedTape } from '../../src/model/packed.ts'
import { type DataLevel, rowKind, type TapeFacts } from '../../src/model/tape.ts'
import { testInstrument } from '../support/tape-rows.ts'

const t0 = 1_700_000_000_000_000

let folder: string
let cacheDir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-'))
  cacheDir = join(folder, 'cache')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Messages of one to five rows; trades overtake depth by up to `jitterUs`, so that the two orders differ. */
function randomRows(seed: number, messages: number, jitterUs: number): TapeRow[] {
  const prng = createPrng(seed, 'rows')
  const drafts = Array.from({ length: messages }, (_, i) => {
    const exchangeTime = t0 + i * 700 + prng.nextInt(100)
    return {
      exchangeTime,
      receiveTime: exchangeTime + 2_000 + prng.nextInt(jitterUs + 1),
      isTrade: prng.nextInt(3) === 0,
    }
  })
  drafts.sort((a, b) => a.receiveTime - b.receiveTime)
  return drafts.flatMap(({ exchangeTime, receiveTime, isTrade }) => {
    const times = { exchangeTime, receiveTime }
    const side = prng.nextInt(2) === 0 ? 0 : 1
    if (isTrade)
      return [
        { kind: rowKind.trade, side, ...times, price: 60_000 + prng.nextInt(5), qty: 1 + prng.nextInt(9) },
      ]
    const rows = 1 + prng.nextInt(5)
    return Array.from({ length: rows }, (_, i): TapeRow => {
      const isBid = prng.nextInt(2) === 0
      const price = isBid ? 59_999 - prng.nextInt(50) : 60_006 + prng.nextInt(50)
      return {
        kind: rowKind.depth,
        side: isBid ? 0 : 1,
        ...times,
        price,
        qty: prng.nextInt(9),
        isLast: i === rows - 1,
      }
    })
  })
}

interface WriteOptions {
  readonly name?: string
  readonly instrument?: InstrumentSpec
  readonly hasReceiveTime?: boolean
  readonly levels?: readonly DataLevel[]
}

async function write(rows: readonly TapeRow[], options: WriteOptions = {}): Promise<string> {
  const {
    name = 'a.parquet',
    instrument = testInstrument,
    hasReceiveTime = true,
    levels = ['l2', 'trades'],
  } = options
  const path = join(folder, name)
  const origin = { instrument, isSynthetic: false, sources: [name], format: 'test', levels, hasReceiveTime }
  const columns = new TapeColumns()
  for (const row of rows) columns.add(row)
  await writeTape(path, origin, (sink) => {
    for (let i = 0; i < columns.rows; i++) columns.copyTo(sink, i)
    return noCounters
  })
  return path
}

async function prepare(...paths: string[]): Promise<PackedTape> {
  const [tape] = await prepareTapes(paths, { cacheDir })
  if (tape === undefined) throw new Error('no tape')
  return tape
}

const hashOf = (column: Float64Array | Int32Array): string =>
  sha256(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))

/** Everything a cursor sees, batch by batch, columns as hashes. */
interface BatchContent {
  readonly rows: number
  readonly baseTick: number
  readonly end: number | undefined
  readonly exchange: string
  readonly receive: string
  readonly code: string
  readonly qty: string
}

function contentOf(tape: PackedTape, order: PackedOrder): BatchContent[] {
  const source = tape.open(order)
  const content: BatchContent[] = []
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    const { rows, baseTick } = batch
    const time = order === 'exchange' ? batch.exchangeTime : batch.receiveTime
    content.push({
      rows,
      baseTick,
      end: time[rows],
      exchange: hashOf(batch.exchangeTime.subarray(0, rows)),
      receive: hashOf(batch.receiveTime.subarray(0, rows)),
      code: hashOf(batch.code.subarray(0, rows)),
      qty: hashOf(batch.qty.subarray(0, rows)),
    })
  }
  source.close()
  return content
}

const entryOf = (): string => {
  const packed = join(cacheDir, 'packed')
  const [entry, ...more] = readdirSync(packed)
  if (entry === undefined || more.length > 0) throw new Error('expected one entry')
  return join(packed, entry)
}

describe('prepared tape', () => {
  it('holds in both orders what a tape built in memory holds, through many batches', async () => {
    const seed = 1
    const rows = randomRows(seed, 60_000, 5_000)
    const memory = createMemoryTape({ instrument: testInstrument, rows })
    const tape = await prepare(await write(rows))
    for (const order of ['exchange', 'receive'] as const) {
      expect(contentOf(tape, order), `seed ${seed}, ${order}`).toEqual(contentOf(memory, order))
    }
    expect(contentOf(tape, 'exchange').length).toBeGreaterThan(1)
    expect(contentOf(tape, 'exchange')).not.toEqual(contentOf(tape, 'receive'))
  })

  it('keeps one file of rows when both orders are the same, two otherwise', async () => {
    await prepare(
      await write(
        randomRows(3, 200, 0).map((row, i) => ({
          ...row,
          exchangeTime: t0 + Math.floor(i / 50),
          receiveTime: t0 + Math.floor(i / 50),
          isLast: true,
        })),
        { hasReceiveTime: false },
      ),
    )
    expect(readdirSync(entryOf()).sort()).toEqual(['exchange.arrow', 'index.json', 'touch.arrow'])
    rmSync(cacheDir, { recursive: true })
    await prepare(await write(randomRows(3, 2_000, 5_000), { name: 'b.parquet' }))
    expect(readdirSync(entryOf()).sort()).toEqual([
      'exchange.arrow',
      'index.json',
      'receive.arrow',
      'touch.arrow',
    ])
  })

  it('is an Arrow file that the Arrow library reads, windows and all', async () => {
    const tape = await prepare(await write(randomRows(4, 60_000, 5_000)))
    const table = tableFromIPC(readFileSync(join(entryOf(), 'receive.arrow')))
    const content = contentOf(tape, 'receive')
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      'exchangeTime',
      'receiveTime',
      'code',
      'qty',
    ])
    expect(table.batches.length).toBe(content.length)
    table.batches.forEach((batch, i) => {
      const expected = content[i]
      const rows = expected?.rows ?? 0
      expect(batch.metadata.get('rows')).toBe(String(rows))
      expect(batch.metadata.get('baseTick')).toBe(String(expected?.baseTick))
      expect(batch.numRows).toBe(rows + 1)
      expect(hashOf(batch.getChild('code')?.toArray().subarray(0, rows))).toBe(expected?.code)
      expect(hashOf(batch.getChild('receiveTime')?.toArray().subarray(0, rows))).toBe(expected?.receive)
      expect(batch.getChild('receiveTime')?.get(rows)).toBe(Number.POSITIVE_INFINITY)
    })
  })

  it('does not depend on where files are cut, nor on their order on the command line', async () => {
    const rows = randomRows(5, 6_000, 5_000).map((row) => ({
      ...row,
      // A clock that is 1.2 s behind and loses 5 µs a second: both must be found over all files together.
      receiveTime: Math.round((row.receiveTime ?? 0) - 1_200_000 - ((row.receiveTime ?? 0) - t0) * 5e-6),
    }))
    const whole = await prepare(await write(rows, { name: 'whole.parquet' }))
    const isEnd = (i: number): boolean => rows[i - 1]?.isLast !== false
    const first = Array.from({ length: rows.length }, (_, i) => i).find((i) => i > 3_000 && isEnd(i)) ?? 0
    const second = Array.from({ length: rows.length }, (_, i) => i).find((i) => i > 9_000 && isEnd(i)) ?? 0
    const parts = [
      await write(rows.slice(0, first), { name: 'p1.parquet' }),
      await write(rows.slice(first, second), { name: 'p2.parquet' }),
      await write(rows.slice(second), { name: 'p3.parquet' }),
    ]
    const [p1 = '', p2 = '', p3 = ''] = parts
    const split = await prepare(p3, p1, p2)
    expect(contentOf(split, 'exchange')).toEqual(contentOf(whole, 'exchange'))
    expect(contentOf(split, 'receive')).toEqual(contentOf(whole, 'receive'))
    expect(split.latencyProfile).toEqual(whole.latencyProfile)
    const { sources, ...facts } = split.facts
    const { sources: _, ...expected } = whole.facts
    expect(facts).toEqual(expected)
    expect(sources).toEqual(['p1.parquet', 'p2.parquet', 'p3.parquet'])
  })

  it('knows the median latency of each second', async () => {
    const at = (second: number, latencies: number[]): TapeRow[] =>
      latencies.map((latency, i) => ({
        kind: rowKind.trade,
        side: 0,
        exchangeTime: t0 + second * 1e6 + i * 10_000,
        receiveTime: t0 + second * 1e6 + i * 10_000 + latency,
        price: 10,
        qty: 1,
      }))
    const tape = await prepare(await write([...at(0, [300, 100, 200]), ...at(2, [700, 800])]))
    // Second 1 is empty and repeats the one before; of two, the lower.
    expect(tape.latencyProfile).toEqual({ startTime: t0, bucketUs: 1e6, medianUs: [200, 200, 700] })
  })

  it('uses the finest level on offer, or the one asked for', async () => {
    const path = await write(randomRows(6, 300, 1_000))
    expect((await prepare(path)).level).toBe('l2')
    const [trades] = await prepareTapes([path], { cacheDir, level: 'trades' })
    expect(trades?.level).toBe('trades')
    if (trades === undefined) throw new Error('no tape')
    const [batch] = contentOf(trades, 'receive')
    expect(batch?.rows).toBe(trades.facts.rowsByKind.trade)
    await expect(prepareTapes([path], { cacheDir, level: 'bars' })).rejects.toMatchObject({
      code: 'LEVEL_NOT_OFFERED',
    })
  })
})

describe('cache', () => {
  const damages: { name: string; damage: (file: string) => void }[] = [
    { name: 'truncated', damage: (file) => truncateSync(file, 1_000) },
    { name: 'longer', damage: (file) => appendFileSync(file, 'x') },
    {
      name: 'changed in one byte',
      damage: (file) => {
        const bytes = readFileSync(file)
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
        writeFileSync(file, bytes)
      },
    },
    { name: 'deleted', damage: (file) => rmSync(file) },
  ]
  for (const file of ['exchange.arrow', 'receive.arrow', 'index.json']) {
    it.each(damages)(`builds again when ${file} is $name`, async ({ damage }) => {
      const path = await write(randomRows(7, 2_000, 5_000))
      const before = contentOf(await prepare(path), 'receive')
      damage(join(entryOf(), file))
      expect(contentOf(await prepare(path), 'receive')).toEqual(before)
      expect(readdirSync(join(cacheDir, 'packed'))).toHaveLength(1)
    })
  }

  it('is used as it is, without decoding again, and leaves nothing temporary', async () => {
    const path = await write(randomRows(8, 500, 1_000))
    const stages: string[] = []
    const onProgress = ({ stage }: { stage: string }): void => void stages.push(stage)
    await prepareTapes([path], { cacheDir, onProgress })
    expect(stages).toContain('decode')
    stages.length = 0
    await prepareTapes([path], { cacheDir, onProgress })
    expect(stages).toEqual([])
    expect(readdirSync(join(cacheDir, 'packed'))).toHaveLength(1)
  })

  it('removes what a process that was killed left of an entry, and nothing of one that runs', async () => {
    const path = await write(randomRows(8, 100, 0))
    await prepareTapes([path], { cacheDir })
    const packed = join(cacheDir, 'packed')
    const [entry = ''] = readdirSync(packed)
    const { pid: ended = 0 } = spawnSync(process.execPath, ['-e', ''])
    mkdirSync(join(packed, `${entry}.tmp-${ended}`))
    mkdirSync(join(packed, `${entry}.tmp-${process.ppid}`))
    rmSync(join(packed, entry), { recursive: true })
    await prepareTapes([path], { cacheDir })
    expect(readdirSync(packed).sort()).toEqual([entry, `${entry}.tmp-${process.ppid}`])
  })

  it('imports a foreign source once, and again when its tape is damaged', async () => {
    const path = join(folder, 'trades.csv')
    const lines = Array.from(
      { length: 500 },
      (_, i) => `${t0 / 1000 + i},${100 + (i % 7)},${1 + (i % 3)},buy`,
    )
    writeFileSync(path, ['timestamp,price,amount,side', ...lines].join('\n'))
    const stages: string[] = []
    const prepareSource = async (): Promise<object[]> => {
      const importOptions = { instrument: 'X', tickSize: '1', lotSize: '1' }
      const onProgress = ({ stage }: { stage: string }): void => void stages.push(stage)
      const [tape] = await prepareTapes([path], { cacheDir, importOptions, onProgress })
      return tape === undefined ? [] : contentOf(tape, 'receive')
    }
    const expected = await prepareSource()
    expect(expected).toMatchObject([{ rows: 500 }])
    stages.length = 0
    expect(await prepareSource()).toEqual(expected)
    expect(stages).toEqual([])
    const [tape] = readdirSync(join(cacheDir, 'imported')).filter((name) => name.endsWith('.parquet'))
    const imported = join(cacheDir, 'imported', tape ?? '')
    const bytes = readFileSync(imported)
    bytes.fill(0, 4, 400)
    writeFileSync(imported, bytes)
    rmSync(join(cacheDir, 'packed'), { recursive: true })
    expect(await prepareSource()).toEqual(expected)
  })

  it('says so when it cannot be written', async () => {
    const path = await write(randomRows(9, 10, 0))
    writeFileSync(join(folder, 'file'), '')
    const prepared = prepareTapes([path], { cacheDir: join(folder, 'file', 'cache') })
    await expect(prepared).rejects.toThrow(ConfigError)
    await expect(prepared).rejects.toMatchObject({ code: 'CACHE_NOT_WRITABLE' })
  })
})

describe('files that do not belong together', () => {
  const later = (rows: readonly TapeRow[], us: number): TapeRow[] =>
    rows.map((row) => ({
      ...row,
      exchangeTime: row.exchangeTime + us,
      receiveTime: (row.receiveTime ?? 0) + us,
    }))

  it.each<{ name: string; code: string; second: WriteOptions; shift: number }>([
    { name: 'overlap by seconds only', code: 'TAPES_OVERLAP', second: {}, shift: 2_000_000 },
    {
      name: 'have another tick size',
      code: 'TAPES_DIFFER',
      second: { instrument: { ...testInstrument, tickSize: '0.01' } },
      shift: 100_000_000,
    },
    {
      name: 'are of instruments with no time in common',
      code: 'TAPES_NO_OVERLAP',
      second: { instrument: { ...testInstrument, id: 'ETHUSDT' } },
      shift: 100_000_000,
    },
    {
      name: 'offer different levels',
      code: 'TAPES_DIFFER',
      second: { levels: ['bars'] },
      shift: 100_000_000,
    },
  ])('are refused when they $name', async ({ code, second, shift }) => {
    // 4,000 messages of 700 µs are 2.8 s, less than the 5 s by which neighbors may interleave.
    const rows = randomRows(10, 4_000, 1_000)
    const a = await write(rows)
    const b = await write(later(rows, shift), { ...second, name: 'b.parquet' })
    await expect(prepareTapes([a, b], { cacheDir })).rejects.toMatchObject({ code })
  })

  it('are refused when the user says of them what they do not say of themselves', async () => {
    const path = await write(randomRows(10, 100, 0))
    const prepared = (importOptions: ImportOptions) => prepareTapes([path], { cacheDir, importOptions })
    await expect(prepared({ kind: 'linear', tickSize: '0.10', instrument: 'BTCUSDT' })).resolves.toHaveLength(
      1,
    )
    await expect(prepared({ kind: 'inverse' })).rejects.toThrow(
      /^--kind inverse: .*tape.*that says linear; leave it out/,
    )
    for (const said of [
      { tickSize: '0.5' },
      { lotSize: '1' },
      { contractSize: '100' },
      { instrument: 'X' },
    ]) {
      await expect(prepared(said)).rejects.toMatchObject({ code: 'TAPE_SAYS_OTHERWISE' })
    }
  })

  it('are refused when they overlap', async () => {
    // 10,000 messages of 700 µs are 7 s; the second file starts after one of them.
    const rows = randomRows(13, 10_000, 0)
    const a = await write(rows)
    const b = await write(later(rows, 1_000_000), { name: 'b.parquet' })
    const prepared = prepareTapes([a, b], { cacheDir })
    await expect(prepared).rejects.toMatchObject({ code: 'TAPES_OVERLAP' })
    await expect(prepared).rejects.toThrow(ConfigError)
  })

  it.each<{ name: string; code: string; make: (path: string) => void }>([
    { name: 'missing', code: 'FILE_MISSING', make: () => undefined },
    { name: 'empty', code: 'FILE_EMPTY', make: (path) => writeFileSync(path, '') },
    { name: 'a Parquet file cut short', code: 'TAPE_DAMAGED', make: (path) => truncateSync(path, 900) },
  ])('are refused when one is $name', async ({ name, code, make }) => {
    const path =
      name === 'a Parquet file cut short' ? await write(randomRows(11, 100, 0)) : join(folder, 'x.parquet')
    make(path)
    await expect(prepareTapes([path], { cacheDir })).rejects.toMatchObject({ code })
  })

  it('never become other rows when a bit of one is wrong', async () => {
    const path = await write(randomRows(14, 3_000, 2_000))
    const whole = readFileSync(path)
    const expected = contentOf(await prepare(path), 'receive')
    const prng = createPrng(14, 'bits')
    let refused = 0
    for (let i = 0; i < 20; i++) {
      const at = prng.nextInt(whole.length)
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << prng.nextInt(8))
      writeFileSync(path, damaged)
      rmSync(cacheDir, { recursive: true, force: true })
      try {
        // Some bits mean nothing, such as those of statistics.
        expect(contentOf(await prepare(path), 'receive'), `bit of byte ${at}, seed 14`).toEqual(expected)
      } catch (error) {
        if (!(error instanceof DataError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(10)
  })

  it('gives one tape per instrument, in the order in which they are named', async () => {
    const rows = randomRows(12, 100, 0)
    const btc = await write(rows)
    const eth = await write(rows, { name: 'eth.parquet', instrument: { ...testInstrument, id: 'ETHUSDT' } })
    const tapes = await prepareTapes([eth, btc], { cacheDir })
    const ids = tapes.map(({ facts }: { facts: TapeFacts }) => facts.instrument.id)
    expect(ids).toEqual(['ETHUSDT', 'BTCUSDT'])
  })
})
