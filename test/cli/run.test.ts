import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesIn, sim, tradesCsv } from '../support/spawn-sim.ts'

const sample = fileURLToPath(new URL('../../data/btcusdt-synth.parquet', import.meta.url))
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'))
  writeFileSync(join(folder, 'trades.csv'), tradesCsv(300))
})
afterAll(() => rmSync(folder, { recursive: true }))

const onTrades = ['run', '--strategy', 'twap', '--data', 'trades.csv', '--param', 'quantity=3.000']
const outputs = () => filesIn(folder).filter((name) => /^(out|reports)\//.test(name))

describe('sim run', () => {
  it('prints one JSON document, the same in two processes but for the time it took', () => {
    const results = [1, 2].map(() => sim(folder, ...onTrades, '--json', '--no-report'))
    const [first, second] = results.map(({ exitCode, stdout, stderr }) => {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout.split('\n')).toHaveLength(2)
      return JSON.parse(stdout)
    })
    const keys =
      'fingerprint seed rows orders fills denied rejected position realizedPnl unrealizedPnl fees equity wallMs rowsPerSecond dataHash configHash'
    expect(Object.keys(first)).toEqual(expect.arrayContaining(keys.split(' ')))
    expect(first).toMatchObject({ rows: 300, orders: 30, position: { BTCUSDT: '3.000' }, isPartial: false })
    expect({ ...second, wallMs: 0, rowsPerSecond: 0 }).toEqual({ ...first, wallMs: 0, rowsPerSecond: 0 })
  })

  it('gives another fingerprint for another seed or parameter', () => {
    const fingerprint = (...more: string[]): string =>
      JSON.parse(sim(folder, ...onTrades, '--json', '--no-report', ...more).stdout).fingerprint
    const all = [fingerprint(), fingerprint('--seed', '2'), fingerprint('--param', 'slices=29')]
    expect(new Set(all).size).toBe(3)
  })

  it('writes report, fills and journal, and the journal verifies', () => {
    const files = ['--report', 'out/r.html', '--fills', 'out/f.jsonl', '--journal', 'out/j']
    const { exitCode, stdout } = sim(folder, ...onTrades, '--json', ...files)
    expect(exitCode).toBe(0)
    expect(outputs()).toEqual(['out/f.jsonl', 'out/j', 'out/r.html'])
    const { fills, fingerprint, report } = JSON.parse(stdout)
    expect(report).toBe('out/r.html')
    expect(readFileSync(join(folder, 'out/r.html'), 'utf8')).toContain(fingerprint)
    const lines = readFileSync(join(folder, 'out/f.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(fills)
    // 0.1 at about 100 pays 5 bps of 10.
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      orderId: 1,
      t: expect.any(Number),
      price: expect.stringMatching(/^100\.\d$/),
      qty: '0.100',
      liquidity: 'taker',
      fee: expect.stringMatching(/^0\.0050/),
    })
    const verified = sim(folder, 'verify', 'out/j')
    expect(verified).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining(fingerprint) })
  })

  it('notices that the data are not those of the run', () => {
    sim(folder, ...onTrades, '--quiet', '--no-report', '--journal', 'out/k')
    const other = tradesCsv(300, (cells, row) =>
      row > 20 && row < 60 ? cells.map((cell, at) => (at === 6 ? '101.5' : cell)) : cells,
    )
    writeFileSync(join(folder, 'other.csv'), other)
    const { exitCode, stderr } = sim(folder, 'verify', 'out/k', '--data', 'other.csv')
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      'sim: out/k: another run: the data are not those of the run: the rows of other.csv have changed\n',
    )
  })

  it('prints settings first, with a star where nobody asked, then a summary with a verdict', () => {
    const { stdout, stderr, exitCode } = sim(folder, ...onTrades)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^ {2}quantity +3\.000$/m)
    expect(stdout).toMatch(/^ {2}slices +30 \*$/m)
    expect(stdout).toMatch(/^report +reports\/twap-[0-9a-f]{8}\.html$/m)
    expect(stdout).toMatch(/^verdict +Filled whole\.$/m)
    expect(stdout.indexOf('slices')).toBeLessThan(stdout.indexOf('fingerprint'))
    expect(filesIn(join(folder, 'reports'))).toEqual([expect.stringMatching(/^twap-[0-9a-f]{8}\.html$/)])
  })

  it('gives the golden fingerprint from the command line too', () => {
    const golden = JSON.parse(
      readFileSync(new URL('../../strategies/buy-and-hold/golden.json', import.meta.url), 'utf8'),
    )
    const { stdout } = sim(
      folder,
      'run',
      '--strategy',
      'buy-and-hold',
      '--data',
      sample,
      '--json',
      '--no-report',
    )
    expect(JSON.parse(stdout)).toMatchObject(golden)
  })

  it('shows what a strategy logs with --verbose only', () => {
    const log = `context.log('hello')`
    writeFileSync(join(folder, 'logs.ts'), strategyThat(log))
    const args = ['run', '--strategy', './logs.ts', '--data', 'trades.csv', '--no-report', '--quiet']
    expect(sim(folder, ...args).stdout).not.toContain('hello')
    expect(sim(folder, ...args, '--verbose').stdout).toMatch(/^2024-01-01T00:00:00\.001Z hello$/m)
  })

  it('ends at Ctrl-C with what there is, and says so', () => {
    const interrupt = `context.submit({ instrument: 0, side: 'buy', type: 'market', qty: qtyLots(1) })
      process.kill(process.pid, 'SIGINT')`
    writeFileSync(join(folder, 'stops.ts'), strategyThat(interrupt))
    const args = ['--data', 'trades.csv', '--report', 'out/partial.html', '--json']
    const { exitCode, stdout } = sim(folder, 'run', '--strategy', './stops.ts', ...args)
    expect(exitCode).toBe(130)
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({ isPartial: true, orders: 1 })
    expect(summary.rows).toBeLessThan(300)
    expect(readFileSync(join(folder, 'out/partial.html'), 'utf8')).toMatch(/interrupted/i)
    const shown = sim(
      folder,
      'run',
      '--strategy',
      './stops.ts',
      '--data',
      'trades.csv',
      '--no-report',
      '--quiet',
    )
    expect(shown.stdout).toContain('verdict      INTERRUPTED: these figures cover only the time until then.')
  })

  it('leaves nothing when it is interrupted before the run began', () => {
    const text = `process.kill(process.pid, 'SIGINT')\n${strategyThat('')}`
    writeFileSync(join(folder, 'early.ts'), text)
    const before = outputs()
    const args = ['--data', 'trades.csv', '--journal', 'out/early', '--report', 'out/early.html']
    const { exitCode, stderr } = sim(folder, 'run', '--strategy', './early.ts', ...args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'sim: interrupted\n' })
    expect(outputs()).toEqual(before)
  })

  it.skipIf(!existsSync('/dev/full'))('says in one line that the disk is full', () => {
    const { exitCode, stderr } = sim(folder, ...onTrades, '--no-report', '--json', '--fills', '/dev/full')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'sim: cannot write /dev/full: no space left on the disk\n',
    })
  })
})

function strategyThat(statement: string): string {
  return `import { defineStrategy, qtyLots, z } from 'rehearsal'
export default defineStrategy({
  name: 'mine', description: '', params: z.strictObject({}),
  create: (_params, context) => ({ onStart() {
    ${statement}
  } }),
})
`
}
