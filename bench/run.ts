/** `sim bench`: runs every bench, prints a table, compares with a baseline. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { z } from 'zod'
import { ConfigError } from '../src/core/errors.ts'
import { type Baseline, baselineOf, regressionsOf, uncompared } from './baseline.ts'
import { type BenchResult, type BenchScale, meetsTarget } from './bench-result.ts'
import { benchJournal } from './journal.bench.ts'
import { benchLatency } from './latency.bench.ts'
import { benchLive } from './live.bench.ts'
import { benchMemory } from './memory.bench.ts'
import { benchBars, benchBooks } from './replay.bench.ts'

export interface BenchRequest {
  /** The built command, for benches of whole processes. */
  readonly simPath: string
  readonly commit: string
  /** Small and quick: shows that everything runs and is right, its figures mean little. */
  readonly isSmoke: boolean
  readonly isJson: boolean
  readonly baseline: string | undefined
  readonly save: string | undefined
  /** Part by which a ratio may fall. */
  readonly tolerance: number
  readonly print: (text: string) => void
}

const full: BenchScale = {
  rows: 2_000_000,
  bars: 1_000_000,
  rounds: 11,
  warmups: 10,
  operations: 200_000,
  liveOrders: 10_000,
  memoryRows: [2_000_000, 20_000_000],
}
const smoke: BenchScale = {
  rows: 200_000,
  bars: 20_000,
  rounds: 1,
  warmups: 0,
  operations: 2_000,
  liveOrders: 100,
  memoryRows: [],
}

const baselineSchema = z.object({
  format: z.literal(1),
  commit: z.string(),
  machine: z.string(),
  node: z.string(),
  date: z.string(),
  results: z.array(
    z.object({ name: z.string(), value: z.number(), unit: z.string(), ratio: z.number().exactOptional() }),
  ),
})

/** @returns 0, or 1 on a regression @throws {ConfigError} BASELINE */
export async function runBenches(request: BenchRequest): Promise<number> {
  const baseline = request.baseline === undefined ? undefined : readBaseline(request.baseline)
  const scale = request.isSmoke ? smoke : full
  const results = [
    ...(await benchBooks(scale)),
    ...(await benchBars(scale)),
    ...benchLatency(scale),
    ...benchJournal(scale),
    ...(await benchLive(scale, request.simPath)),
    ...(await benchMemory(scale, request.simPath)),
  ]
  if (request.isJson) request.print(JSON.stringify(describeRun(results, request), undefined, 2))
  else request.print(tableOf(results, request.isSmoke))
  if (request.save !== undefined) saveBaseline(request.save, describeRun(results, request))
  return baseline === undefined ? 0 : compare(results, baseline, request)
}

function compare(
  results: readonly BenchResult[],
  baseline: Baseline,
  { tolerance, print }: BenchRequest,
): number {
  for (const name of uncompared(results, baseline)) print(`not compared, only on one side: ${name}`)
  const regressions = regressionsOf(results, baseline, tolerance)
  for (const { name, before, now } of regressions) {
    const percent = Math.round((1 - now / before) * 100)
    print(
      `REGRESSION ${name}: ratio ${now.toFixed(3)}, was ${before.toFixed(3)} (${percent} % down, ${tolerance * 100} % allowed)`,
    )
  }
  if (regressions.length === 0)
    print(`no ratio fell by more than ${tolerance * 100} % from ${baseline.commit}`)
  return regressions.length === 0 ? 0 : 1
}

function tableOf(results: readonly BenchResult[], isSmoke: boolean): string {
  const rows = results.map((result) => [
    result.name,
    `${digits(result.value)} ${result.unit}`,
    result.ratio === undefined ? '' : result.ratio.toFixed(3),
    targetText(result),
    isSmoke ? '' : verdictOf(result),
  ])
  const table = [['bench', 'measured', 'ratio', 'target', ''], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}${isSmoke ? '\nsmoke: checked, not judged' : ''}`
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function targetText({ target }: BenchResult): string {
  if (target === undefined) return ''
  return 'ratioMin' in target ? `ratio ≥ ${target.ratioMin.toPrecision(2)}` : `≤ ${target.valueMax}`
}

function verdictOf(result: BenchResult): string {
  const isMet = meetsTarget(result)
  return isMet === undefined ? '' : isMet ? 'met' : 'MISSED'
}

function describeRun(results: readonly BenchResult[], { commit }: BenchRequest): Baseline {
  const [cpu] = cpus()
  return baselineOf(results, {
    commit,
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}`,
    node: process.version,
    date: new Date().toISOString(),
  })
}

function readBaseline(path: string): Baseline {
  try {
    return baselineSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new ConfigError('BASELINE', `${path} is not a baseline written by sim bench --save`, { cause })
  }
}

function saveBaseline(path: string, baseline: Baseline): void {
  writeFileSync(`${path}.partial`, `${JSON.stringify(baseline, undefined, 2)}\n`)
  renameSync(`${path}.partial`, path)
}
