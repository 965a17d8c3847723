import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { rowKind } from '../../../src/model/tape.ts'
import {
  brief,
  countCrossed,
  importFiles,
  importTexts,
  recording,
  rowsOfKind,
  temporaryFile,
} from '../../support/import-rows.ts'
import { writeZip } from '../../support/write-zip.ts'

/** A line of an order book dump: https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook */
function book(type: 'snapshot' | 'delta', u: number, fields: object = {}, ms = u): string {
  const message = {
    ...{ topic: 'orderbook.500.XRPUSDT', type, ts: 1733011200691 + ms, cts: 1733011200589 + ms },
    data: { s: 'XRPUSDT', b: [['1.9531', '6203']], a: [['1.9532', '40']], u, seq: 1000 + u, ...fields },
  }
  return `${JSON.stringify(message)}\n`
}

describe('an order book dump of Bybit', () => {
  it('is read as a snapshot and changes, stamped by the matching engine', async () => {
    const { rows, importer } = await importTexts([
      book('snapshot', 7) + book('delta', 8, { b: [['1.9531', '0']], a: [['1.9530', '5']] }),
    ])
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'snapshot buy 19531×6203',
      'snapshot sell 19532×40!',
      'depth buy 19531×0',
      'depth sell 19530×5!',
    ])
    expect(rows[3]).toMatchObject({ exchangeTime: 1733011200597_000, receiveTime: 1733011200597_000 })
    expect(importer).toMatchObject({ format: 'bybit-json', levels: ['l2'], hasReceiveTime: false })
    expect(importer.instrument).toMatchObject({
      ...{ id: 'XRPUSDT', venue: 'bybit-linear', kind: 'linear', tickSize: '0.0001', lotSize: '1' },
    })
  })

  it('ends the book where an update is missing, passes over a repeated one, and starts again', async () => {
    const { rows, counters } = await importTexts([
      book('snapshot', 7) +
        book('delta', 8) +
        book('delta', 8) +
        book('delta', 10) +
        book('delta', 11) +
        // After a restart of the venue the numbers start at 1, with a whole book.
        book('delta', 1, {}, 12) +
        book('delta', 2, {}, 13),
    ])
    expect(counters.gaps).toBe(1)
    expect(counters.notes).toContain('1 book messages were already part of the book')
    // Messages 7, 8, 8, 10, 11, 1, 2: at 10 the book ends, 11 is left out, 1 starts it anew.
    expect(counters.notes).toContain(
      '1 of 7 book messages came after a gap without a new snapshot and were left out: there was no book meanwhile',
    )
    expect(brief(rows).filter((row) => row.endsWith('!'))).toEqual([
      ...['snapshot sell 19532×40!', 'depth sell 19532×40!', 'clear buy 0×0!', 'clear buy 0×0!'],
      ...['snapshot sell 19532×40!', 'depth sell 19532×40!'],
    ])
  })

  it('lasts to its end when the book ends at a lost message, and tells what came later from what came too early', async () => {
    const { rows, counters } = await importTexts([
      book('delta', 5) + book('snapshot', 7) + book('delta', 9) + book('delta', 10, {}, 7_200_000),
    ])
    expect(counters.notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 of 4 book messages came after a gap/),
        '1 book messages came without a snapshot before them and were left out',
      ]),
    )
    // The last row says that two hours later there is still no book. Stamped by the matching engine: 102 ms earlier.
    expect(brief(rows).at(-1)).toBe('clear buy 0×0!')
    expect(rows.at(-1)?.exchangeTime).toBe((1733011200589 + 7_200_000) * 1_000)
  })

  it('is of spot with 200 levels, and inverse against plain dollars', async () => {
    const spot = await importTexts([book('snapshot', 7).replace('.500.', '.200.')])
    expect(spot.importer.instrument).toMatchObject({ venue: 'bybit-spot', kind: 'spot' })
    const inverse = await importTexts([book('snapshot', 7).replaceAll('XRPUSDT', 'XRPUSD')])
    expect(inverse.importer.instrument).toMatchObject({
      venue: 'bybit-inverse',
      kind: 'inverse',
      settleCurrency: 'XRP',
    })
  })

  it('of a stream that was recorded has a receive time before each message, and trades', async () => {
    const trade = {
      topic: 'publicTrade.XRPUSDT',
      type: 'snapshot',
      ts: 1733011200700,
      data: [{ T: 1733011200699, s: 'XRPUSDT', S: 'Sell', v: '20', p: '1.9531', i: '2290' }],
    }
    const text = `1733011200700000 ${book('snapshot', 7)}1733011200900000 ${JSON.stringify(trade)}\n`
    const { rows, importer } = await importTexts([text])
    expect(importer.format).toBe('bybit-raw')
    expect(brief(rows.slice(-1))).toEqual(['trade sell 19531×20!'])
    expect(rows.at(-1)).toMatchObject({ exchangeTime: 1733011200699_000, receiveTime: 1733011200900_000 })
  })

  it.each([
    ['without its update id', book('delta', 8, { u: null }), 'DATA_BAD_FIELD'],
    ['with a price below zero', book('delta', 8, { b: [['-1.9531', '5']] }), 'DATA_BAD_PRICE'],
    [
      'with a price finer than the tick and than any double',
      book('delta', 8, { b: [['1.95310000000000000001', '5']] }),
      'DATA_PRICE_OFF_GRID',
    ],
    ['with a price that is no number', book('delta', 8, { b: [['NaN', '5']] }), 'DATA_BAD_PRICE'],
    [
      'with a quantity that is no number',
      book('delta', 8, { b: [['1.9531', 'Infinity']] }),
      'DATA_BAD_QUANTITY',
    ],
    ['with a level that is none', book('delta', 8, { b: ['1.9531'] }), 'DATA_BAD_LEVEL'],
    ['that is cut off', book('delta', 8).slice(0, 90), 'DATA_BAD_JSON'],
    ['of another instrument', book('delta', 8, { s: 'BTCUSDT' }), 'DATA_SEVERAL_INSTRUMENTS'],
    ['that goes back in time', book('delta', 8, {}, 1), 'DATA_OUT_OF_ORDER'],
  ])('with a message %s is refused with its line', async (_name, line, code) => {
    // So many lines before it that the look at the first messages does not reach it.
    const before = book('snapshot', 7)
    await expect(importTexts([before + line])).rejects.toMatchObject({ code })
    await expect(importTexts([before + line])).rejects.toThrow(/part-1\.txt(:2)?\)|pass --instrument/)
  })

  it('that was recorded is whole, in order and never crossed', async (context) => {
    const path = recording(context, 'nautilus/bybit_xrpusdt-ob500.data.zip')
    const { rows, counters } = await importFiles([path])
    expect(counters.gaps).toBe(0)
    expect(rowsOfKind(rows, rowKind.snapshot)).toHaveLength(1000)
    expect(rowsOfKind(rows, rowKind.depth)).toHaveLength(2966)
    expect(countCrossed(rows)).toBe(0)
    // A message each: one snapshot and 49 changes.
    expect(rows.filter(({ isLast }) => isLast)).toHaveLength(50)
  })
})

describe('a zip archive', () => {
  function archive(files: Readonly<Record<string, string | Uint8Array>>): string {
    const path = temporaryFile('dump.zip', 'x')
    writeZip(path, files)
    return path
  }

  it('is read as the data file inside, whatever its name', async () => {
    const { rows } = await importFiles([archive({ 'folder/2024-12-01.data': book('snapshot', 7) })])
    expect(brief(rows)).toHaveLength(3)
  })

  it('of several files is read as files that follow each other; what lies beside them is left out', async () => {
    const csv = (ms: number): string => `timestamp,price,amount,side\n${1733011200000 + ms},100.5,2,buy\n`
    const path = archive({
      ...{ 'a.csv': csv(0), 'a.csv.CHECKSUM': 'abc a.csv', '__MACOSX/._a.csv': 'x', 'b.csv': csv(5) },
    })
    const { rows } = await importFiles([path])
    expect(rows.map(({ exchangeTime }) => exchangeTime)).toEqual([1733011200000_000, 1733011200005_000])
  })

  it('is named together with the file inside where the data is damaged', async () => {
    const path = archive({ 'a.data': book('snapshot', 7), 'b.data': `${book('delta', 8)}{"topic":` })
    await expect(importFiles([path])).rejects.toThrow('(dump.zip > b.data:2)')
  })

  it('is refused when it is cut off, empty, or holds a file of another container', async () => {
    await expect(importFiles([archive({})])).rejects.toMatchObject({ code: 'UNRECOGNIZED' })
    await expect(importFiles([archive({ 'a.txt': '' })])).rejects.toMatchObject({ code: 'FILE_EMPTY' })
    await expect(importFiles([archive({ 'a.gz': gzipSync('a,b\n') })])).rejects.toMatchObject({
      code: 'UNRECOGNIZED',
    })
  })

  it('of numpy arrays is left to the reader of such files', async () => {
    await expect(importFiles([archive({ 'data.npy': 'x' })])).rejects.toThrow('a zip archive')
  })
})
