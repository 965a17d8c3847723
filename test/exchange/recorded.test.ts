/** Real recordings of both markets, traded on by the real client; they lie outside the repository. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openTapes } from '../../src/exchange/exchange-files.ts'
import { exchangeStage } from '../support/exchange-stage.ts'

const folder = fileURLToPath(new URL('../../../shared/data/cryptofeed/v3/', import.meta.url))
const cacheDir = mkdtempSync(join(tmpdir(), 'sim-exchange-recorded-'))
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }))
const open = exchangeStage()

describe.skipIf(!existsSync(folder))('a recording of Binance (skipped when ../shared/data is absent)', () => {
  it.each([
    ['BINANCE.jsonl.zst', 'NKNUSDT', 'spot'],
    ['BINANCE_FUTURES.jsonl.zst', 'SUSHIUSDT', 'usdm'],
  ] as const)('%s, %s is watched by ccxt as it was recorded', async (file, instrument, segment) => {
    const tapes = await openTapes([join(folder, file)], { cacheDir, importOptions: { instrument } })
    const { exchange, ccxt } = await open([], { tapes: tapes.slice(0, 1), segments: [segment] })
    const [symbol = ''] = ccxt.symbols
    const [market] = exchange.exchange.markets
    // Differences are told at whole tenths of a second.
    exchange.advance({ until: Math.ceil(exchange.exchange.now / 100_000) * 100_000 + 100_000 })
    await ccxt.watchOrderBook(symbol)
    let told = 0
    let next = ccxt.watchOrderBook(symbol)
    for (let step = 0; step < 300 && !exchange.exchange.isOver; step++) {
      const before = market?.updateId
      exchange.advance({ byUs: 100_000 })
      if (market?.updateId === before) continue
      const shown = await next
      next = ccxt.watchOrderBook(symbol)
      told++
      const truth = await ccxt.fetchOrderBook(symbol, 50)
      const levels = (side: readonly (readonly unknown[])[]) =>
        side.slice(0, 50).map(([price, qty]) => [price, qty])
      expect(levels(shown.bids)).toEqual(levels(truth.bids))
      expect(levels(shown.asks)).toEqual(levels(truth.asks))
    }
    expect(told).toBeGreaterThan(10)
    next.catch(() => {})
  })
})
