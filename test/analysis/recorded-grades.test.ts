import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { type DataGrade, type GradedFinding, gradeData } from '../../src/analysis/data-grade.ts'
import { scanData } from '../../src/run/data-files.ts'

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'grades-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

async function check(ctx: TestContext, ...names: string[]): Promise<DataGrade> {
  const paths = names.map((name) => join(data, name))
  if (!paths.every((path) => existsSync(path))) ctx.skip(`../shared/data/${names[0]} is absent`)
  const [facts, ...more] = await scanData(paths, { cacheDir })
  if (facts === undefined || more.length > 0) throw new Error('expected one tape')
  return gradeData(facts)
}

function find({ findings }: DataGrade, code: string): GradedFinding {
  const found = findings.find((one) => one.code === code)
  if (found === undefined) throw new Error(`${code} is not among ${findings.map((one) => one.code)}`)
  return found
}

const slow = { timeout: 120_000 }

// The traps and their numbers are those of the README beside the recordings.
describe('the check of a recording', () => {
  it(
    'of Binance futures 2024 names the clock, the late snapshot, and the prints outside the touch',
    slow,
    async (ctx) => {
      const grade = await check(ctx, 'hftbacktest/examples/usdm/btcusdt_20240808.gz')
      expect(grade.grade).toBe('B')
      expect(grade.verdict).toMatch(/^B: usable for .+, because receive clock is off by −1\.27 s /)
      expect(find(grade, 'clockOffset')).toMatchObject({ severity: 'minor', unit: 'us' })
      expect(Math.abs((find(grade, 'clockOffset').worst ?? 0) + 1_270_500)).toBeLessThan(1_000)
      // 0.3 ms a minute are 5 ppm.
      expect(Math.abs((find(grade, 'clockDrift').worst ?? 0) + 5)).toBeLessThan(1.5)
      expect(find(grade, 'earlyDiffs').text).toBe(
        'snapshot comes after some diffs: 4 diffs came before the snapshot that contains them and were left out',
      )
      expect(find(grade, 'tradeOutsideTouch')).toMatchObject({ count: 9_594, of: 21_313, severity: 'info' })
      for (const code of ['gap', 'crossedBook', 'lockedBook', 'touchDisagreed', 'missingSnapshot']) {
        expect(grade.clean).toContain(code)
      }
    },
  )

  it('of Binance spot names quantities finer than the lot', slow, async (ctx) => {
    const grade = await check(ctx, 'hftbacktest/examples/spot/btcusdt_20240808.gz')
    expect(grade.grade).toBe('B')
    expect(find(grade, 'offLotQuantity')).toMatchObject({ count: 3, of: 191_911 })
    expect(find(grade, 'clockOffset').text).toContain('−1.27 s')
  })

  it('of the second spot file alone names the missing snapshot', slow, async (ctx) => {
    const grade = await check(ctx, 'hftbacktest/examples/spot/btcusdt_20240809.gz')
    expect(grade.verdict).toBe(
      'C: usable for results that do not hang on what is named here, because missing snapshot: 3044 diffs at the end wait for a snapshot that never came',
    )
    expect(find(grade, 'missingSnapshot')).toMatchObject({ count: 3_044, severity: 'moderate' })
    expect(find(grade, 'offLotQuantity').count).toBe(4)
    // Its book is left out, so nothing is said about it.
    expect(grade.clean).not.toContain('crossedBook')
  })

  it('of both spot files together misses no snapshot', slow, async (ctx) => {
    const folder = 'hftbacktest/examples/spot/'
    const grade = await check(ctx, `${folder}btcusdt_20240808.gz`, `${folder}btcusdt_20240809.gz`)
    expect(grade.clean).toEqual(expect.arrayContaining(['missingSnapshot', 'gap', 'crossedBook']))
  })

  it('of Binance futures 2023 names the insurance fund and the burst', slow, async (ctx) => {
    const folder = 'hftbacktest/history/usdm/'
    const grade = await check(ctx, `${folder}btcusdt_20230404.dat.gz`, `${folder}btcusdt_20230405.dat.gz`)
    expect(grade.grade).toBe('C')
    // 28722.5 while the market is at 28136–28159: 200 to 208 bps above.
    const print = find(grade, 'offMarketTrade')
    expect(print).toMatchObject({ count: 1, unit: 'bps', firstTime: '2023-04-05T00:01:14.400000Z' })
    expect(print.worst).toBeGreaterThan(200)
    expect(print.worst).toBeLessThan(209)
    // By event time `E` p99 is 367 ms and the longest 695 ms; a tape has transaction times, which are earlier.
    const burst = find(grade, 'latencyBurst')
    expect(burst.severity).toBe('moderate')
    expect(burst.worst).toBeGreaterThan(367_000)
    expect(burst.worstTime).toMatch(/^2023-04-05T00:00:05/)
    expect(find(grade, 'clockWander').count).toBe(1)
  })

  it('of the second futures file of 2023 alone counts all diffs that wait in vain', slow, async (ctx) => {
    const grade = await check(ctx, 'hftbacktest/history/usdm/btcusdt_20230405.dat.gz')
    expect(find(grade, 'missingSnapshot').count).toBe(11_788)
  })

  it('of Hyperliquid takes its latency for what it is', slow, async (ctx) => {
    const grade = await check(ctx, 'hftbacktest/examples/hyperliquid/btcusd_20250126.gz')
    expect(grade.clean).toEqual(expect.arrayContaining(['clockOffset', 'latencyBurst', 'crossedBook']))
    expect(find(grade, 'inferredGrid').severity).toBe('minor')
  })

  it.for([
    ['trades', 'nautilus/tardis_trades_head.csv', /p50 12[5-9]/],
    ['quotes', 'nautilus/tardis_quotes_head.csv', /p50 12\d/],
  ] as const)('of Tardis %s keeps the latency of 125 ms', slow, async ([, name, text], ctx) => {
    const grade = await check(ctx, name)
    expect(find(grade, 'latency')).toMatchObject({ severity: 'info', text: expect.stringMatching(text) })
    expect(grade.clean).toEqual(expect.arrayContaining(['clockOffset', 'silentSpell', 'backwardTime']))
  })

  it.for([
    ['31 days', 'nautilus/btc-perp-20211231-20220201_1m.csv'],
    ['one day', 'nautilus/ADABTC-1m-2021-11-27.csv'],
  ] as const)('of bars, %s, finds none missing', slow, async ([, name], ctx) => {
    const grade = await check(ctx, name)
    expect(grade.clean).toContain('missingBar')
    expect(grade.grade).toBe('B')
  })

  it.for(['freqtrade/XRP_OLD-trades.json.gz', 'freqtrade/XRP_ETH-trades.parquet'])(
    'of %s, prints of a thin market, finds no silence and no jump',
    slow,
    async (name, ctx) => {
      const grade = await check(ctx, name)
      expect(grade.clean).toEqual(expect.arrayContaining(['silentSpell', 'priceJump', 'backwardTime']))
    },
  )
})
