/**
 * Real recordings, replayed as a user would: each gives the same journal cold and warm, and the one it gave when its
 * fingerprint was written down here. A changed fingerprint is a changed product.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DataLevel } from '../../src/model/tape.ts'
import { prepareRun } from '../../src/run/prepare-run.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { runReplay } from '../../src/run/run-replay.ts'
import { recording, temporaryFile } from '../support/import-rows.ts'

interface Recording {
  readonly name: string
  readonly data: readonly string[]
  readonly strategy: string
  readonly params: Readonly<Record<string, string>>
  readonly level: DataLevel
}

const twap = { strategy: 'twap', params: { side: 'buy', duration: '300s', slices: '30' } }
const recordings: readonly Recording[] = [
  {
    name: 'USDⓈ-M futures, L2',
    data: ['hftbacktest/examples/usdm/btcusdt_20240808.gz'],
    ...twap,
    params: { ...twap.params, quantity: '2' },
    level: 'l2',
  },
  {
    name: 'spot across midnight, two files',
    data: ['hftbacktest/examples/spot/btcusdt_20240808.gz', 'hftbacktest/examples/spot/btcusdt_20240809.gz'],
    ...twap,
    params: { ...twap.params, quantity: '2' },
    level: 'l2',
  },
  {
    name: '2023 with an off-market print',
    data: [
      'hftbacktest/history/usdm/btcusdt_20230404.dat.gz',
      'hftbacktest/history/usdm/btcusdt_20230405.dat.gz',
    ],
    strategy: 'market-maker',
    params: { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' },
    level: 'l2',
  },
  {
    name: 'Bitstamp, single orders',
    data: ['ob-analytics/2015-05-01.log.xz'],
    strategy: 'market-maker',
    params: { quantity: '0.1', maxInventory: '2', halfSpread: '0.01', interval: '5s' },
    level: 'l3',
  },
  {
    name: 'Bitstamp, single orders, TWAP',
    data: ['ob-analytics/2015-05-01.log.xz'],
    ...twap,
    params: { ...twap.params, quantity: '20', duration: '4h' },
    level: 'l3',
  },
  {
    name: 'Tardis trades',
    data: ['nautilus/tardis_trades_head.csv'],
    ...twap,
    params: { ...twap.params, quantity: '2' },
    level: 'trades',
  },
  {
    name: 'Tardis quotes, L1',
    data: ['nautilus/tardis_quotes_head.csv'],
    ...twap,
    params: { ...twap.params, quantity: '2', duration: '100s' },
    level: 'l1',
  },
  {
    name: '1-minute bars',
    data: ['nautilus/btc-perp-20211231-20220201_1m.csv'],
    strategy: 'sma-cross',
    params: { fast: '10', slow: '30', quantity: '0.5' },
    level: 'bars',
  },
]

let cacheDir = ''
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'recordings-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

async function replay({ strategy, params }: Recording, data: readonly string[]) {
  const prepared = await prepareRun({ strategy, params, data, prepare: { cacheDir } })
  const outcome = await runReplay({ ...prepared, config: parseRunConfig({}), isRecorded: true })
  return { prepared, ...outcome }
}

describe('recordings', () => {
  for (const entry of recordings) {
    it(entry.name, { timeout: 120_000 }, async (context) => {
      const data = entry.data.map((path) => recording(context, path))
      const cold = await replay(entry, data)
      const warm = await replay(entry, data)
      expect(warm.summary.fingerprint).toBe(cold.summary.fingerprint)
      expect(cold.record?.level).toBe(entry.level)
      expect(cold.summary.fills).toBeGreaterThan(0)
      const { fingerprint, rows, orders, fills, denied, rejected, position, equity, dataHash } = cold.summary
      const golden = { fingerprint, rows, orders, fills, denied, rejected, position, equity, dataHash }
      await expect(`${JSON.stringify(golden, undefined, 2)}\n`).toMatchFileSnapshot(goldenFile(entry.name))
    })
  }

  it('fills nobody by the off-market print of 2023, at 28722.5 while the market is at 28136 to 28159', async (context) => {
    const data = [recording(context, 'hftbacktest/history/usdm/btcusdt_20230405.dat.gz')]
    // A sell order between the market and the stray print: any fill would be the print's.
    const schedule =
      '{"t":1000000,"do":"submit","id":"a","side":"sell","type":"limit","price":"28500","qty":"1"}'
    const file = temporaryFile('far-offer.jsonl', `${schedule}\n`)
    const risk = { priceDeviationPct: null }
    for (const level of ['l1', 'trades'] as const) {
      const prepared = await prepareRun({
        strategy: 'scripted',
        params: { file },
        data,
        prepare: { cacheDir, level },
      })
      expect(prepared.facts.offMarketTrades).toBe(1)
      const { record } = await runReplay({ ...prepared, config: parseRunConfig({ risk }), isRecorded: true })
      expect(record?.orders.map(({ state }) => state)).toEqual([
        { kind: 'canceled', reason: 'canceled-by-timeout' },
      ])
      expect(record?.fills).toEqual([])
    }
  })
})

const goldenFile = (name: string): string =>
  join(import.meta.dirname, 'recordings', `${name.replace(/[^a-zA-Z0-9]+/g, '-').toLowerCase()}.json`)
