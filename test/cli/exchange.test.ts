import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim } from '../support/spawn-sim.ts'

const binary = fileURLToPath(new URL('../../dist/sim.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sim-exchange-'))
const tape = join(folder, 'market.parquet')

beforeAll(() => {
  expect(sim(folder, 'data', 'synth', '-o', tape, '--duration', '5s').exitCode).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts the command, waits for its first line, asks for a path, and ends it as Ctrl-C does. */
async function serve(...args: string[]) {
  const child = spawn(process.execPath, [binary, 'exchange', '--port', '0', '--json', ...args], {
    cwd: folder,
    env: { ...process.env, REHEARSAL_CACHE: join(folder, 'cache') },
  })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString()))
    child.stderr.once('data', (data: Buffer) => reject(new Error(data.toString())))
  })
  const { url, ...rest } = JSON.parse(line)
  return {
    url: String(url),
    rest,
    stop: () =>
      new Promise<number | null>((resolve) => {
        child.once('exit', resolve)
        child.kill('SIGINT')
      }),
  }
}

describe('sim exchange', () => {
  it('says in one line where it listens and what is traded, and ends with Ctrl-C', async () => {
    const { url, rest, stop } = await serve('--data', tape, '--as', 'spot,linear', '--step')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(rest).toEqual({
      markets: [
        { segment: 'spot', symbol: 'BTCUSDT' },
        { segment: 'usdm', symbol: 'BTCUSDT' },
      ],
      accounts: ['default'],
      speed: 'step',
    })
    const info = await (await fetch(`${url}/api/v3/exchangeInfo`)).json()
    expect(info).toMatchObject({ symbols: [{ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' }] })
    expect(await stop()).toBe(0)
  })

  it('reads accounts from a file, and says what is wrong with it', async () => {
    const path = join(folder, 'accounts.json')
    writeFileSync(
      path,
      JSON.stringify([{ name: 'a', key: 'key-number-1', secret: 'secret-1', balances: { USDT: '5' } }]),
    )
    const { rest, stop } = await serve('--data', tape, '--accounts', path)
    expect(rest).toMatchObject({ accounts: ['a'], speed: 1 })
    await stop()
    writeFileSync(path, JSON.stringify([{ key: 'key-number-1', secret: 'secret-1', balances: { USDT: 5 } }]))
    const refused = sim(folder, 'exchange', '--data', tape, '--accounts', path)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toBe(
      'sim: accounts.0.balances.USDT: Invalid input: expected string, received number\n',
    )
  })

  it('takes a plan of faults, and says what is wrong with it', async () => {
    const path = join(folder, 'faults.json')
    writeFileSync(path, JSON.stringify([{ fault: 'error-before', on: 'GET /api/v3/ping', nth: 1 }]))
    const { url, stop } = await serve('--data', tape, '--faults', path, '--seed', '3', '--step')
    const ping = async () => (await fetch(`${url}/api/v3/ping`)).status
    expect([await ping(), await ping()]).toEqual([503, 200])
    await stop()
    writeFileSync(path, JSON.stringify([{ fault: 'late', on: 'market trade', by: 'soon' }]))
    const refused = sim(folder, 'exchange', '--data', tape, '--faults', path)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toBe('sim: faults.0.by: expected a duration such as 500ms or 10s, found soon\n')
  })

  it('speaks TLS when asked to', async () => {
    const { url, stop } = await serve('--data', tape, '--tls', '--step')
    expect(url).toMatch(/^https:/)
    await stop()
  })

  it('says that the port is in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const { exitCode, stderr } = sim(folder, 'exchange', '--data', tape, '--port', port)
    taken.close()
    expect(exitCode).toBe(2)
    expect(stderr).toBe(`sim: cannot listen on 127.0.0.1:${port}: somebody listens there already\n`)
  })

  it.each([
    [['--speed', 'fast'], 'sim: speed: expected max or a number above zero such as 1 or 10, found fast\n'],
    [['--speed', '1', '--step'], 'sim: give either --speed or --step\n'],
    [['--as', 'margin'], 'sim: as: expected spot, linear or spot,linear, found margin\n'],
    [['--seed', '3'], 'sim: --seed decides over --faults: give both or neither\n'],
    [['--faults', 'none.json'], 'sim: --faults none.json cannot be read\n'],
    [['--port', '70000'], 'sim: --port expects at most 65535, found 70000\n'],
  ])('refuses %j', (args, line) => {
    const { exitCode, stderr } = sim(folder, 'exchange', '--data', tape, ...args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: line })
  })
})
