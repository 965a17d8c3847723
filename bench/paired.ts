/**
 * Paired timing: in each round the base and every case run once, one right after the other, so that whatever slows the
 * machine slows both. What counts is the median over the rounds of base time ÷ case time.
 */
import { Bench } from 'tinybench'
import { assert } from '../src/core/errors.ts'

export interface Timed {
  readonly name: string
  readonly run: () => unknown
  /** Before each run, not timed. */
  readonly prepare?: () => void
}

export interface PairedResult {
  readonly name: string
  /** Median milliseconds of one run. */
  readonly ms: number
  /** Median of base ÷ case: 1 is as fast as the base. */
  readonly ratio: number
}

export interface PairedOptions {
  readonly base: Timed
  readonly cases: readonly Timed[]
  readonly rounds: number
  /** Untimed runs of everything beforehand, so that what is timed is compiled. */
  readonly warmups: number
}

/** @returns the base first, then the cases */
export async function timePaired({ base, cases, rounds, warmups }: PairedOptions): Promise<PairedResult[]> {
  const all = [base, ...cases]
  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  const ratios = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  for (const { run, prepare } of all) {
    for (let i = 0; i < warmups; i++) {
      prepare?.()
      await run()
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const timed of cases) {
      const [before, ms, after] = [await timeOnce(base), await timeOnce(timed), await timeOnce(base)]
      const baseMs = (before + after) / 2
      times.get(base.name)?.push(before, after)
      times.get(timed.name)?.push(ms)
      ratios.get(timed.name)?.push(baseMs / ms)
    }
  }
  ratios.set(base.name, [1])
  return all.map(({ name }) => ({ name, ms: median(times.get(name)), ratio: median(ratios.get(name)) }))
}

async function timeOnce({ name, run, prepare }: Timed): Promise<number> {
  const bench = new Bench({ time: 0, iterations: 1, warmup: false, throws: true })
  const task = async () => {
    await run()
  }
  bench.add(name, task, prepare === undefined ? {} : { beforeEach: prepare })
  await bench.run()
  const result = bench.tasks[0]?.result
  assert(result?.state === 'completed', `${name} was not timed`)
  return result.latency.mean
}

export function median(values: readonly number[] | undefined): number {
  const sorted = [...(values ?? [])].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
