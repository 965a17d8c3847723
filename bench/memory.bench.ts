/** Peak memory of `sim run` over tapes of growing length, cold (decoding) and warm, of whichever process needs most. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/core/errors.ts'
import { writeSyntheticTape } from '../src/feed/synth.ts'
import type { BenchResult, BenchScale } from './bench-result.ts'

const smallMbMax = 250
const growthMax = 1.1

export async function benchMemory({ memoryRows }: BenchScale, simPath: string): Promise<BenchResult[]> {
  if (memoryRows.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'))
  try {
    const peaks: { rows: number; cold: number; warm: number }[] = []
    for (const rows of memoryRows) {
      const tape = join(folder, `${rows}.parquet`)
      await writeSyntheticTape(tape, { seed: 3, rows })
      const run = () => peakMbOf(simPath, tape, join(folder, 'cache'), rows)
      peaks.push({ rows, cold: run(), warm: run() })
    }
    return describe(peaks)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function describe(peaks: readonly { rows: number; cold: number; warm: number }[]): BenchResult[] {
  const [first] = peaks
  const what = 'largest process of sim run --strategy twap, in MB'
  return peaks.flatMap(({ rows, cold, warm }) =>
    [
      { state: 'cold cache', peak: cold, base: first?.cold },
      { state: 'warm cache', peak: warm, base: first?.warm },
    ].map(({ state, peak, base }) => ({
      name: `memory, ${rows / 1_000_000} M rows, ${state}`,
      what,
      value: peak,
      unit: 'MB',
      ratio: base === undefined ? undefined : base / peak,
      target: rows === first?.rows ? { valueMax: smallMbMax } : { ratioMin: 1 / growthMax },
    })),
  )
}

/** Every process of the run prints its own peak when it exits; the largest counts. */
function peakMbOf(simPath: string, tape: string, cache: string, rows: number): number {
  const tell = 'process.on("exit",()=>process._rawDebug("peakKb "+process.resourceUsage().maxRSS))'
  const report = `${tell};process.on("SIGTERM",()=>process.exit())`
  // By the environment, so that processes started by this one tell theirs as well.
  const env = { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(report)}` }
  const options = ['--strategy', 'twap', '--data', tape, '--cache', cache, '--no-report', '--json']
  const { stdout, stderr, status } = spawnSync(process.execPath, [simPath, 'run', ...options], {
    encoding: 'utf8',
    env,
  })
  assert(status === 0, `sim run failed: ${stderr}`)
  const summary: unknown = JSON.parse(stdout)
  const found =
    typeof summary === 'object' && summary !== null && 'rows' in summary ? Number(summary.rows) : 0
  assert(found >= rows, `${found} rows of ${rows}`)
  const peaks = [...stderr.matchAll(/peakKb (\d+)/g)].map(([, kb]) => Number(kb))
  assert(peaks.length > 0, 'no process told its peak')
  return Math.max(...peaks) / 1024
}
