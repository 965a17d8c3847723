/** Known fake keys go through a live session in every way, good and bad; nothing that it prints or leaves has them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import { busyTape } from '../support/exchange-market.ts'
import { searchFolder } from './secret-search.ts'

// Long enough, and with what URLs and base64 treat in their own way.
const good = { key: 'canary-key/Good+1=', secret: 'canary-secret/Good+1=' }
const wrong = { key: 'canary-key/Wrong+2=', secret: 'canary-secret/Wrong+2=' }
const secrets = [good.key, good.secret, wrong.key, wrong.secret]

let folder = ''
let script = ''
let exchange: RunningExchange
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-canary-'))
  script = join(folder, 'child.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('canary-child.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    outfile: script,
    logLevel: 'error',
  })
  exchange = await startExchange({
    tapes: [busyTape(1, 60)],
    accounts: [{ ...good, balances: { USDT: '5000000', BTC: '10' } }],
    ...{ speed: 1, port: 0, enforcesRateLimits: false },
  })
})
afterAll(async () => {
  await exchange.close()
  rmSync(folder, { recursive: true, force: true })
})

const cases = [
  { name: 'of the environment', keys: good, by: 'environment', mode: 'trade', exitCode: 0 },
  { name: 'of a file', keys: good, by: 'file', mode: 'trade', exitCode: 0 },
  { name: 'that the venue refuses', keys: wrong, by: 'environment', mode: 'trade', exitCode: 3 },
  {
    name: 'with a secret that does not fit',
    keys: { key: good.key, secret: wrong.secret },
    by: 'file',
    mode: 'trade',
    exitCode: 3,
  },
  { name: 'under a strategy that throws', keys: good, by: 'environment', mode: 'crash', exitCode: 3 },
] as const

describe('keys', () => {
  it.each(cases)(
    '$name are in nothing that a session prints or leaves',
    async ({ keys, by, mode, exitCode, name }) => {
      const own = join(folder, name.replaceAll(' ', '-'))
      mkdirSync(own)
      const texts = { BINANCE_API_KEY: keys.key, BINANCE_API_SECRET: keys.secret }
      const file = by === 'file' ? join(folder, 'keys.env') : ''
      if (file !== '') {
        writeFileSync(
          file,
          Object.entries(texts)
            .map(([field, text]) => `${field}=${text}\n`)
            .join(''),
        )
        chmodSync(file, 0o600)
      }
      const child = spawn(process.execPath, [script, own, exchange.url, file, mode], {
        env: { ...process.env, ...(file === '' ? texts : {}) },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const said = { stdout: '', stderr: '' }
      child.stdout.on('data', (text) => {
        said.stdout += String(text)
      })
      child.stderr.on('data', (text) => {
        said.stderr += String(text)
      })
      const [code] = await once(child, 'close')
      expect(code, said.stderr).toBe(exitCode)
      expect(said.stdout + said.stderr).not.toBe('')
      writeFileSync(join(own, 'stdout'), said.stdout)
      writeFileSync(join(own, 'stderr'), said.stderr)
      const { hits, files } = searchFolder(own, secrets, () => false)
      expect(hits).toEqual([])
      // At least what it printed, which session it is, and who ran it.
      expect(files).toBeGreaterThanOrEqual(4)
    },
  )
})
