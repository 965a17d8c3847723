import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { ConfigError, DataError, SimError } from '../../../src/core/errors.ts'
import type { ImportOptions } from '../../../src/feed/tape-sink.ts'
import { brief, importFiles, importTexts, temporaryFile } from '../../support/import-rows.ts'

// Whole files are read, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const header = 'time,price,qty,side'
const good = '1723161255,100.5,2,buy'
const tradeLine = (time: string, fields = '"p":"100.5","q":"1","X":"MARKET"'): string =>
  `${time} {"stream":"x@trade","data":{"e":"trade","E":1723161256322,"T":1723161256320,"s":"X",${fields},"m":true}}`

async function failure(content: string | readonly string[], options: ImportOptions = {}): Promise<SimError> {
  return failureOf(importTexts(typeof content === 'string' ? [content] : content, options))
}

async function failureOf(promise: Promise<unknown>): Promise<SimError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof SimError) return error
  throw new Error(`expected a SimError, found ${String(error)}`)
}

describe('an importer refuses', () => {
  it.each([
    ['a row with a column missing', [header, good, '1723161256,100.5,2'], 'DATA_BAD_ROW', ':3)'],
    [
      'a price that is none',
      [header, good, '1723161256,abc,2,buy'],
      'DATA_BAD_PRICE',
      'found "abc" (part-1.txt:3)',
    ],
    [
      'a negative price',
      [header, good, '1723161256,-1,2,buy'],
      'DATA_BAD_PRICE',
      'price above zero, found -1 (',
    ],
    [
      'a price of zero',
      [header, good, '1723161256,0.0,2,buy'],
      'DATA_BAD_PRICE',
      'price above zero, found 0.0 (',
    ],
    [
      'a negative quantity',
      [header, good, '1723161256,100.5,-2,buy'],
      'DATA_BAD_QUANTITY',
      'zero or more, found "-2"',
    ],
    ['a quantity that is none', [header, good, '1723161256,100.5,,buy'], 'DATA_BAD_QUANTITY', 'found ""'],
    [
      'a time that is none',
      [header, good, 'soon,100.5,2,buy'],
      'DATA_BAD_TIME',
      'found "soon" (part-1.txt:3)',
    ],
    ['a side that is none', [header, good, '1723161256,100.5,2,up'], 'DATA_BAD_SIDE', 'found "up"'],
    ['times that go back', [header, good, '1723161254,100.5,2,buy'], 'DATA_OUT_OF_ORDER', ':3)'],
    ['an open quote', [header, good, '1723161256,"100.5,2,buy'], 'DATA_BAD_ROW', ':3)'],
    ['a header without rows', [header], 'DATA_NO_ROWS', 'expected rows'],
  ])('%s', async (_name, lines, code, message) => {
    const error = await failure(lines.join('\n'))
    expect(error).toBeInstanceOf(DataError)
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('a price off the tick that was given, and says how to set a finer one', async () => {
    const error = await failure(`${header}\n${good}`, { tickSize: '1' })
    expect(error.code).toBe('DATA_PRICE_OFF_GRID')
    expect(error.message).toContain('tick size 1, found price 100.5; pass --tick')
    expect(error.context).toMatchObject({ line: 2 })
  })

  it.each([
    [
      'receive times that go back',
      [tradeLine('1723161255030314'), tradeLine('1723161255030313')],
      'DATA_OUT_OF_ORDER',
    ],
    [
      'a line cut off',
      [tradeLine('1723161255030314'), tradeLine('1723161255030315').slice(0, 60)],
      'DATA_BAD_JSON',
    ],
    ['a line without a time', [tradeLine('1723161255030314'), tradeLine('later')], 'DATA_BAD_TIME'],
    [
      'a message without its price',
      [tradeLine('1723161255030314'), tradeLine('1723161255030315', '"q":"1"')],
      'DATA_BAD_FIELD',
    ],
  ])('a raw recording with %s', async (_name, lines, code) => {
    const error = await failure(lines.join('\n'))
    expect(error.code).toBe(code)
    expect(error.message).toContain('(part-1.txt:2)')
  })

  it('files of one recording in the wrong order', async () => {
    const error = await failure([tradeLine('1723161255030314'), tradeLine('1723161255030313')])
    expect(error.code).toBe('DATA_OUT_OF_ORDER')
    expect(error.message).toContain('(part-2.txt:1)')
  })

  it('files of different kinds', async () => {
    const error = await failure([tradeLine('1723161255030314'), `${header}\n${good}`])
    expect(error.code).toBe('DATA_MIXED_FORMATS')
    expect(error.message).toContain('part-1.txt (binance-raw), part-2.txt (csv)')
  })

  it.each([
    ['prose', 'MIT License\n'],
    ['CSV with unknown columns', 'a,b,c\n1,2,3\n'],
    ['CSV of numbers without a header', '1,2,3\n'],
    ['a log of single orders', 'time,price,volume,action\n1723161255,100.5,1,created\n'],
    ['a capture of another tool', '{"t":"recv","conn":1,"data":{}}\n'],
    ['bytes of something else', 'MZ\u0000\u0001;;;\n'],
  ])('%s, and lists what is understood', async (_name, content) => {
    const error = await failure(content)
    expect(error.code).toBe('UNRECOGNIZED')
    expect(error.message).toContain('raw Binance, Hyperliquid')
  })

  it('JSON whose end is cut off', async () => {
    const record = '[1723161255000,"1",null,"sell",100.5,2,201]'
    expect((await failure(`[${record},${record}`)).code).toBe('DATA_BAD_JSON')
    expect((await failure(`[${record},${record}] and more`)).code).toBe('DATA_BAD_JSON')
  })

  it('damaged Parquet and Arrow files', async () => {
    expect((await failure('PAR1 and nothing that follows')).code).toBe('DATA_DAMAGED')
    expect((await failure('ARROW1\u0000\u0000 and nothing that follows')).code).toBe('DATA_DAMAGED')
  })

  it('a damaged zip archive', async () => {
    expect((await failure('PK\u0003\u0004 and more')).code).toBe('DATA_DAMAGED')
  })

  it('what is no file, or an empty one', async () => {
    const path = temporaryFile('x.csv', '')
    expect((await failureOf(importFiles([path]))).code).toBe('FILE_EMPTY')
    expect((await failureOf(importFiles([`${path}.gone`]))).code).toBe('FILE_MISSING')
    expect((await failureOf(importFiles([dirname(path)]))).code).toBe('FILE_IS_DIRECTORY')
    expect((await failureOf(importTexts(['\n\n']))).code).toBe('FILE_EMPTY')
  })

  it('a mapping to a column that is not there, or of a name that we do not have', async () => {
    const error = await failure(`${header}\n${good}`, { columns: { price: 'rate' } })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toContain('columns time, price, qty, side of part-1.txt for price, found rate')
    expect((await failure(`${header}\n${good}`, { columns: { cost: 'price' } })).message).toContain(
      'found cost',
    )
  })
})

describe('a compressed source', () => {
  const csv = 'timestamp,price,amount,side\n1723161255000,100.5,2,buy\n1723161256000,100.4,1,sell\n'
  /** The text above, made by the reference tools of both formats. */
  const zstd =
    'KLUv/SRRHQIA8gMOEpDPAdzixkbk/P/tgd1EjF3WnMA5Rt8n5tp08RKY+8xcimjTQ5wGbDX6Cm186Ey1KS8fqpS9VgMCAICI6m1CAe6P9tk='
  const xz =
    '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4ABQAERdADoaSfrkHnoH6H2yjQ3IB6G0iCeUtYa4zbSbReVeCc2HsF6bD9gdS5VrDTc8URTdHaJSPgdROtLMKsJ8/b/Quc+wfyAAADbCWtBIDfkyAAFgUe6/F1kftvN9AQAAAAAEWVo='

  it.each([
    ['gzip', gzipSync(csv)],
    ['two gzip members', Buffer.concat([gzipSync(csv.slice(0, 40)), gzipSync(csv.slice(40))])],
    ['zstd', Buffer.from(zstd, 'base64')],
    ['xz', Buffer.from(xz, 'base64')],
  ])('is recognized by its content: %s', async (_name, bytes) => {
    const { rows } = await importFiles([temporaryFile('trades.dat', bytes)])
    expect(brief(rows)).toEqual(['trade buy 1005×2!', 'trade sell 1004×1!'])
  })

  it.each([
    ['gzip', gzipSync(csv)],
    ['zstd', Buffer.from(zstd, 'base64')],
    ['xz', Buffer.from(xz, 'base64')],
  ])('is refused at every place where it may be cut off: %s', async (_name, bytes) => {
    for (let length = 6; length < bytes.length; length++) {
      const path = temporaryFile('trades.dat', bytes.subarray(0, length))
      const error = await failureOf(importFiles([path]))
      expect(['DATA_TRUNCATED', 'DATA_DAMAGED'], `cut after ${length} bytes: ${error.message}`).toContain(
        error.code,
      )
    }
  })

  it('is refused when it is xz of several streams, of which only the first would be read', async () => {
    const bytes = Buffer.from(xz, 'base64')
    const error = await failureOf(
      importFiles([temporaryFile('trades.csv.xz', Buffer.concat([bytes, bytes]))]),
    )
    expect(error.message).toContain(
      `one xz stream of ${2 * bytes.length} bytes, found a last one of ${bytes.length}`,
    )
  })

  it('is refused when its bytes were changed', async () => {
    const bytes = gzipSync(csv)
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1
    const error = await failureOf(importFiles([temporaryFile('trades.csv.gz', bytes)]))
    expect(error.code).toBe('DATA_DAMAGED')
  })
})
