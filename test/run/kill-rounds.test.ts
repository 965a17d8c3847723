/**
 * A live session in a process of its own is killed with -9 at random moments, again and again, and goes on each time.
 * KILL_ROUNDS sets how often, KILL_SEED the moments: `npm run kill-rounds` does it 200 times.
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
import { openPartialJournal, readRecords } from '../../src/journal/journal-reader.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import { reexecute } from '../../src/run/reexecute.ts'
import { crashStrategy, openCrashSession } from '../support/crash-session.ts'
import { SocketExchange } from '../support/socket-venue.ts'

const rounds = Number(process.env.KILL_ROUNDS ?? 6)
const seed = Number(process.env.KILL_SEED ?? 1)

let folder = ''
let script = ''
let server: SocketExchange
let port = 0
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-kill-'))
  script = join(folder, 'child.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('../support/crash-child.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
  })
  server = new SocketExchange({ seed: 3, messages: Number.POSITIVE_INFINITY })
  port = await server.listen()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs it for a while and kills it. @returns what it complained of */
async function runAndKill(fromStart: boolean, ms: number): Promise<string> {
  const client = new Promise<void>((resolve) => {
    server.onClient = resolve
  })
  const child: ChildProcess = spawn(process.execPath, [script, folder, String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr?.on('data', (text) => {
    complaint += text
  })
  const over = once(child, 'exit')
  if (!fromStart) await Promise.race([client, over])
  await Promise.race([wait(ms), over])
  child.kill('SIGKILL')
  await over
  return complaint
}

/** Takes the session up without a market, asks after every order, and compares with the truth. */
async function audit(at: string): Promise<void> {
  const { session, venue } = openCrashSession(folder, port, true)
  await Promise.race([venue.quiesce(), session.done])
  const { engine, positions } = session.wired
  const { truth, exchange, wrongFences } = server
  const ours = engine.workingOrders().map(({ clientOrderId }) => clientOrderId)
  expect(ours, `orders that work, ${at}`).toEqual(exchange.live)
  expect(positions.position(0).qty, `position, ${at}`).toBe(truth.position)
  expect(engine.fills.length, `fills, ${at}`).toBe(truth.trades)
  expect(engine.oddities, at).toMatchObject({ unknownOrders: 0, contradictions: 0 })
  expect(wrongFences, at).toBe(0)
  session.leave()
  await venue.leave()
}

describe('a live session that is killed', () => {
  it(
    `agrees with the exchange after each of ${rounds} kills, seed ${seed}, and its journal gives the same again`,
    async () => {
      const random = createPrng(seed, 'kill')
      for (let round = 0; round < rounds; round++) {
        const fromStart = random.nextInt(3) === 0
        const ms = random.nextInt(fromStart ? 400 : 150)
        const complaint = await runAndKill(fromStart, ms)
        const at = `seed ${seed}, round ${round}, killed after ${ms} ms of ${fromStart ? 'its start' : 'trading'}`
        expect(complaint, at).toBe('')
        await audit(at)
      }
      // Once more, with nothing in between.
      await audit('again')
      const journal = openPartialJournal(join(folder, 'session', 'journal'))
      expect(reexecute(journal, crashStrategy).difference).toBeUndefined()
      const fences = [...readRecords(journal)]
        .filter(({ kind }) => kind === recordKind.epoch)
        .map(({ fields }) => fields[0])
      expect(fences.length).toBeGreaterThan(rounds)
      expect(fences).toEqual([...fences].sort((a = 0, b = 0) => a - b))
      expect(server.truth.submits).toBeGreaterThan(rounds)
    },
    60_000 + rounds * 5_000,
  )
})
