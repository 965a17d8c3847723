/**
 * A live session with the real live venue, real sockets and ccxt is killed with -9 at random moments, and compared with
 * what the exchange itself holds after each. EXCHANGE_KILL_ROUNDS sets how often, KILL_SEED the moments:
 * `npm run kill-rounds:exchange` does it 200 times.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import { openPartialJournal, readRecords } from '../../src/journal/journal-reader.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import { reexecute } from '../../src/run/reexecute.ts'
import { busyTape } from '../support/exchange-market.ts'
import { exchangeStrategy, openExchangeSession } from '../support/exchange-session.ts'
import { Ledgers } from '../support/ledgers.ts'
import { stageKeys } from '../support/local-exchange.ts'

const rounds = Number(process.env.EXCHANGE_KILL_ROUNDS ?? 3)
const seed = Number(process.env.KILL_SEED ?? 1)
/** How long the two may take to agree, in milliseconds: longer than an order is in doubt. */
const agreeMsMax = 30_000

let folder = ''
let script = ''
let exchange: RunningExchange
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-exchange-kill-'))
  script = join(folder, 'child.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('../support/exchange-child.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    // For packages that are not modules.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    outfile: script,
    logLevel: 'error',
  })
  const account = {
    key: stageKeys.apiKey,
    secret: stageKeys.secret,
    balances: { USDT: '50000000', BTC: '100' },
  }
  const tape = busyTape(seed, 60 + rounds * 12)
  exchange = await startExchange({
    ...{ tapes: [tape], accounts: [account], speed: 1, port: 0 },
    enforcesRateLimits: false,
  })
})
afterAll(async () => {
  await exchange.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs it for a while and kills it. @returns what it complained of */
async function runAndKill(fromStart: boolean, ms: number): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [script, folder, exchange.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr?.on('data', (text) => {
    complaint += text
  })
  const over = once(child, 'exit')
  if (!fromStart && child.stdout !== null) await Promise.race([once(child.stdout, 'data'), over])
  await Promise.race([wait(ms), over])
  child.kill('SIGKILL')
  await over
  return complaint
}

/** Takes the session up without a market, waits until nothing is in doubt, and compares with the truth. */
async function audit(at: string): Promise<Ledgers> {
  const opened = await openExchangeSession(folder, exchange.url, undefined)
  const { session, live, notices } = opened
  try {
    const until = performance.now() + agreeMsMax
    let ledgers = new Ledgers(session.wired.engine, exchange.truth(), live.instruments)
    while (!(live.health().isUp && ledgers.isSettled && ledgers.agree) && performance.now() < until) {
      await Promise.race([wait(10), session.done])
      ledgers = new Ledgers(session.wired.engine, exchange.truth(), live.instruments)
    }
    expect(ledgers.ours, at).toEqual(ledgers.theirs)
    expect(ledgers.unsettled, `in doubt, ${at}`).toEqual([])
    expect(session.wired.positions.position(0).qty, `position, ${at}`).toBe(ledgers.position)
    expect(session.wired.engine.oddities, at).toMatchObject({ unknownOrders: 0, contradictions: 0 })
    expect(
      notices.filter((text) => text.includes('not in our journal')),
      at,
    ).toEqual([])
    return ledgers
  } finally {
    await opened.close()
  }
}

describe('a live session at the exchange that is killed', () => {
  it(
    `agrees with it after each of ${rounds} kills, seed ${seed}, and its journal gives the same again`,
    async () => {
      const random = createPrng(seed, 'kill')
      let last: Ledgers | undefined
      for (let round = 0; round < rounds; round++) {
        const fromStart = random.nextInt(3) === 0
        const ms = random.nextInt(fromStart ? 1500 : 1200)
        const complaint = await runAndKill(fromStart, ms)
        const at = `seed ${seed}, round ${round}, killed after ${ms} ms of ${fromStart ? 'its start' : 'trading'}`
        expect(complaint, at).toBe('')
        last = await audit(at)
        if (process.env.KILL_VERBOSE !== undefined) process.stderr.write(`${at}: ${last.summary}\n`)
      }
      const journal = openPartialJournal(join(folder, 'session', 'journal'))
      expect(reexecute(journal, exchangeStrategy).difference).toBeUndefined()
      const fences = [...readRecords(journal)]
        .filter(({ kind }) => kind === recordKind.epoch)
        .map(({ fields }) => fields[0])
      expect(fences.length).toBeGreaterThanOrEqual(rounds)
      expect(fences).toEqual([...fences].sort((a = 0, b = 0) => a - b))
      expect(last?.orderCount).toBeGreaterThan(rounds)
    },
    60_000 + rounds * 30_000,
  )
})
