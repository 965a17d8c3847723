import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim } from '../support/spawn-sim.ts'

const binary = fileURLToPath(new URL('../../dist/sim.js', import.meta.url))
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sessions-'))
  sim(folder, 'data', 'synth', '--duration', '6s', '--seed', '3', '-o', 'tape.parquet')
  writeFileSync(
    join(folder, 'limits.json'),
    JSON.stringify({ max_order_size: '1', risk: { MAX_POSITIONS: 2 } }),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const rehearsal = ['--data', 'tape.parquet', '--speed', '4']
const paper = ['paper', '--strategy', 'buy-and-hold', '--param', 'quantity=0.05', ...rehearsal]

describe('sim paper and sim parity', () => {
  it('trade on a recording that is played, and find the same again', () => {
    const { exitCode, stdout, stderr } = sim(
      folder,
      ...paper,
      '--session',
      's',
      '--json',
      '--report',
      's.html',
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({
      orders: 1,
      position: { BTCUSDT: '0.050' },
      end: 'feed-over',
      session: 's',
    })
    expect(existsSync(join(folder, 's.html'))).toBe(true)
    const parity = sim(folder, 'parity', 's', '--json')
    expect(parity.exitCode).toBe(0)
    const found = JSON.parse(parity.stdout)
    expect(found).toMatchObject({ isSame: true, isWhole: true, fingerprint: summary.fingerprint })
    // One market order: it is at the venue 5 ms after the first book, in both.
    expect(found.replay).toMatchObject({ matched: 1, onlySession: 0, onlyReplay: 0, differences: [] })
    expect(sim(folder, 'parity', 's', '--no-replay').stdout).toMatch(/^journal +the same .* byte for byte/)
  })

  it('ends in order after a while', () => {
    const { exitCode, stdout } = sim(folder, ...paper, '--session', 'short', '--duration', '300ms', '--quiet')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('ended        the time was over')
    expect(readdirSync(join(folder, 'short')).sort()).toEqual([
      'ground.json',
      'journal',
      'lease.1',
      'reserve',
      'session.json',
    ])
  })

  it.each<[string, string[], RegExp]>([
    ['a session that is there', [...paper, '--session', '.'], /^sim: \. is not empty/],
    ['two sources', [...paper, '--venue', 'binance'], /^sim: give --data, or --venue with --instrument/],
    ['no source', ['paper', '--strategy', 'twap'], /^sim: give --venue and --instrument, or --data/],
    [
      'a venue without markets',
      ['paper', '--strategy', 'twap', '--venue', 'x'],
      /^sim: --instrument is missing/,
    ],
    ['a speed of none', ['paper', '--strategy', 'twap', '--speed', '2'], /^sim: --speed needs --data/],
    ['a speed that is none', [...paper.slice(0, -1), 'fast'], /^sim: --speed expects a number/],
    ['a parameter that is a guess', ['paper', '--strategy', 'twap', ...rehearsal], /give --param quantity=…/],
    ['a measured latency', [...paper, '--latency', 'measured'], /^sim: latency: measured needs a recording/],
    [
      'two values of a limit',
      [...paper, '--set', 'MAX_POSITIONS=1', '--risk', 'maxPositions=2'],
      /are the same/,
    ],
    ['another mode', [...paper, '--set', 'EXECUTION_MODE=live'], /^sim: EXECUTION_MODE is live/],
    ['a limit that is none', [...paper, '--set', 'MAX_FOO=1'], /^sim: command line: no setting MAX_FOO/],
    ['no session', ['parity', 'none'], /^sim: none: no session there/],
    [
      'a rotation that is none',
      ['record', '-o', 'r', ...rehearsal, '--rotate', 'daily'],
      /^sim: --rotate expects/,
    ],
  ])('refuse %s with one line', (_, args, line) => {
    const { exitCode, stderr, stdout } = sim(folder, ...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('read limits of a file under the names that others use', () => {
    const args = ['run', '--strategy', 'buy-and-hold', '--param', 'quantity=2', '--data', 'tape.parquet']
    const { stdout } = sim(folder, ...args, '--config', 'limits.json', '--no-report', '--balance', '10000000')
    expect(stdout).toContain('maxOrderSize 1,')
    expect(stdout).toContain('maxPositions 2,')
    expect(stdout).toMatch(/denied max-qty/)
  })
})

describe('sim record', () => {
  it('writes tapes that are checked and run', () => {
    const { exitCode, stdout } = sim(
      folder,
      'record',
      '-o',
      'tapes',
      ...rehearsal,
      '--rotate',
      '700ms',
      '--json',
    )
    expect(exitCode).toBe(0)
    const { tapes } = JSON.parse(stdout)
    expect(tapes.length).toBeGreaterThan(1)
    const data = tapes.flatMap((tape: string) => ['--data', tape])
    expect(sim(folder, 'data', 'check', ...tapes, '--min-grade', 'C').exitCode).toBe(0)
    const run = sim(folder, 'run', '--strategy', 'buy-and-hold', ...data, '--no-report', '--json')
    expect(JSON.parse(run.stdout)).toMatchObject({ fills: expect.any(Number), isSynthetic: true })
  })

  it('leaves after a kill what it had, and recovers it', async () => {
    const child = spawn(process.execPath, [binary, 'record', '-o', 'killed', ...rehearsal], {
      cwd: folder,
      stdio: 'ignore',
    })
    const part = (): string | undefined =>
      existsSync(join(folder, 'killed')) ? readdirSync(join(folder, 'killed'))[0] : undefined
    while (part() === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 1200))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(part()).toMatch(/\.part$/)
    const { stdout } = sim(folder, 'record', '-o', 'killed', '--recover')
    expect(stdout).toMatch(/^recovered killed\/BTCUSDT-\d+T\d+\.parquet\n$/)
    expect(readdirSync(join(folder, 'killed'))).toHaveLength(1)
  })
})
