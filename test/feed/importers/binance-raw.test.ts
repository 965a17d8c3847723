import { describe, expect, it, vi } from 'vitest'
import { rowKind, sideCode } from '../../../src/model/tape.ts'
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

const startNs = '1723161255030314667'
/** One line; the receive time grows by a microsecond per call. */
function lines(...messages: readonly object[]): string {
  const first = BigInt(startNs)
  return messages.map((message, i) => `${first + 1000n * BigInt(i)} ${JSON.stringify(message)}\n`).join('')
}

const trade = (fields: object): object => ({
  stream: 'btcusdt@trade',
  data: {
    e: 'trade',
    E: 1723161256322,
    T: 1723161256320,
    s: 'BTCUSDT',
    t: 1,
    p: '61800.30',
    q: '0.006',
    ...fields,
  },
})

describe('a raw USDⓈ-M recording', () => {
  it('is read as trades with the side of the taker, quotes and mark prices', async () => {
    const { importer, rows } = await importTexts([
      lines(
        trade({ X: 'MARKET', m: true }),
        trade({ X: 'MARKET', m: false }),
        trade({ X: 'INSURANCE_FUND', m: true }),
        {
          stream: 'btcusdt@bookTicker',
          data: {
            ...{ e: 'bookTicker', u: 5, s: 'BTCUSDT', b: '61800.20', B: '2.507', a: '61800.30', A: '2.510' },
            ...{ T: 1723161256313, E: 1723161256314 },
          },
        },
        {
          stream: 'btcusdt@markPrice@1s',
          data: {
            e: 'markPriceUpdate',
            E: 1723161257000,
            s: 'BTCUSDT',
            p: '61800.25000000',
            T: 1723190400000,
          },
        },
      ),
    ])
    expect(brief(rows)).toEqual([
      'trade sell 618003×6!',
      'trade buy 618003×6!',
      'offMarketTrade sell 618003×6!',
      'quote buy 618002×2507',
      'quote sell 618003×2510!',
      // half a tick rounds up
      'markPrice buy 618003×0!',
    ])
    expect(rows[0]).toMatchObject({ exchangeTime: 1723161256320_000, receiveTime: 1723161255030_314 })
    expect(rows.at(-1)?.exchangeTime).toBe(1723161257000_000)
    expect(importer.instrument).toMatchObject({
      ...{ id: 'BTCUSDT', venue: 'binance-usdm', kind: 'linear', tickSize: '0.1', lotSize: '0.001' },
      ...{ baseCurrency: 'BTC', settleCurrency: 'USDT', settleQuantum: '0.00000001' },
    })
    expect(importer.levels).toEqual(['l1', 'trades'])
  })

  it('leaves out placeholders without a quantity, and says how many', async () => {
    const { rows, counters } = await importTexts([
      lines(trade({ X: 'MARKET', m: true }), trade({ X: 'NA', p: '0', q: '0', m: true })),
    ])
    expect(rows.length).toBe(1)
    expect(counters.notes).toContain('1 trades without a quantity were left out')
  })

  it('uses the aggregate trades only when there are no single ones', async () => {
    const aggregate = {
      stream: 'btcusdt@aggTrade',
      data: {
        e: 'aggTrade',
        E: 1723161256322,
        T: 1723161256320,
        s: 'BTCUSDT',
        a: 1,
        p: '61800.30',
        q: '1',
        m: true,
      },
    }
    expect(brief((await importTexts([lines(aggregate)])).rows)).toEqual(['trade sell 618003×1000!'])
    const both = await importTexts([lines(aggregate, trade({ X: 'MARKET', m: true }))])
    expect(brief(both.rows)).toEqual(['trade sell 618003×6!'])
  })

  it('has its bookTicker checked against the book of the same update id', async () => {
    const ticker = (u: number, B: string): object => ({
      e: 'bookTicker',
      ...{ u, s: 'BTCUSDT', b: '100.0', B, a: '100.1', A: '2.000', T: 1723161256313, E: 1723161256313 },
    })
    const { counters } = await importTexts([
      lines(
        { lastUpdateId: 7, T: 1723161256300, bids: [['100.0', '1.000']], asks: [['100.1', '2.000']] },
        ticker(7, '1.000'),
        ticker(7, '1.001'),
        ticker(8, '5.000'),
      ),
    ])
    expect(counters).toMatchObject({ touchChecks: 2, touchAgreed: 1 })
  })

  it('becomes one book and its prints, in which every touch agrees and nothing crosses', async (context) => {
    const path = recording(context, 'hftbacktest/examples/usdm/btcusdt_20240808.gz')
    const { importer, rows, counters } = await importFiles([path])
    expect(importer.levels).toEqual(['l2', 'l1', 'trades'])
    expect(counters).toMatchObject({
      gaps: 0,
      offLotQuantities: 0,
      touchChecks: 126,
      touchAgreed: 126,
      notes: [
        '4 diffs came before the snapshot that contains them and were left out',
        '2 diffs came before the snapshot and were applied after it',
      ],
    })
    expect(rowsOfKind(rows, rowKind.trade).length).toBe(21_313)
    expect(rowsOfKind(rows, rowKind.quote).length).toBe(2 * 66_089)
    expect(rowsOfKind(rows, rowKind.snapshot).length).toBe(2_000)
    expect(rowsOfKind(rows, rowKind.clear).length).toBe(1)
    // 6,551 depth messages in the file, of which the first 4 are part of the snapshot.
    const diffs = rowsOfKind(rows, rowKind.depth).filter(({ isLast }) => isLast)
    expect(diffs.length).toBe(6_551 - 4)
    expect(countCrossed(rows)).toBe(0)
  })

  it('marks the one print of 2023 that met no order, and takes the mark price at its event time', async (context) => {
    const paths = ['0404', '0405'].map((day) =>
      recording(context, `hftbacktest/history/usdm/btcusdt_2023${day}.dat.gz`),
    )
    const { rows, counters } = await importFiles(paths)
    expect(brief(rowsOfKind(rows, rowKind.offMarketTrade))).toEqual(['offMarketTrade sell 287225×1!'])
    expect(rowsOfKind(rows, rowKind.trade).length).toBe(2_197 + 10_738 - 1)
    const marks = rowsOfKind(rows, rowKind.markPrice)
    expect(marks.length).toBe(99 + 415)
    expect(
      marks.every(({ exchangeTime, receiveTime }) => Math.abs(receiveTime - exchangeTime) < 1_000_000),
    ).toBe(true)
    expect(counters.gaps).toBe(0)
    expect(countCrossed(rows)).toBe(0)
  })
})

describe('a raw spot recording', () => {
  it('gives a bookTicker, which has no time, the newest exchange time of the other streams', async () => {
    const ticker = {
      stream: 'btcusdt@bookTicker',
      data: { u: 5, s: 'BTCUSDT', b: '10.00', B: '1', a: '10.01', A: '2' },
    }
    const print = {
      stream: 'btcusdt@trade',
      data: {
        ...{ e: 'trade', E: 1723161255343, s: 'BTCUSDT', p: '10.00', q: '1' },
        T: 1723161255342,
        m: true,
        M: true,
      },
    }
    const { importer, rows, counters } = await importTexts([lines(ticker, print, ticker)])
    expect(importer.instrument).toMatchObject({ venue: 'binance-spot', kind: 'spot', tickSize: '0.01' })
    expect(brief(rows)).toEqual([
      'trade sell 1000×100000!',
      'quote buy 1000×100000',
      'quote sell 1001×200000!',
    ])
    expect(rows[1]?.exchangeTime).toBe(1723161255342_000)
    expect(counters.notes).toContain(
      '1 bookTickers came before the first message with a time and were left out',
    )
  })

  it('rounds quantities finer than the lot down and counts them', async () => {
    const { rows, counters } = await importTexts(
      [
        lines(
          { lastUpdateId: 7, bids: [['10.00', '0.000019']], asks: [['10.01', '0.000009']] },
          trade({ M: true, m: true }),
        ),
      ],
      { instrument: 'BTCUSDT', venue: 'binance-spot', lotSize: '0.00001' },
    )
    // The ask is less than a lot: an empty level is no level.
    expect(brief(rows).slice(0, 2)).toEqual(['clear buy 0×0', 'snapshot buy 1000×1!'])
    expect(counters.offLotQuantities).toBe(2)
  })

  it('continues one book over midnight in a second file without a snapshot', async (context) => {
    const paths = ['0808', '0809'].map((day) =>
      recording(context, `hftbacktest/examples/spot/btcusdt_2024${day}.gz`),
    )
    const { importer, rows, counters } = await importFiles(paths)
    expect(importer.levels).toEqual(['l2', 'l1', 'trades'])
    expect(counters).toMatchObject({ gaps: 0, offLotQuantities: 7 })
    expect(rowsOfKind(rows, rowKind.clear).length).toBe(1)
    expect(rowsOfKind(rows, rowKind.trade).length).toBe(9_757 + 10_147)
    expect(rowsOfKind(rows, rowKind.depth).at(-1)?.receiveTime).toBeGreaterThan(1723161600_000_000)
    expect(countCrossed(rows)).toBe(0)
  })

  it('offers no book when the second file is read alone', async (context) => {
    const path = recording(context, 'hftbacktest/examples/spot/btcusdt_20240809.gz')
    const { importer, rows, counters } = await importFiles([path])
    expect(importer.levels).toEqual(['l1', 'trades'])
    expect(rowsOfKind(rows, rowKind.depth)).toEqual([])
    expect(counters.notes).toContain('3044 diffs at the end wait for a snapshot that never came')
  })
})

describe('a Hyperliquid recording', () => {
  it('becomes the changes between its snapshots, and the trades since the first of them', async (context) => {
    const path = recording(context, 'hftbacktest/examples/hyperliquid/btcusd_20250126.gz')
    const { importer, rows } = await importFiles([path])
    expect(importer.instrument).toMatchObject({
      id: 'BTC',
      venue: 'hyperliquid',
      kind: 'linear',
      settleCurrency: 'USDC',
    })
    expect(rowsOfKind(rows, rowKind.snapshot).length).toBe(40)
    const prints = rowsOfKind(rows, rowKind.trade)
    expect(prints.length).toBe(34)
    expect(new Set(prints.map(({ side }) => side))).toEqual(new Set([sideCode.buy, sideCode.sell]))
    expect(countCrossed(rows)).toBe(0)
  })
})
