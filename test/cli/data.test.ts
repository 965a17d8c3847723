import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesIn, sim, tradesCsv } from '../support/spawn-sim.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'))
  writeFileSync(join(folder, 'trades.csv'), tradesCsv(300))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('sim data', () => {
  it('imports a recording to a tape that runs the same', () => {
    const imported = sim(folder, 'data', 'import', 'trades.csv', '-o', 'out/tape.parquet', '--json')
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' })
    // 300 trades of 0.5, lot 0.001.
    expect(JSON.parse(imported.stdout)).toMatchObject({ rows: 300, tradedLots: 150_000, levels: ['trades'] })
    const hash = (file: string): string =>
      JSON.parse(sim(folder, 'data', 'info', file, '--json').stdout).dataHash
    expect(hash('out/tape.parquet')).toBe(hash('trades.csv'))
    expect(filesIn(join(folder, 'out'))).toEqual(['tape.parquet'])
  })

  it('tells people what is in a file', () => {
    const { stdout } = sim(folder, 'data', 'info', 'trades.csv')
    expect(stdout).toMatch(/^instrument +BTCUSDT /m)
    expect(stdout).toMatch(/^rows +300: 300 trade$/m)
    expect(stdout).toMatch(/^span +2024-01-01T00:00:00\.000Z – 2024-01-01T00:04:59\.000Z$/m)
  })

  it('generates the same market from the same seed, and says that it is generated', () => {
    const make = (seed: string, name: string) =>
      JSON.parse(
        sim(folder, 'data', 'synth', '-o', name, '--seed', seed, '--duration', '2s', '--json').stdout,
      )
    const first = make('7', 'a.parquet')
    expect(first.isSynthetic).toBe(true)
    expect(make('7', 'b.parquet').dataHash).toBe(first.dataHash)
    expect(make('8', 'c.parquet').dataHash).not.toBe(first.dataHash)
  })

  it('generates bars', () => {
    const args = ['-o', 'bars.parquet', '--bars', '1m', '--duration', '2h', '--json']
    expect(JSON.parse(sim(folder, 'data', 'synth', ...args).stdout)).toMatchObject({
      levels: ['bars'],
      barUs: 60_000_000,
    })
  })

  it.each<[string, number, RegExp, string[]]>([
    ['no output', 2, /--output is missing/, ['import', 'trades.csv']],
    ['an output of another kind', 2, /end its name with \.parquet/, ['import', 'trades.csv', '-o', 'x.csv']],
    ['a missing input', 3, /found nothing at nope\.csv/, ['import', 'nope.csv', '-o', 'x.parquet']],
    ['a missing file', 3, /found nothing at nope/, ['info', 'nope']],
    ['no length', 2, /either --rows or --duration/, ['synth', '-o', 'x.parquet']],
    [
      'two lengths',
      2,
      /either --rows or --duration/,
      ['synth', '-o', 'x.parquet', '--rows', '5', '--duration', '1s'],
    ],
    ['no command', 2, /which one\?/, []],
  ])('refuses %s with exit %i and one line', (_title, exitCode, message, args) => {
    const before = filesIn(folder)
    const result = sim(folder, 'data', ...args)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(/^sim: [^\n]+\n$/) })
    expect(result.stderr).toMatch(message)
    expect(filesIn(folder)).toEqual(before)
  })
})

describe('sim', () => {
  it('answers --version and --help, and lists the strategies', () => {
    expect(sim(folder, '--version')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
    for (const args of [['--help'], ['-h'], []])
      expect(sim(folder, ...args).stdout).toContain('sim run --strategy twap --data FILE')
    const listed = JSON.parse(sim(folder, 'strategies', '--json').stdout)
    expect(listed.map(({ name }: { name: string }) => name)).toEqual([
      'buy-and-hold',
      'is',
      'market-maker',
      'pegged',
      'pov',
      'scripted',
      'sma-cross',
      'twap',
      'vwap',
    ])
    expect(sim(folder, 'strategies').stdout).toMatch(/^ {4}slices +int +30$/m)
  })
})
