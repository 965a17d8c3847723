import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { FlatBook } from '../../src/book/flat-book.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import { lastOfMessageBit, type PackedOrder, type PackedTape } from '../../src/model/packed.ts'

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'recorded-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

async function prepare(ctx: TestContext, ...names: string[]): Promise<PackedTape> {
  const paths = names.map((name) => join(data, name))
  if (!paths.every((path) => existsSync(path))) ctx.skip(`../shared/data/${names[0]} is absent`)
  const [tape] = await prepareTapes(paths, { cacheDir })
  if (tape === undefined) throw new Error('no tape')
  return tape
}

/** Runs a book over all rows; counts what must never be. */
function faultsOf(
  tape: PackedTape,
  order: PackedOrder,
): { rows: number; crossed: number; backwards: number; early: number } {
  const book = new FlatBook({ isChecked: false })
  const source = tape.open(order)
  const found = { rows: 0, crossed: 0, backwards: 0, early: 0 }
  let last = 0
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    book.rebase(batch.baseTick)
    const times = order === 'exchange' ? batch.exchangeTime : batch.receiveTime
    for (let i = 0; i < batch.rows; i++) {
      const [code = 0, qty = 0, time = 0] = [batch.code[i], batch.qty[i], times[i]]
      book.applyRow(code, qty)
      const [bid, ask] = [book.bestPrice('buy'), book.bestPrice('sell')]
      if (code >= lastOfMessageBit && bid !== undefined && ask !== undefined && bid >= ask) found.crossed++
      if (time < last) found.backwards++
      if ((batch.receiveTime[i] ?? 0) <= (batch.exchangeTime[i] ?? 0)) found.early++
      last = time
    }
    found.rows += batch.rows
  }
  source.close()
  book.close()
  return found
}

const sound = { crossed: 0, backwards: 0, early: 0 }

describe('recorded tapes', () => {
  it('of a clock 1.27 s behind that drifts by 0.3 ms a minute', { timeout: 60_000 }, async (ctx) => {
    const tape = await prepare(ctx, 'hftbacktest/examples/usdm/btcusdt_20240808.gz')
    const { clock, latency } = tape.facts
    expect(Math.abs(clock.offsetUs + 1_270_500)).toBeLessThan(1_000)
    expect(Math.abs(clock.driftPpm + 5)).toBeLessThan(1.5)
    expect(latency?.p50).toBeGreaterThan(1_500)
    expect(latency?.p50).toBeLessThan(5_000)
    for (const order of ['exchange', 'receive'] as const) expect(faultsOf(tape, order)).toMatchObject(sound)
  })

  it('of a clock that wanders by 30 ms, two files across midnight', { timeout: 60_000 }, async (ctx) => {
    const folder = 'hftbacktest/history/usdm/'
    const tape = await prepare(ctx, `${folder}btcusdt_20230404.dat.gz`, `${folder}btcusdt_20230405.dat.gz`)
    expect(tape.facts.latency?.p50).toBeLessThan(8_000)
    // The burst of half a second stays a latency.
    expect(tape.facts.latency?.p99).toBeGreaterThan(100_000)
    expect(tape.facts.notes.join()).toContain('wanders')
    for (const order of ['exchange', 'receive'] as const) expect(faultsOf(tape, order)).toMatchObject(sound)
  })

  it('of spot, two files across midnight, the second without a snapshot', {
    timeout: 60_000,
  }, async (ctx) => {
    const folder = 'hftbacktest/examples/spot/'
    const tape = await prepare(ctx, `${folder}btcusdt_20240808.gz`, `${folder}btcusdt_20240809.gz`)
    expect(Math.abs(tape.facts.clock.driftPpm + 5)).toBeLessThan(1.5)
    for (const order of ['exchange', 'receive'] as const) expect(faultsOf(tape, order)).toMatchObject(sound)
  })

  it('of a far away recorder keep their real latency of 125 ms', { timeout: 60_000 }, async (ctx) => {
    const tape = await prepare(ctx, 'nautilus/tardis_trades_head.csv')
    expect(tape.facts.clock).toEqual({ offsetUs: 0, driftPpm: 0 })
    expect(Math.abs((tape.facts.latency?.p50 ?? 0) - 125_000)).toBeLessThan(5_000)
  })
})
