/** Peak memory of a whole live process that trades on a busy feed: `npm run bench:live-memory -- MINUTES`. Linux only. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startExchange } from '../src/exchange/start-exchange.ts'
import { busyTape } from '../test/support/exchange-market.ts'
import { stageKeys } from '../test/support/local-exchange.ts'

const peakMbMax = 300

const [script = '', minutes = '3'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-live-memory-'))
const seconds = Number(minutes) * 60
const { apiKey: key, secret } = stageKeys
const exchange = await startExchange({
  tapes: [busyTape(1, seconds + 60)],
  accounts: [{ key, secret, balances: { USDT: '50000000', BTC: '100' } }],
  ...{ speed: 1, port: 0, enforcesRateLimits: false },
})
const child = spawn(process.execPath, [script, folder, exchange.url], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
for (let second = 0; second < seconds && child.exitCode === null; second++) {
  await wait(1000)
  if (second % 30 === 29) process.stdout.write(`${second + 1} s: ${memoryMb('VmRSS')} MB now\n`)
}
const peak = memoryMb('VmHWM')
const orders = exchange.truth().accounts[0]?.orders.length ?? 0
process.stdout.write(
  `live process: peak ${peak} MB (at most ${peakMbMax}) in ${seconds} s with ${orders} orders at the exchange\n`,
)
const isAlive = child.exitCode === null
child.kill('SIGKILL')
await exchange.close()
rmSync(folder, { recursive: true, force: true })
process.exit(isAlive && orders > 0 && peak <= peakMbMax ? 0 : 1)

function memoryMb(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024)
}
