import { describe, expect, it, vi } from 'vitest'
import { rowKind } from '../../../src/model/tape.ts'
import {
  brief,
  countCrossed,
  type ImportedRow,
  importFiles,
  importTexts,
  recording,
  rowsOfKind,
} from '../../support/import-rows.ts'

// Whole files are read, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

describe('a table of trades', () => {
  const expected = ['trade sell 1005×2!', 'trade buy 1004×1!']

  it.each([
    [
      'Tardis',
      text(
        'exchange,symbol,timestamp,local_timestamp,id,side,price,amount',
        'binance-futures,BTCUSDT,1723161255000000,1723161255000777,1,sell,100.5,2',
        'binance-futures,BTCUSDT,1723161256000000,1723161256000777,2,buy,100.4,1',
      ),
    ],
    [
      'a Binance spot dump without header, in microseconds',
      text(
        '1,100.50000000,2.00000000,201.0,1723161255000000,True,True',
        '2,100.40000000,1.00000000,100.4,1723161256000000,False,True',
      ),
    ],
    [
      'a Binance futures dump with header',
      text(
        'id,price,qty,quote_qty,time,is_buyer_maker',
        '1,100.5,2,201.0,1723161255000,true',
        '2,100.4,1,100.4,1723161256000,false',
      ),
    ],
    [
      'a Binance futures dump without header',
      text('1,100.5,2,201.0,1723161255000,true', '2,100.4,1,100.4,1723161256000,false'),
    ],
    [
      'Binance aggTrades of spot without header',
      text('1,100.5,2,11,12,1723161255000,True,True', '2,100.4,1,13,13,1723161256000,False,True'),
    ],
    [
      'Binance aggTrades of futures with header',
      text(
        'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker',
        '1,100.5,2,11,12,1723161255000,true',
        '2,100.4,1,13,13,1723161256000,false',
      ),
    ],
    [
      'semicolons, quotes, dates and exponents',
      text(
        '"Date";"Price";"Size";"Side"',
        '"2024-08-08 23:54:15";"1.005e2";2.0;"Sell"',
        '"2024-08-08 23:54:16";"100.4";1.0;"Buy"',
      ),
    ],
    [
      'JSON lines',
      text(
        '{"ts":1723161255.0,"price":100.5,"size":2,"side":"sell"}',
        '{"ts":1723161256.0,"price":"100.4","size":1,"side":"buy"}',
      ),
    ],
    [
      'a JSON array of arrays, as freqtrade writes it',
      '[[1723161255000,"1",null,"sell",100.5,2,201],\n [1723161256000,"2",null,"buy",100.4,1,100.4]]',
    ],
    [
      'Windows line ends and a byte order mark',
      '\ufefftime,price,qty,side\r\n1723161255,100.5,2,sell\r\n1723161256,100.4,1,buy',
    ],
  ])('is read from %s', async (_name, content) => {
    const { rows, importer } = await importTexts([content], { tickSize: '0.1', lotSize: '1' })
    expect(brief(rows)).toEqual(expected)
    // 2024-08-08T23:54:15Z
    expect(rows.map(({ exchangeTime }) => exchangeTime)).toEqual([1723161255_000_000, 1723161256_000_000])
    expect(importer.levels).toEqual(['trades'])
  })

  it('is read from columns with names of the user', async () => {
    const content = text('when;what;how much;way', '1723161255;100.5;2;sell', '1723161256;100.4;1;buy')
    const columns = { time: 'when', price: 'what', qty: 'how much', side: 'way' }
    const { rows } = await importTexts([content], { columns, tickSize: '0.1', lotSize: '1' })
    expect(brief(rows)).toEqual(expected)
  })

  it('takes a rise for a buy and a fall for a sell when nobody says who was the aggressor', async () => {
    const content = text('time,price,qty', ...[100, 101, 101, 99].map((p, i) => `172316125${i},${p},1`))
    const { rows, counters } = await importTexts([content])
    // The first has nothing to compare with; the third repeats the price and keeps the side.
    expect(brief(rows)).toEqual([
      'trade buy 100×1!',
      'trade buy 101×1!',
      'trade buy 101×1!',
      'trade sell 99×1!',
    ])
    expect(counters.notes.join()).toContain('4 trades do not say who was the aggressor')
  })

  it('keeps times from both clocks, and files that continue each other are one tape', async () => {
    const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount'
    const { importer, rows } = await importTexts([
      text(header, 'binance,BTCUSDT,1723161255000000,1723161255000777,1,sell,100.5,2'),
      text(header, 'binance,BTCUSDT,1723161256000000,1723161256000888,2,buy,100.4,1'),
    ])
    expect(rows.map(({ exchangeTime, receiveTime }) => receiveTime - exchangeTime)).toEqual([777, 888])
    expect(importer).toMatchObject({ format: 'tardis-trades', hasReceiveTime: true })
    expect(importer.instrument).toMatchObject({ id: 'BTCUSDT', venue: 'binance-spot', kind: 'spot' })
  })

  it('of several instruments is read for the one that was chosen', async () => {
    const content = text('time,symbol,price,qty,side', '1723161255,A-USD,5,1,buy', '1723161256,B-USD,7,1,buy')
    await expect(importTexts([content])).rejects.toThrow('found A-USD, B-USD; pass --instrument')
    const { importer, rows } = await importTexts([content], { instrument: 'B-USD' })
    expect(brief(rows)).toEqual(['trade buy 7×1!'])
    expect(importer.instrument.id).toBe('B-USD')
  })

  it('is read whole from Tardis', async (context) => {
    const { importer, rows } = await importFiles([recording(context, 'nautilus/tardis_trades_head.csv')])
    expect(rows.length).toBe(9_999)
    // In 2020 the tick of this contract was 0.01: the data has the last word over what is known of it.
    expect(importer.instrument).toMatchObject({ venue: 'binance-usdm', tickSize: '0.01', lotSize: '0.001' })
  })

  it('is read from Parquet with prices as doubles', async (context) => {
    const { importer, rows } = await importFiles([
      recording(context, 'nautilus/binance_btcusdt-trades.parquet'),
    ])
    expect(rows.length).toBe(2_001)
    // 39432.48 and 0.000263, True; then 0.00031099999999999997 in the third row
    expect(brief(rows.slice(0, 3))).toEqual([
      'trade sell 3943248×263!',
      'trade buy 3943944×4376!',
      'trade buy 3943922×311!',
    ])
    expect(rows[0]?.exchangeTime).toBe(1610064000278_000)
    expect(importer.instrument).toMatchObject({ id: 'BTCUSDT', lotSize: '0.000001' })
  })
})

describe('a table of quotes', () => {
  it('becomes both sides of the touch; an empty side has no quantity', async () => {
    const header = 'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount'
    const { rows } = await importTexts([
      text(
        header,
        'deribit,BTC-PERPETUAL,1723161255000000,1723161255000777,5,100.5,100,7',
        'deribit,BTC-PERPETUAL,1723161256000000,1723161256000777,,,100,7',
      ),
    ])
    expect(brief(rows)).toEqual([
      ...['quote buy 1000×7', 'quote sell 1005×5!'],
      ...['quote buy 1000×7', 'quote sell 0×0!'],
    ])
  })

  it.for([
    { file: 'tardis_quotes_head.csv', quotes: 9_999 },
    { file: 'binance_btcusdt-quotes.parquet', quotes: 451 },
  ])('is read whole from $file', async ({ file, quotes }, context) => {
    const { rows } = await importFiles([recording(context, `nautilus/${file}`)])
    expect(rowsOfKind(rows, rowKind.quote).length).toBe(2 * quotes)
    expect(rows.length).toBe(2 * quotes)
  })
})

describe('a table of bars', () => {
  it('becomes four points each, the nearer extreme first, all known one millisecond before the end', async () => {
    const header = 'open_time,open,high,low,close,volume,close_time'
    const { importer, rows } = await importTexts([
      text(
        header,
        // high is 3 from the open, low 1: low first
        '1723161240000,100,103,99,102,10,1723161299999',
        // both 2 away and the close below the open: high first, down to the close
        '1723161300000,100,102,98,99,3,1723161359999',
      ),
    ])
    expect(brief(rows)).toEqual([
      ...['barOpen buy 100×2!', 'barLow buy 99×2!', 'barHigh buy 103×2!', 'barClose buy 102×4!'],
      ...['barOpen buy 100×0!', 'barHigh buy 102×0!', 'barLow buy 98×0!', 'barClose buy 99×3!'],
    ])
    const start = 1723161240_000_000
    expect(rows.slice(0, 5).map(({ exchangeTime }) => exchangeTime - start)).toEqual([
      ...[0, 20_000_000, 40_000_000, 59_999_000],
      60_000_000,
    ])
    expect(rows.slice(0, 5).map(({ receiveTime }) => receiveTime - start)).toEqual([
      ...[59_999_000, 59_999_000, 59_999_000, 59_999_000],
      119_999_000,
    ])
    expect(importer).toMatchObject({ levels: ['bars'], barUs: 60_000_000 })
  })

  it('says how many bars are missing', async () => {
    const bars = [0, 60, 240].map((s) => `${1723161240 + s},5,5,5,5,1`)
    const { counters } = await importTexts([text('time,open,high,low,close,volume', ...bars)])
    expect(counters.notes).toContain('2 bars are missing')
  })

  it.each([
    ['two bars at one time', ['1723161240,5,5,5,5,1', '1723161300,5,5,5,5,1', '1723161300,5,5,5,5,1'], ':4)'],
    ['a high below the close', ['1723161240,5,5,5,6,1', '1723161300,5,5,5,5,1'], ':2)'],
    ['a single bar of unknown length', ['1723161240,5,5,5,5,1'], 'at least two bars'],
  ])('is refused with %s', async (_name, bars, message) => {
    await expect(importTexts([text('time,open,high,low,close,volume', ...bars)])).rejects.toThrow(message)
  })

  it('is read whole from a Binance kline dump without header', async (context) => {
    const { importer, rows } = await importFiles([recording(context, 'nautilus/ADABTC-1m-2021-11-27.csv')])
    expect(rows.length).toBe(4 * 1_440)
    expect(importer.barUs).toBe(60_000_000)
    expect(importer.instrument).toMatchObject({ id: 'ADABTC', tickSize: '0.00000001', lotSize: '0.1' })
    // 0.00002853, 0.00002854, 0.00002851, 0.00002854, volume 36304.2: 363,042 lots = 3 × 90,760 + 90,762
    expect(brief(rows.slice(0, 4))).toEqual([
      ...[
        'barOpen buy 2853×90760!',
        'barHigh buy 2854×90760!',
        'barLow buy 2851×90760!',
        'barClose buy 2854×90762!',
      ],
    ])
  })

  it('is read whole from a month of minutes', async (context) => {
    const path = recording(context, 'nautilus/btc-perp-20211231-20220201_1m.csv')
    const { rows, counters } = await importFiles([path])
    expect(rows.length).toBe(4 * 45_031)
    expect(counters.notes.join()).not.toContain('missing')
  })

  it('of Feather agrees with the trades of the same span, from Parquet and from JSON', async (context) => {
    const [bars, trades, json] = await Promise.all(
      ['XRP_ETH-1m.feather', 'XRP_ETH-trades.parquet', 'XRP_OLD-trades.json.gz'].map((name) =>
        importFiles([recording(context, `freqtrade/${name}`)]),
      ),
    )
    if (bars === undefined || trades === undefined || json === undefined) throw new Error('three imports')
    expect(json.rows).toEqual(trades.rows)
    expect(trades.rows.length).toBe(12_477)
    const expected = minuteBars(trades.rows)
    const found = barsOf(bars.rows)
    expect(found.size).toBe(2_469)
    const shared = [...found].filter(([time]) => expected.has(time))
    expect(shared.length).toBeGreaterThan(2_400)
    expect(shared.filter(([time, bar]) => bar !== expected.get(time))).toEqual([])
  })
})

/** open time → `open high low close volume` */
function minuteBars(trades: readonly ImportedRow[]): Map<number, string> {
  const byMinute = new Map<number, ImportedRow[]>()
  for (const trade of trades) {
    const time = Math.floor(trade.exchangeTime / 60e6) * 60e6
    const group = byMinute.get(time)
    if (group === undefined) byMinute.set(time, [trade])
    else group.push(trade)
  }
  return new Map(
    [...byMinute].map(([time, group]) => {
      const prices = group.map(({ price }) => price)
      const volume = group.reduce((sum, { qty }) => sum + qty, 0)
      return [time, [prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1), volume].join(' ')]
    }),
  )
}

function barsOf(rows: readonly ImportedRow[]): Map<number, string> {
  const bars = new Map<number, string>()
  for (let i = 0; i < rows.length; i += 4) {
    const points = rows.slice(i, i + 4)
    const price = (kind: number) => points.find((point) => point.kind === kind)?.price
    const volume = points.reduce((sum, { qty }) => sum + qty, 0)
    const { barOpen, barHigh, barLow, barClose } = rowKind
    bars.set(
      points[0]?.exchangeTime ?? 0,
      [price(barOpen), price(barHigh), price(barLow), price(barClose), volume].join(' '),
    )
  }
  return bars
}

describe('a table of book changes', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount'
  const row = (ms: number, rest: string): string =>
    `deribit,BTC-PERPETUAL,${1723161255000 + ms}000,${1723161255001 + ms}000,${rest}`

  it('is a snapshot and then one message per moment; a new snapshot replaces the book', async () => {
    const { rows, counters } = await importTexts(
      [
        text(
          header,
          row(0, 'false,bid,99,4'),
          ...[row(1, 'true,bid,100,5'), row(1, 'true,ask,101,6')],
          ...[row(2, 'false,bid,100,0'), row(2, 'false,bid,99,1')],
          row(3, 'false,ask,101,7'),
          ...[row(9, 'true,bid,90,1'), row(9, 'true,ask,91,2')],
        ),
      ],
      { tickSize: '1' },
    )
    expect(brief(rows)).toEqual([
      ...['clear buy 0×0', 'snapshot buy 100×5', 'snapshot sell 101×6!'],
      ...['depth buy 100×0', 'depth buy 99×1!'],
      'depth sell 101×7!',
      ...['clear buy 0×0', 'snapshot buy 90×1', 'snapshot sell 91×2!'],
    ])
    expect(counters.notes).toContain('1 times the book was replaced by a new snapshot')
    expect(counters.notes).toContain('1 book messages came before the first snapshot and were left out')
  })

  it('may show one snapshot in several messages', async () => {
    const parts = [row(1, 'true,bid,100,5'), row(2, 'true,ask,101,6'), row(3, 'false,ask,101,7')]
    const { rows, counters } = await importTexts([text(header, ...parts)], { tickSize: '1' })
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'snapshot buy 100×5!',
      'depth sell 101×6!',
      'depth sell 101×7!',
    ])
    expect(counters.notes.join()).not.toContain('replaced')
  })

  it('is read from Tardis', async (context) => {
    const path = recording(context, 'nautilus/tardis_deribit_incremental_book_L2_BTC-PERPETUAL.csv')
    const { importer, rows } = await importFiles([path])
    expect(importer).toMatchObject({ format: 'tardis-book-diffs', levels: ['l2'] })
    expect(rows.length).toBe(1 + 15)
  })
})

describe('a table of top-of-book snapshots', () => {
  const header = `exchange,symbol,timestamp,local_timestamp,${[0, 1]
    .map((i) => `asks[${i}].price,asks[${i}].amount,bids[${i}].price,bids[${i}].amount`)
    .join(',')}`
  const row = (ms: number, levels: string): string =>
    `okex,BTC-USDT,${1723161255000 + ms}000,${1723161255001 + ms}000,${levels}`

  it('becomes the changes from one row to the next, so that a level that stays is not touched', async () => {
    const { rows } = await importTexts([
      text(
        header,
        row(0, '101,1,100,2,102,3,99,4'),
        // the same book: nothing to say
        row(1, '101,1,100,2,102,3,99,4'),
        // the bid of 100 is gone, 98 comes into view; the ask of 101 grows
        row(2, '101,5,99,4,102,3,98,6'),
        // 100 is back: 98 falls out of view and keeps its quantity
        row(3, '101,5,100,1,102,3,99,4'),
        // two levels fewer: 98 is in view again, with a new quantity
        row(4, '101,5,98,7,102,3,97,1'),
        // one level only: the side is shown whole, so what lay below it is gone
        row(5, '101,5,98,7,102,3,,'),
      ),
    ])
    expect(brief(rows)).toEqual([
      ...[
        'clear buy 0×0',
        'snapshot buy 100×2',
        'snapshot buy 99×4',
        'snapshot sell 101×1',
        'snapshot sell 102×3!',
      ],
      ...['depth buy 100×0', 'depth buy 98×6', 'depth sell 101×5!'],
      'depth buy 100×1!',
      ...['depth buy 100×0', 'depth buy 99×0', 'depth buy 98×7', 'depth buy 97×1!'],
      'depth buy 97×0!',
    ])
  })

  it('is refused when a row is not best first', async () => {
    const content = text(header, row(0, '101,1,100,2,102,3,100,4'))
    await expect(importTexts([content])).rejects.toThrow(
      'expected levels best first, found 100 (part-1.txt:2)',
    )
  })

  it.for([5, 25])('shows the book of each row of Tardis, %i levels deep', async (depth, context) => {
    const name = `nautilus/tardis_binance-futures_book_snapshot_${depth}_BTCUSDT.csv`
    const { rows } = await importFiles([recording(context, name)])
    expect(rowsOfKind(rows, rowKind.snapshot).length).toBe(2 * depth)
    expect(countCrossed(rows)).toBe(0)
  })
})

describe('tables of different kinds of one instrument', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp'
  const row = (receiveUs: number, rest: string): string =>
    `okex,BTC-USDT,${1723161255000000 + receiveUs - 5},${1723161255000000 + receiveUs},${rest}`

  it('are merged by receive time, message by message', async () => {
    const { importer, rows } = await importTexts([
      text(
        `${header},id,side,price,amount`,
        row(20, '1,buy,101,1'),
        row(30, '2,sell,100,1'),
        row(50, '3,sell,100,2'),
      ),
      text(
        `${header},is_snapshot,side,price,amount`,
        ...[row(10, 'true,bid,100,5'), row(10, 'true,ask,101,6')],
        ...[row(30, 'false,bid,100,4'), row(30, 'false,ask,101,5')],
        row(40, 'false,ask,102,9'),
      ),
      text(`${header},ask_amount,ask_price,bid_price,bid_amount`, row(35, '5,101,100,4')),
    ])
    expect(brief(rows)).toEqual([
      ...['clear buy 0×0', 'snapshot buy 100×5', 'snapshot sell 101×6!'],
      'trade buy 101×1!',
      // Both at 30: the source named first comes first.
      'trade sell 100×1!',
      ...['depth buy 100×4', 'depth sell 101×5!'],
      ...['quote buy 100×4', 'quote sell 101×5!'],
      'depth sell 102×9!',
      'trade sell 100×2!',
    ])
    expect(importer.levels).toEqual(['l2', 'l1', 'trades'])
    expect(importer.format).toBe('tardis-trades+book-diffs+quotes')
  })

  it('are refused when they tell the same thing twice', async () => {
    const trades = text('time,price,qty,side', '1723161255,5,1,buy')
    const bars = text('time,open,high,low,close,volume', '1723161240,5,5,5,5,1', '1723161300,5,5,5,5,1')
    await expect(importTexts([trades, bars])).rejects.toThrow('part-1.txt (trades), part-2.txt (bars)')
  })
})
