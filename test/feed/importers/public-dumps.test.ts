import { describe, expect, it } from 'vitest'
import { brief, type Imported, importFiles, importTexts, temporaryFile } from '../../support/import-rows.ts'

/** Imports one text under a file name, which is all that some dumps say about their instrument. */
function importNamed(name: string, ...lines: readonly string[]): Promise<Imported> {
  return importFiles([temporaryFile(name, `${lines.join('\n')}\n`)])
}

/** Layouts as on https://data.binance.vision, read 2025-11. */
describe('a public dump of Binance', () => {
  const aggTrades = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker'

  it('of futures aggTrades has a header and milliseconds', async () => {
    const { rows, importer, counters } = await importNamed(
      'BTCUSDT-aggTrades-2024-06-01.csv',
      aggTrades,
      '2168000001,67535.0,0.010,5013,5013,1717200000012,true',
      '2168000002,67535.1,0.250,5014,5016,1717200000090,false',
    )
    expect(brief(rows)).toEqual(['trade sell 675350×10!', 'trade buy 675351×250!'])
    expect(rows[0]?.exchangeTime).toBe(1717200000012_000)
    expect(importer.instrument).toMatchObject({ id: 'BTCUSDT', venue: 'binance-usdm', kind: 'linear' })
    expect(counters.notes.join()).not.toContain('missing')
  })

  it('of spot aggTrades has no header, and microseconds since 2025', async () => {
    const { rows, importer } = await importNamed(
      'ETHUSDT-aggTrades-2025-01-01.csv',
      '1500000001,3337.78000000,0.01230000,1900,1901,1735689600123456,True,True',
    )
    expect(brief(rows)).toEqual(['trade sell 333778×123!'])
    expect(rows[0]?.exchangeTime).toBe(1735689600_123456)
    expect(importer.instrument.venue).toBe('binance-spot')
  })

  it('counts trades that are missing, and those that are there twice only once', async () => {
    const row = (id: number): string => `${id},67535.0,0.010,${id},${id},1717200000012,true`
    const { rows, counters } = await importNamed('x.csv', aggTrades, ...[1, 2, 2, 3, 7, 8].map(row))
    expect(rows).toHaveLength(5)
    expect(counters.notes).toContain('1 trades were repeated under the same id and left out')
    expect(counters.notes).toContain('3 trade ids are missing')
  })

  it('counts a block of trades that was delivered again only once, and not one that comes late', async () => {
    const row = (id: number): string => `${id},67535.0,0.0${10 + id},${id},${id},1717200000012,true`
    // 4 comes after 5, for the first time; then 3, 4 and 5 come again.
    const { rows, counters } = await importNamed('x.csv', aggTrades, ...[1, 2, 3, 5, 4, 3, 4, 5, 6].map(row))
    expect(rows.map(({ qty }) => qty)).toEqual([11, 12, 13, 15, 14, 16])
    expect(counters.notes).toContain('3 trades were repeated under the same id and left out')
  })

  it('does not count ids that are shared with other instruments as missing', async () => {
    const row = (id: number): string => `${id},67535.0,0.010,${id},${id},1717200000012,true`
    const { counters } = await importNamed('x.csv', aggTrades, ...[1, 20, 21, 400, 5000].map(row))
    expect(counters.notes.join()).not.toContain('missing')
  })

  it('of trades is read with and without header', async () => {
    const futures = await importNamed(
      'BTCUSD_PERP-trades-2024-06-01.csv',
      'id,price,qty,base_qty,time,is_buyer_maker',
      '900000001,67535.1,12,0.01776854,1717200000011,false',
    )
    expect(brief(futures.rows)).toEqual(['trade buy 675351×12!'])
    expect(futures.importer.instrument).toMatchObject({
      id: 'BTCUSD_PERP',
      kind: 'inverse',
      settleCurrency: 'BTC',
      contractSize: '100',
    })
    const spot = await importNamed(
      'BTCUSDT-trades-2025-01-01.csv',
      '4359,93576.00,0.00001,0.935760,1735689600003190,True,True',
    )
    expect(brief(spot.rows)).toEqual(['trade sell 9357600×1!'])
  })

  it('of bookTicker gives quotes at the time of the transaction', async () => {
    const { rows, importer } = await importNamed(
      'BTCUSDT-bookTicker-2024-03-01.csv',
      'update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time',
      '4184300001,61111.20,4.512,61111.30,1.001,1709251200004,1709251200009',
    )
    expect(brief(rows)).toEqual(['quote buy 611112×4512', 'quote sell 611113×1001!'])
    expect(rows[0]?.exchangeTime).toBe(1709251200004_000)
    expect(importer.instrument.venue).toBe('binance-usdm')
    expect(importer.levels).toEqual(['l1'])
  })

  it('of klines has twelve columns, with a header since 2022, and microseconds since 2025', async () => {
    const { rows, importer } = await importNamed(
      'BTCUSDT-1m-2025-01-01.csv',
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore',
      '1735689600000000,93576.00,93610.93,93537.50,93610.93,8.21827,1735689659999999,768978.6,2631,3.95,369757.2,0',
    )
    expect(importer.barUs).toBe(60_000_000)
    // 34.93 up and 38.50 down from the open: the high is nearer.
    expect(rows.map(({ price }) => price)).toEqual([9357600, 9361093, 9353750, 9361093])
  })

  it('of bookDepth is refused: sums in percent are no book', async () => {
    const dump = importNamed(
      'BTCUSDT-bookDepth-2024-06-01.csv',
      'timestamp,percentage,depth,notional',
      '2024-06-01 00:00:09,-5,8204.5,540032000.1',
    )
    await expect(dump).rejects.toThrow('sums of a book at distances in percent')
  })
})

/** The columns that hftbacktest's converter of these files reads. */
describe('a T_DEPTH dump of Binance', () => {
  const header = 'symbol,timestamp,trans_id,first_update_id,last_update_id,side,update_type,price,qty,pq'
  const row = (ms: number, id: number, side: string, type: string, price: string, qty: string): string =>
    `BTCUSDT,${1717200000000 + ms},1,${id},${id},${side},${type},${price},${qty},0`
  const snapshot = [row(5, 10, 'b', 'snap', '67535.0', '1.5'), row(5, 10, 'a', 'snap', '67535.1', '2')]

  it('is a file of snapshots and one of changes, which may start before', async () => {
    const texts = [
      [header, ...snapshot],
      [
        header,
        row(1, 8, 'a', 'set', '67535.3', '9'),
        row(5, 10, 'a', 'set', '67535.3', '9'),
        row(7, 12, 'a', 'set', '67535.1', '0'),
        row(7, 12, 'b', 'set', '67535.0', '0.5'),
      ],
    ].map((lines) => lines.join('\n'))
    const { rows, counters, importer } = await importTexts(texts)
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'snapshot buy 675350×1500',
      'snapshot sell 675351×2000!',
      'depth buy 675350×500',
      'depth sell 675351×0!',
    ])
    expect(counters.notes).toContain('1 rows from before the snapshot were left out')
    expect(counters.notes).toContain('1 book messages were already part of the book')
    expect(counters.notes).toContain('the dump does not tell whether book changes are missing')
    expect(importer).toMatchObject({ levels: ['l2'], instrument: { venue: 'binance-usdm' } })
  })

  it('is understood without its header', async () => {
    const { rows } = await importTexts([snapshot.join('\n')])
    expect(rows).toHaveLength(3)
  })

  it.each([
    ['an update type that is none', row(7, 12, 'a', 'del', '67535.1', '0'), 'DATA_BAD_FIELD'],
    ['a side that is none', row(7, 12, 'x', 'set', '67535.1', '0'), 'DATA_BAD_SIDE'],
    [
      'an id that is none',
      row(7, 12, 'a', 'set', '67535.1', '0').replace(',12,12,', ',12,?,'),
      'DATA_BAD_FIELD',
    ],
    ['a time that goes back', row(4, 12, 'a', 'set', '67535.1', '0'), 'DATA_OUT_OF_ORDER'],
    ['a price below zero', row(7, 12, 'a', 'set', '-67535.1', '0'), 'DATA_BAD_PRICE'],
    ['a row cut off', row(7, 12, 'a', 'set', '67535.1', '0').slice(0, 40), 'DATA_BAD_ROW'],
  ])('with %s is refused with its line', async (_name, line, code) => {
    const text = [header, ...snapshot, line].join('\n')
    await expect(importTexts([text])).rejects.toMatchObject({ code, context: { line: 4 } })
  })
})

describe('trades of Bybit', () => {
  // https://public.bybit.com/trading/, read 2025-11.
  const header =
    'timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional'

  it('have seconds with decimals, and ids that are no numbers', async () => {
    const line = (time: string, id: string): string =>
      `${time},XRPUSDT,Sell,20,1.9531,ZeroMinusTick,${id},3906200000.0,20,39.062`
    const { rows, importer, counters } = await importTexts([
      [
        header,
        line('1733011200.0914', '7f0c-1'),
        line('1733011200.0914', '7f0c-1'),
        line('1733011200.1', 'a9'),
      ].join('\n'),
    ])
    expect(brief(rows)).toEqual(['trade sell 19531×20!', 'trade sell 19531×20!'])
    expect(rows[0]?.exchangeTime).toBe(1733011200_091400)
    expect(counters.notes).toContain('1 trades were repeated under the same id and left out')
    expect(importer.instrument).toMatchObject({ venue: 'bybit-linear', kind: 'linear', tickSize: '0.0001' })
  })

  it('of an inverse contract say so', async () => {
    const { importer, counters } = await importTexts([
      `${header}\n1733011200.09,BTCUSD,Buy,100,96400.5,PlusTick,a,103733,0.001,100`,
    ])
    expect(importer.instrument).toMatchObject({
      venue: 'bybit-inverse',
      kind: 'inverse',
      settleCurrency: 'BTC',
    })
    expect(counters.notes.join()).toContain('a contract of BTCUSD is taken to be 1 USD')
  })
})

describe('trades of OKX', () => {
  it('take the instrument from the name of the file, and the size of its contract from what is known', async () => {
    const { rows, importer, counters } = await importNamed(
      'BTC-USDT-SWAP-trades-2024-06-01.csv',
      'trade_id,side,size,price,created_time',
      '980000001,buy,12.0,67535.1,1717200000012',
    )
    expect(brief(rows)).toEqual(['trade buy 675351×12!'])
    expect(importer.instrument).toMatchObject({
      ...{ id: 'BTC-USDT-SWAP', venue: 'okx-swap', kind: 'linear', contractSize: '0.01' },
    })
    expect(counters.notes).toContain('quantities are contracts of 0.01 units of base currency each')
  })

  it('name their instrument in newer files; a contract of unknown size is taken for 1, and can be set', async () => {
    const text =
      'instrument_name,trade_id,side,price,size,created_time\nPEPE-USDT-SWAP,1,sell,0.0000123,4,1717200000012\n'
    const { importer, counters } = await importTexts([text])
    expect(importer.instrument).toMatchObject({ id: 'PEPE-USDT-SWAP', contractSize: '1' })
    expect(counters.notes.join()).toContain('contracts of unknown size, taken for 1; pass --contract-size')
    const set = await importTexts([text], { contractSize: '10000000' })
    expect(set.importer.instrument.contractSize).toBe('10000000')
    expect(set.counters.notes.join()).not.toContain('unknown size')
  })

  it('have bilingual columns in older files, not in UTF-8', async () => {
    const gbk = Buffer.from('bdbbd2d7', 'hex') // 交易
    const head = Buffer.concat([
      ...[Buffer.from('trade_id/'), gbk, Buffer.from('id,side/'), gbk, Buffer.from(',size/'), gbk],
      ...[Buffer.from(',price/'), gbk, Buffer.from(',created_time/'), gbk],
    ])
    const bytes = Buffer.concat([head, Buffer.from('\n7,buy,0.5,30000.1,1652459225381\n')])
    const { rows, importer } = await importFiles([temporaryFile('BTC-USDT-trades-2022-05-13.csv', bytes)])
    expect(brief(rows)).toEqual(['trade buy 300001×5!'])
    expect(importer.instrument.venue).toBe('okx-spot')
  })
})
