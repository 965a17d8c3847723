import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recording } from '../support/import-rows.ts'
import { filesIn, sim, tradesCsv } from '../support/spawn-sim.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'captures-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('sim run', () => {
  it.for([
    { file: 'nautilus/bybit_xrpusdt-ob500.data.zip', instrument: 'XRPUSDT', quantity: '100', filled: '100' },
    { file: 'cryptofeed/v3/OKX.jsonl.zst', instrument: 'BTC-USDT', quantity: '0.01', filled: '0.01000000' },
    { file: 'cryptofeed/v3/OKX.jsonl.zst', instrument: 'UNI-USD-SWAP', quantity: '30', filled: '30' },
    { file: 'cryptofeed/v3/KRAKEN.jsonl.zst', instrument: 'XMR/USD', quantity: '3', filled: '3.00000000' },
    { file: 'cryptofeed/v3/BINANCE.jsonl.zst', instrument: 'NKNUSDT', quantity: '3000', filled: '3000.0' },
    {
      file: 'cryptofeed/v3/BINANCE_FUTURES.jsonl.zst',
      instrument: 'SUSHIUSDT',
      quantity: '60',
      filled: '60',
    },
  ])('buys $quantity $instrument out of a captured book', (expected, context) => {
    const { file, instrument, quantity, filled } = expected
    const path = recording(context, file)
    // Where lots are as fine as 0.00000001, money is counted so finely that a million does not fit.
    const how = [
      '--param',
      `quantity=${quantity}`,
      '--param',
      `duration=${instrument === 'XRPUSDT' ? '3s' : '10s'}`,
      '--balance',
      '9000',
      '--json',
    ]
    const run = sim(
      folder,
      'run',
      '--strategy',
      'twap',
      '--data',
      path,
      '--instrument',
      instrument,
      ...how,
      '--no-report',
    )
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(run.stdout).position).toEqual({ [instrument]: filled })
  })

  it('warns of a hole between two files, whatever was asked for, and says nothing where there is none', () => {
    const csv = tradesCsv(300)
    writeFileSync(join(folder, 'a.csv'), csv)
    // The same five minutes, a day later.
    writeFileSync(
      join(folder, 'b.csv'),
      csv.replaceAll(/\b17040(\d{5})(\d{6})\b/g, (text) => `${Number(text) + 86_400_000_000}`),
    )
    const run = (...files: string[]) =>
      sim(
        folder,
        'run',
        '--strategy',
        'twap',
        ...files.flatMap((file) => ['--data', file]),
        '--json',
        '--no-report',
      )
    const { stderr, exitCode } = run('a.csv', 'b.csv')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(
      /^warning: BTCUSDT: nothing was recorded for 86101s between a\.csv and b\.csv, from 2024-01-01T00:04:59/,
    )
    expect(run('a.csv').stderr).toBe('')
  })
})

describe('sim data import', () => {
  it('leaves what is there when a capture turns out to be damaged', () => {
    const header = '{"t":"header","format":2,"exchange":"OKX"}\n'
    const trade = JSON.stringify({
      arg: { channel: 'trades', instId: 'BTC-USDT' },
      data: [
        { instId: 'BTC-USDT', tradeId: '7', px: '30000.1', sz: '0.5', side: 'buy', ts: '1652459225000' },
      ],
    })
    const line = (ts: number, data: string): string =>
      `${JSON.stringify({ t: 'recv', conn: 'a', ts, data })}\n`
    writeFileSync(join(folder, 'x.jsonl'), header + line(1652459225.1, trade) + line(1652459225.2, '{"arg":'))
    writeFileSync(join(folder, 'out.parquet'), 'what was there')
    const { exitCode, stderr } = sim(folder, 'data', 'import', 'x.jsonl', '-o', 'out.parquet')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^sim: expected JSON, found damage: .*\(x\.jsonl:3\)$/m)
    expect(readFileSync(join(folder, 'out.parquet'), 'utf8')).toBe('what was there')
    expect(filesIn(folder).filter((name) => name.startsWith('out'))).toEqual(['out.parquet'])
  })
})
