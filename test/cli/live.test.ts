/** One strategy and one configuration on replay, on paper and live: the built command, the real ccxt, real sockets. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTapes } from '../../src/exchange/exchange-files.ts'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import { type RunningSim, startSim } from '../support/spawn-async.ts'
import { sim } from '../support/spawn-sim.ts'

const seconds = 1000
let folder = ''
let exchange: RunningExchange

/** Accounts by name: each test trades on its own. */
const names = ['same', 'kill', 'killed', 'weather', 'holder']
const keysOf = (name: string) => ({
  BINANCE_API_KEY: `${name}-canary-key`,
  BINANCE_API_SECRET: `${name}-canary-secret`,
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'live-'))
  sim(folder, 'data', 'synth', '--duration', '10m', '--seed', '3', '-o', 'tape.parquet')
  const settings = { strategy: 'buy-and-hold', params: { quantity: '0.05' }, seed: 7 }
  writeFileSync(join(folder, 'run.json'), JSON.stringify(settings))
  exchange = await startExchange({
    tapes: await openTapes([join(folder, 'tape.parquet')], { cacheDir: join(folder, 'cache') }),
    accounts: names.map((name) => ({
      ...{ name, key: `${name}-canary-key`, secret: `${name}-canary-secret` },
      balances: { USDT: '100000', ...(name === 'holder' ? { BTC: '1' } : {}) },
    })),
    segments: ['spot'],
    speed: 1,
    enforcesRateLimits: false,
    port: 0,
  })
}, 60 * seconds)
afterAll(async () => {
  await exchange.close()
  rmSync(folder, { recursive: true })
})

const venue = (symbol = 'BTC/USDT') => [
  ...['--venue', 'binance', '--instrument', symbol, '--venue-url', exchange.url],
]
const live = (session: string) => ['live', '--confirm', 'real-orders', '--session', session]
const start = (name: string, ...args: string[]): RunningSim => startSim(folder, keysOf(name), ...args)
const run = (name: string, ...args: string[]) => start(name, ...args).done
const truthOf = (name: string) => exchange.truth().accounts.find((account) => account.name === name)
const openAt = (name: string) =>
  truthOf(name)?.orders.filter(
    ({ status }) => !['filled', 'canceled', 'expired', 'rejected'].includes(status),
  )

describe('the same strategy and configuration', () => {
  it(
    'trades on replay, on paper and live, and each journal comes out of itself again',
    async () => {
      const config = ['--config', 'run.json', '--json']
      const replay = await run(
        'same',
        'run',
        ...config,
        '--data',
        'tape.parquet',
        '--journal',
        'replay',
        '--no-report',
      )
      const feed = [...venue(), '--duration', '5s']
      const paper = await run('same', 'paper', ...config, ...feed, '--session', 'paper')
      const real = await run('same', ...live('live'), ...config, ...feed)
      const [one, two, three] = [replay, paper, real].map(({ exitCode, stdout }) => {
        expect(exitCode).toBe(0)
        return JSON.parse(stdout)
      })
      expect([one.fills, two.fills, three.fills].every((fills) => fills >= 1)).toBe(true)
      expect(one.position).toEqual({ BTCUSDT: '0.050' })
      expect(two.position).toEqual({ BTCUSDT: '0.050' })
      // The fee of the buy is taken in the coin: 0.05 less a part of it, of which whole lots count.
      expect(three.position).toEqual({ BTCUSDT: '0.049' })
      const held = Number(truthOf('same')?.spot.BTC?.free)
      expect(held).toBeGreaterThan(0.0499)
      expect(held).toBeLessThan(0.05)
      expect(openAt('same')).toEqual([])
      for (const [journal, { fingerprint }] of [
        ['replay', one],
        ['paper', two],
        ['live', three],
      ] as const) {
        const again = sim(
          folder,
          'verify',
          journal,
          '--json',
          ...(journal === 'replay' ? ['--data', 'tape.parquet'] : []),
        )
        expect(JSON.parse(again.stdout)).toMatchObject({ isSame: true, fingerprint })
      }
      expect(JSON.parse(sim(folder, 'parity', 'paper', '--json').stdout)).toMatchObject({
        isSame: true,
        isWhole: true,
      })
      expect([replay, paper, real].map(({ stderr, stdout }) => stderr + stdout).join('')).not.toMatch(
        /canary/,
      )
    },
    90 * seconds,
  )
})

const quoting = [
  ...['--strategy', 'market-maker', '--param', 'interval=200ms', '--param', 'quantity=0.01'],
  ...['--param', 'maxInventory=0.1', '--param', 'halfSpread=50ticks'],
]

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('sim kill', () => {
  it(
    'leaves nothing open, and the session halted until an operator resumes it',
    async () => {
      const session = [...live('drill'), ...quoting, ...venue(), '--quiet']
      const trading = start('kill', ...session)
      await until(() => (openAt('kill')?.length ?? 0) > 0)
      const second = await run('kill', ...session)
      expect(second).toMatchObject({ exitCode: 2, stdout: '' })
      expect(second.stderr).toMatch(/^sim: session drill is in use by process \d+/)
      const other = await run('kill', ...live('other'), ...quoting, ...venue())
      expect(other.stderr).toMatch(/^sim: the account at binance-\S+ is in use by process/)
      const kill = await run('kill', 'kill', 'drill')
      expect(kill).toMatchObject({ exitCode: 0, stderr: '' })
      expect(kill.stdout).toMatch(/process \d+ has done it\): the venue lists no open order/)
      expect(openAt('kill')).toEqual([])
      expect((await trading.done).exitCode).toBe(0)
      const sent = truthOf('kill')?.orders.length
      const halted = await run('kill', ...session, '--accept-account', '--duration', '3s')
      expect(halted.stderr).toMatch(/HALTED: start it with --resume/)
      expect(truthOf('kill')?.orders).toHaveLength(sent ?? 0)
    },
    90 * seconds,
  )

  it(
    'cancels at the venue when no process runs the session any more',
    async () => {
      const session = [...live('dead'), ...quoting, ...venue(), '--quiet']
      const trading = start('killed', ...session)
      await until(() => (openAt('killed')?.length ?? 0) > 0)
      trading.child.kill('SIGKILL')
      await trading.done
      expect(openAt('killed')?.length).toBeGreaterThan(0)
      const kill = await run('killed', 'kill', 'dead')
      expect(kill).toMatchObject({ exitCode: 0 })
      expect(kill.stdout).toMatch(/no process ran it/)
      expect(openAt('killed')).toEqual([])
      const sent = truthOf('killed')?.orders.length ?? 0
      const resumed = start('killed', ...session, '--resume')
      await until(() => (truthOf('killed')?.orders.length ?? 0) > sent)
      resumed.child.kill('SIGINT')
      expect((await resumed.done).exitCode).toBe(0)
      expect(openAt('killed')).toEqual([])
      expect(sim(folder, 'verify', 'dead').exitCode).toBe(0)
    },
    90 * seconds,
  )
})

describe('bad weather at the start of sim live', () => {
  const plain = ['--strategy', 'buy-and-hold', '--param', 'quantity=0.05']
  it.each<[string, number, RegExp, () => string[], NodeJS.ProcessEnv?]>([
    ['no word for real orders', 2, /^sim: sim live sends real orders/, () => ['live', ...plain, ...venue()]],
    [
      'another mode',
      2,
      /^sim: EXECUTION_MODE is paper/,
      () => [...live('w0'), ...plain, ...venue(), '--set', 'EXECUTION_MODE=paper'],
    ],
    [
      'wrong keys',
      4,
      /^sim: binance refuses the API key/,
      () => [...live('w1'), ...plain, ...venue()],
      keysOf('nobody'),
    ],
    [
      'an unknown market',
      2,
      /^sim: binance has no market "BTC\/USDX"/,
      () => [...live('w2'), ...plain, ...venue('BTC/USDX')],
    ],
    [
      'an unknown venue',
      2,
      /^sim: ccxt has no exchange "binanse"/,
      () => [...live('w3'), ...plain, '--venue', 'binanse', '--instrument', 'BTC/USDT'],
      { API_KEY: 'canary', API_SECRET: 'canary' },
    ],
    [
      'a venue that is down',
      4,
      /^sim: binance: /,
      () => [...live('w4'), ...plain, ...venue().slice(0, -1), 'http://127.0.0.1:1'],
    ],
    [
      'an account that holds something',
      2,
      /already has 1\.000 BTCUSDT/,
      () => [...live('w5'), ...plain, ...venue()],
      keysOf('holder'),
    ],
    [
      'keys that others may read',
      2,
      /chmod 600/,
      () => [...live('w6'), ...plain, ...venue(), '--keys', 'open-keys'],
    ],
    [
      'an option of a simulated venue',
      2,
      /latency/,
      () => [...live('w7'), ...plain, ...venue(), '--latency', 'constant:5ms'],
    ],
    ['no session to kill', 2, /^sim: none: no session there/, () => ['kill', 'none']],
  ])(
    'says in one line: %s',
    async (_, code, line, args, env = {}) => {
      writeFileSync(join(folder, 'open-keys'), 'BINANCE_API_KEY=canary\n')
      chmodSync(join(folder, 'open-keys'), 0o644)
      const { exitCode, stderr, stdout } = await startSim(folder, { ...keysOf('weather'), ...env }, ...args())
        .done
      const lines = stderr
        .trimEnd()
        .split('\n')
        .filter((text) => !text.startsWith('sim: warning:'))
      expect({ exitCode, stdout, lines }).toMatchObject({
        exitCode: code,
        stdout: '',
        lines: [expect.stringMatching(line)],
      })
      expect(stderr).not.toMatch(/canary/)
    },
    30 * seconds,
  )

  it(
    'never sends an order below the least that its limits allow',
    async () => {
      const args = ['--strategy', 'buy-and-hold', '--param', 'quantity=0.05', '--risk', 'minOrderSize=0.06']
      const { exitCode, stdout } = await run(
        'weather',
        ...live('small'),
        ...args,
        ...venue(),
        '--duration',
        '3s',
        '--json',
      )
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout).fills).toBe(0)
      expect(truthOf('weather')?.orders).toEqual([])
    },
    30 * seconds,
  )
})
