/** pip's ccxt, in an environment that the test makes below .cache; without a network and without it, nothing is tested. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { exchangeStage } from '../support/exchange-stage.ts'
import { print } from '../support/exchange-tape.ts'

const wheel = 'ccxt==4.5.84'
const folder = fileURLToPath(new URL('../../.cache/ccxt-python', import.meta.url))
const python = `${folder}/bin/python`
const script = fileURLToPath(new URL('./python_client.py', import.meta.url))
const hasCcxt = prepare()

function prepare(): boolean {
  const check = "import importlib.metadata as m; assert m.version('ccxt') == '4.5.84'"
  const isThere = () => existsSync(python) && spawnSync(python, ['-c', check]).status === 0
  if (isThere()) return true
  mkdirSync(folder, { recursive: true })
  if (spawnSync('python3', ['-m', 'venv', folder]).status !== 0) return false
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wheel])
  return isThere()
}

const open = exchangeStage()

describe.skipIf(!hasCcxt)(`a script with pip's ${wheel} (skipped without it and without a network)`, () => {
  it('trades over REST and WebSockets', async () => {
    // 2000 lots stand ahead at 50,000.0; the print leaves 500 for ours, on either market.
    const { exchange } = await open(
      [...print(500, 'sell', 500_000, 2500), ...print(1500, 'sell', 500_000, 2500)],
      { segments: ['spot', 'usdm'] },
    )
    const { stdout } = await promisify(execFile)(python, [script, exchange.url])
    const traded = {
      touch: [50_000, 50_000.1],
      told: 'open',
      open: 1,
      canceled: 'canceled',
      fill: [50_000, 0.5, 'maker'],
      resting: 'closed',
      taken: 'closed',
      trades: 2,
      refused: 'InsufficientFunds',
    }
    // The class of −2019 depends on the address. Spot: 1 + 0.5 − 0.1 % of it − 0.5. The perpetual ends flat.
    expect(JSON.parse(stdout)).toEqual({
      spot: traded,
      free: 0.9995,
      swap: { ...traded, refused: 'ExchangeError' },
      positions: 0,
      leverage: 10,
    })
  })
})
