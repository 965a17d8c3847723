/**
 * The whole way of a live order inside the process: market message posted → strategy → risk guard → journal → order
 * machine → signed bytes handed to the socket. The real session, venue and ccxt, against `sim exchange` as a process of
 * its own; what the exchange does afterwards is not timed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, ConfigError } from '../src/core/errors.ts'
import { writeSyntheticTape } from '../src/feed/synth.ts'
import type { Disk } from '../src/journal/disk.ts'
import { nodeDisk } from '../src/journal/disk.ts'
import type { BenchResult, BenchScale } from './bench-result.ts'
import { openOrderBench } from './order-bench.ts'

/** Untimed ones first, at most: the compiler has seen the way by then. */
const warmupsMax = 2_000
const p99UsMax = 200

/** None where ccxt is not installed: it is no part of us. */
export async function benchLive({ liveOrders }: BenchScale, simPath: string): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(process.cwd(), '.bench-live-'))
  let exchange: ChildProcess | undefined
  try {
    const tape = join(folder, 'market.parquet')
    await writeSyntheticTape(tape, { seed: 3, durationUs: 2_000_000 })
    const started = await startExchange(simPath, folder, tape)
    exchange = started.child
    const results: BenchResult[] = []
    for (const { name, disk, target } of journals) {
      const session = join(folder, name.replaceAll(' ', '-'))
      mkdirSync(session)
      const times = await timeOrders({ folder: session, url: started.url, disk, orders: liveOrders })
      results.push(...percentiles(name, times.wallUs, target))
      results.push(...percentiles(`${name}, processor time`, times.processorUs, undefined))
    }
    return results
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'CCXT_MISSING') return []
    throw error
  } finally {
    exchange?.kill('SIGINT')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes go to the page cache: they outlive the process, and not a loss of power. */
const cachedDisk: Disk = {
  ...nodeDisk,
  append: (path, length) => ({ ...nodeDisk.append(path, length), sync: () => {} }),
}

const journals = [
  { name: 'journal in the page cache', disk: cachedDisk, target: { valueMax: p99UsMax } },
  // What the disk takes is the disk's: named, and not judged.
  { name: 'journal synced to the disk', disk: nodeDisk, target: undefined },
] as const

async function timeOrders(request: {
  readonly folder: string
  readonly url: string
  readonly disk: Disk
  readonly orders: number
}): Promise<{ readonly wallUs: Float64Array; readonly processorUs: Float64Array }> {
  const { orders } = request
  const warmups = Math.min(warmupsMax, orders)
  const bench = await openOrderBench(request)
  try {
    for (let order = 0; order < warmups; order++) await bench.order()
    const times = { wallUs: new Float64Array(orders), processorUs: new Float64Array(orders) }
    for (let order = 0; order < orders; order++) {
      const { wallUs, processorUs } = await bench.order()
      times.wallUs[order] = wallUs
      times.processorUs[order] = processorUs
    }
    assert(bench.placed() === warmups + orders, `${bench.placed()} orders came to the exchange`)
    return times
  } finally {
    await bench.close()
  }
}

async function startExchange(simPath: string, folder: string, tape: string) {
  const accounts = join(folder, 'accounts.json')
  const account = { key: 'test-key-one', secret: 'test-secret-one', balances: { USDT: '1000000000' } }
  writeFileSync(accounts, JSON.stringify([account]))
  const options = ['--data', tape, '--accounts', accounts, '--as', 'spot', '--step', '--port', '0', '--json']
  const child = spawn(process.execPath, [simPath, 'exchange', ...options], {
    env: { ...process.env, REHEARSAL_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const started: unknown = JSON.parse(String(line))
  const url = typeof started === 'object' && started !== null && 'url' in started ? String(started.url) : ''
  return { child, url }
}

function percentiles(
  name: string,
  timesUs: Float64Array,
  target: { readonly valueMax: number } | undefined,
): BenchResult[] {
  const sorted = timesUs.slice().sort()
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
  const labels = [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
    ['p99.9', 0.999],
    ['max', 1],
  ] as const
  return labels.map(([label, part]) => ({
    name: `market event to order bytes, ${name}, ${label}`,
    what: `${sorted.length} orders, one at a time`,
    value: at(part),
    unit: 'µs',
    ratio: undefined,
    target: label === 'p99' ? target : undefined,
  }))
}
