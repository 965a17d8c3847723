import { describe, expect, it, vi } from 'vitest'
import { rowKind } from '../../../src/model/tape.ts'
import {
  brief,
  countCrossed,
  importFiles,
  importTexts,
  recording,
  rowsOfKind,
} from '../../support/import-rows.ts'

// Whole files are read, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const folder = 'cryptofeed/v3/'
const header = (exchange: string): string => `${JSON.stringify({ t: 'header', format: 2, exchange })}\n`

/** One line of a capture, as its tool writes it: the message is text. */
function recv(conn: string, ts: number, message: unknown): string {
  return `${JSON.stringify({ t: 'recv', conn, ts, data: JSON.stringify(message) })}\n`
}

function http(ts: number, url: string, answer: unknown): string {
  return `${JSON.stringify({ t: 'http', conn: 'http', ts, url, data: JSON.stringify(answer) })}\n`
}

describe('a capture of Kraken', () => {
  /** The checksum of the venue's own example: https://docs.kraken.com/api/docs/guides/spot-ws-book-v1 */
  const asks = [
    ...['0.05005', '0.05010', '0.05015', '0.05020', '0.05025', '0.05030', '0.05035', '0.05040'],
    ...['0.05045', '0.05050'],
  ].map((price) => [price, '0.00000500', '1582905487.684110'])
  const bids = [
    ...['0.05000', '0.04995', '0.04990', '0.04980', '0.04975', '0.04970', '0.04965', '0.04960'],
    ...['0.04955', '0.04950'],
  ].map((price) => [price, '0.00000500', '1582905487.439814'])
  const book = { as: asks, bs: bids }
  /** Sets the best bid to what it is already. */
  const change = (c: string): unknown => [
    1,
    { b: [['0.05000', '0.00000500', '1582905488.000001']], c },
    'book-10',
    'XBT/USD',
  ]

  it('is verified with the checksum that the venue documents, and takes the time of its levels', async () => {
    const { rows, counters, importer } = await importTexts([
      header('KRAKEN') +
        recv('ws', 1582905488.1, [1, book, 'book-10', 'XBT/USD']) +
        recv('ws', 1582905488.2, change('974947235')) +
        recv('ws', 1582905488.3, [
          1,
          [['0.05005', '0.1', '1582905488.25', 'b', 'm', '']],
          'trade',
          'XBT/USD',
        ]),
    ])
    expect(counters.notes).toContain('1 checksums of the book were verified: all agree')
    expect(rows).toHaveLength(23)
    // Tick 0.00001 and lot 0.000001, after the decimals seen.
    expect(brief(rows.slice(-2))).toEqual(['depth buy 5000×5!', 'trade buy 5005×100000!'])
    expect(rows.at(-2)).toMatchObject({ exchangeTime: 1582905488_000001, receiveTime: 1582905488_200000 })
    expect(importer.instrument).toMatchObject({ id: 'XBT/USD', venue: 'kraken-spot', kind: 'spot' })
  })

  it('ends the book where a checksum does not agree, until the next snapshot', async () => {
    const { rows, counters } = await importTexts([
      header('KRAKEN') +
        recv('ws', 1582905488.1, [1, book, 'book-10', 'XBT/USD']) +
        recv('ws', 1582905488.2, change('974947236')) +
        recv('ws', 1582905488.3, change('974947235')) +
        recv('ws', 1582905488.4, [1, book, 'book-10', 'XBT/USD']),
    ])
    expect(counters.gaps).toBe(1)
    expect(counters.notes).toContain('1 checksums of the book were verified: 1 do not agree')
    expect(counters.notes).toContain(
      '1 of 4 book messages came after a gap without a new snapshot and were left out: there was no book meanwhile',
    )
    expect(rowsOfKind(rows, rowKind.depth)).toEqual([])
    expect(brief(rows).filter((row) => row.startsWith('clear'))).toEqual([
      'clear buy 0×0',
      'clear buy 0×0!',
      'clear buy 0×0!',
      'clear buy 0×0',
    ])
  })

  it('drops levels that fall out of the depth, for which the venue sends no message', async () => {
    const { rows } = await importTexts([
      header('KRAKEN') +
        recv('ws', 1582905488.1, [1, book, 'book-10', 'XBT/USD']) +
        // A better bid is the eleventh: 0.04950 goes. The checksum is that of the ten that are left.
        recv('ws', 1582905488.2, [
          1,
          { b: [['0.05001', '0.00000500', '1582905488.000001']], c: '1743899748' },
          'book-10',
          'XBT/USD',
        ]),
    ])
    expect(brief(rows.slice(-2))).toEqual(['depth buy 5001×5', 'depth buy 4950×0!'])
  })

  it.for([
    { instrument: 'XMR/USD', checksums: 846, count: 1935, trades: 4 },
    { instrument: 'XBT/CHF', checksums: 289, count: 1108, trades: 0 },
    { instrument: 'ada-xbt', checksums: 347, count: 1896, trades: 0 },
    { instrument: 'ETH/CHF', checksums: 317, count: 747, trades: 0 },
    { instrument: 'GRT/ETH', checksums: 20, count: 154, trades: 0 },
    { instrument: 'KSM/XBT', checksums: 335, count: 772, trades: 0 },
    { instrument: 'OCEAN/XBT', checksums: 148, count: 551, trades: 0 },
    { instrument: 'OMG/USD', checksums: 573, count: 1099, trades: 0 },
    { instrument: 'SC/EUR', checksums: 818, count: 2264, trades: 6 },
    { instrument: 'WAVES/EUR', checksums: 576, count: 1239, trades: 0 },
  ])('that was recorded: every checksum of $instrument agrees', async (expected, context) => {
    const { instrument, checksums, count, trades } = expected
    const path = recording(context, `${folder}KRAKEN.jsonl.zst`)
    const { rows, counters } = await importFiles([path], { instrument })
    expect(counters.notes).toContain(`${checksums} checksums of the book were verified: all agree`)
    expect(counters.gaps).toBe(0)
    expect(countCrossed(rows)).toBe(0)
    expect(rowsOfKind(rows, rowKind.trade)).toHaveLength(trades)
    expect(rows).toHaveLength(count)
  })
})

describe('a capture of OKX', () => {
  const book = (action: string, fields: object): unknown => ({
    arg: { channel: 'books', instId: 'BTC-USDT-SWAP' },
    action,
    data: [fields],
  })
  // crc32('8475.55:101:8476.97:256:8475.54:100:8476.98:415') is 2794778593 = -1500188703 as a signed number.
  const bids = [
    ['8475.55', '101', '0', '1'],
    ['8475.54', '100', '0', '1'],
  ]
  const asks = [
    ['8476.97', '256', '0', '12'],
    ['8476.98', '415', '0', '1'],
  ]
  const snapshot = book('snapshot', { bids, asks, ts: '1652459225381', checksum: -1500188703 })

  it('is verified with the checksum of the top 25, which is sent as a signed number', async () => {
    const { rows, counters, importer } = await importTexts([
      header('OKX') + recv('ws', 1652459225.5, snapshot) + recv('ws', 1652459225.6, snapshot),
    ])
    expect(counters.notes).toContain('2 checksums of the book were verified: all agree')
    expect(counters.notes).toContain('1 times the book was replaced by a new snapshot')
    expect(brief(rows.slice(0, 5))).toEqual([
      'clear buy 0×0',
      'snapshot buy 847555×101',
      'snapshot buy 847554×100',
      'snapshot sell 847697×256',
      'snapshot sell 847698×415!',
    ])
    expect(importer.instrument).toMatchObject({ venue: 'okx-swap', kind: 'linear', contractSize: '0.01' })
    expect(counters.notes).toContain('quantities are contracts of 0.01 units of base currency each')
  })

  it('starts with no book at all where the checksum of the first snapshot does not agree', async () => {
    const wrong = book('snapshot', { bids, asks, ts: '1652459225381', checksum: 7 })
    const { rows, counters } = await importTexts([header('OKX') + recv('ws', 1652459225.5, wrong)])
    expect(rows).toEqual([])
    expect(counters.notes).toContain('1 checksums of the book were verified: 1 do not agree')
  })

  it('ends the book where a change does not follow the one before it', async () => {
    const ids = (seqId: number, prevSeqId: number): object => ({
      ...{ bids: [['8475.54', '90', '0', '1']], asks: [], ts: '1652459225400', seqId, prevSeqId },
    })
    const { rows, counters } = await importTexts([
      header('OKX') +
        recv(
          'ws',
          1652459225.5,
          book('snapshot', { bids, asks, ts: '1652459225381', seqId: 10, prevSeqId: -1 }),
        ) +
        recv('ws', 1652459225.6, book('update', ids(15, 10))) +
        recv('ws', 1652459225.7, book('update', ids(15, 10))) +
        recv('ws', 1652459225.8, book('update', ids(20, 17))),
    ])
    expect(counters.gaps).toBe(1)
    expect(counters.notes).toContain('1 book messages were already part of the book')
    expect(brief(rows.slice(5))).toEqual(['depth buy 847554×90!', 'clear buy 0×0!'])
  })

  it('leaves out the old trade that a subscription starts with, and one that is repeated', async () => {
    const trade = (tradeId: string, ts: string): unknown => ({
      arg: { channel: 'trades', instId: 'BTC-USDT-SWAP' },
      data: [{ instId: 'BTC-USDT-SWAP', tradeId, px: '8476.97', sz: '2', side: 'buy', ts }],
    })
    const { rows, counters } = await importTexts([
      header('OKX') +
        recv('ws', 1652459225.4, trade('7', '1652459199958')) +
        recv('ws', 1652459225.5, snapshot) +
        recv('ws', 1652459225.6, trade('8', '1652459225500')) +
        recv('ws', 1652459225.7, trade('8', '1652459225500')) +
        recv('ws', 1652459225.8, trade('12', '1652459225501')) +
        recv('ws', 1652459225.9, trade('13', '1652459225502')),
    ])
    expect(rowsOfKind(rows, rowKind.trade)).toHaveLength(3)
    expect(counters.notes).toContain('1 trades from before the first book were left out')
    expect(counters.notes).toContain('1 trades were repeated under the same id and left out')
    // 9, 10 and 11: of the three steps one is a jump.
    expect(counters.notes).toContain('3 trade ids are missing')
  })

  it.for([
    { instrument: 'BTC-USDT', checksums: 98, count: 5087, lotSize: '0.00000001', kind: 'spot' },
    { instrument: 'BTC-USD-220527', checksums: 99, count: 2362, lotSize: '1', kind: 'inverse' },
    { instrument: 'uni-usd-swap', checksums: 93, count: 945, lotSize: '1', kind: 'inverse' },
  ])('that was recorded: every checksum of $instrument agrees', async (expected, context) => {
    const { instrument, checksums, count, lotSize, kind } = expected
    const path = recording(context, `${folder}OKX.jsonl.zst`)
    const { rows, counters, importer } = await importFiles([path], { instrument })
    expect(counters.notes).toContain(`${checksums} checksums of the book were verified: all agree`)
    expect(counters.gaps).toBe(0)
    expect(countCrossed(rows)).toBe(0)
    expect(rows).toHaveLength(count)
    expect(importer.instrument).toMatchObject({ id: instrument.toUpperCase(), lotSize, kind })
  })
})

describe('a capture of Binance', () => {
  const info = {
    symbols: [
      {
        symbol: 'NKNUSDT',
        filters: [
          { filterType: 'PRICE_FILTER', tickSize: '0.00010000' },
          { filterType: 'LOT_SIZE', stepSize: '1.00000000' },
          { filterType: 'MIN_NOTIONAL', minNotional: '10.00000000' },
        ],
      },
    ],
  }
  const depth = (U: number, u: number, s = 'NKNUSDT'): unknown => ({
    stream: `${s.toLowerCase()}@depth@100ms`,
    data: { e: 'depthUpdate', E: 1633998512068, s, U, u, b: [['0.3513', '6']], a: [] },
  })
  const rest = { lastUpdateId: 752, bids: [['0.35210000', '672.0']], asks: [['0.35220000', '1144.0']] }
  const url = (symbol: string): string => `https://api.binance.com/api/v3/depth?symbol=${symbol}&limit=1000`

  it('joins the book that was asked for to its stream, though the file has it on another connection', async () => {
    const text =
      header('BINANCE') +
      http(1633998511, 'https://api.binance.com/api/v3/exchangeInfo', info) +
      http(1633998512.3, url('NKNUSDT'), rest) +
      http(1633998512.4, url('BLZETH'), { ...rest, lastUpdateId: 1 }) +
      recv('ws', 1633998512.06, depth(750, 752)) +
      recv('ws', 1633998512.5, depth(753, 754)) +
      recv('ws', 1633998512.6, depth(3, 3, 'BLZETH'))
    const { rows, counters, importer } = await importTexts([text], { instrument: 'NKNUSDT' })
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'snapshot buy 3521×672',
      'snapshot sell 3522×1144!',
      'depth buy 3513×6!',
    ])
    expect(rows.map(({ receiveTime }) => receiveTime)).toEqual([
      ...[1633998512_300000, 1633998512_300000, 1633998512_300000, 1633998512_500000],
    ])
    expect(counters.gaps).toBe(0)
    expect(importer.instrument).toMatchObject({
      ...{ id: 'NKNUSDT', venue: 'binance-spot', tickSize: '0.0001', lotSize: '1', minNotional: '10' },
    })
  })

  it('of several instruments asks for a choice', async () => {
    const text =
      header('BINANCE') + recv('ws', 1633998512.06, depth(1, 1)) + recv('ws', 1633998512.06, depth(1, 1, 'X'))
    await expect(importTexts([text])).rejects.toThrow('found NKNUSDT, X; pass --instrument to choose one')
  })

  it.for([
    { file: 'BINANCE', instrument: 'NKNUSDT', count: 2135, venue: 'binance-spot', trades: 1 },
    { file: 'BINANCE', instrument: 'LRCBTC', count: 1215, venue: 'binance-spot', trades: 1 },
    { file: 'BINANCE_FUTURES', instrument: 'SUSHIUSDT', count: 6658, venue: 'binance-usdm', trades: 40 },
    { file: 'BINANCE_FUTURES', instrument: 'AKROUSDT', count: 2507, venue: 'binance-usdm', trades: 8 },
    { file: 'BINANCE_FUTURES', instrument: 'KEEPUSDT', count: 1757, venue: 'binance-usdm', trades: 5 },
    { file: 'BINANCE_FUTURES', instrument: 'CTKUSDT', count: 2256, venue: 'binance-usdm', trades: 38 },
  ])('that was recorded: $instrument without gaps or crossed books', async (expected, context) => {
    const { file, instrument, count, venue, trades } = expected
    const path = recording(context, `${folder}${file}.jsonl.zst`)
    const { rows, counters, importer } = await importFiles([path], { instrument })
    expect(counters.gaps).toBe(0)
    expect(countCrossed(rows)).toBe(0)
    expect(rowsOfKind(rows, rowKind.clear)).toHaveLength(1)
    expect(rowsOfKind(rows, rowKind.trade)).toHaveLength(trades)
    expect(rows).toHaveLength(count)
    expect(importer.instrument.venue).toBe(venue)
  })
})

describe('a capture', () => {
  const line = recv('ws', 1652459225.5, { event: 'subscribe' })

  it.each([
    ['whose end is cut off', line + line.slice(0, 50), 'DATA_BAD_JSON', ':3)'],
    ['with a line without a time', `${line}{"t":"recv","conn":"ws","data":"{}"}\n`, 'DATA_BAD_TIME', ':3)'],
    [
      'with a line without data',
      `${line}{"t":"recv","conn":"ws","ts":1652459226}\n`,
      'DATA_BAD_FIELD',
      ':3)',
    ],
    ['whose connection goes back in time', line + recv('ws', 1652459225.4, {}), 'DATA_OUT_OF_ORDER', ':3)'],
    [
      'with a message that is damaged',
      `${line}{"t":"recv","conn":"ws","ts":1652459226,"data":"{\\"arg"}\n`,
      'DATA_BAD_JSON',
      ':3)',
    ],
  ])('%s is refused with its line', async (_name, text, code, place) => {
    await expect(importTexts([header('OKX') + text])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(place),
    })
  })

  it('of an exchange that is not read is refused', async () => {
    await expect(importTexts([header('FTX') + line])).rejects.toThrow('found a capture of FTX')
  })
})
