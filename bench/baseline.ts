/** Recorded results, and the comparison with them: ratios only, because absolute times are those of a machine. */
import type { BenchResult } from './bench-result.ts'

export interface Baseline {
  readonly format: 1
  readonly commit: string
  readonly machine: string
  readonly node: string
  /** ISO-8601, UTC. */
  readonly date: string
  readonly results: readonly {
    readonly name: string
    readonly value: number
    readonly unit: string
    readonly ratio?: number
  }[]
}

export interface Regression {
  readonly name: string
  readonly before: number
  readonly now: number
}

export function baselineOf(
  results: readonly BenchResult[],
  where: Omit<Baseline, 'format' | 'results'>,
): Baseline {
  return {
    format: 1,
    ...where,
    results: results.map(({ name, value, unit, ratio }) => ({
      name,
      value,
      unit,
      ...(ratio === undefined ? {} : { ratio }),
    })),
  }
}

/**
 * Benches whose ratio fell by more than the tolerance, worst first.
 *
 * @param tolerance 0.15 lets a ratio fall by 15 %
 */
export function regressionsOf(
  results: readonly BenchResult[],
  baseline: Baseline,
  tolerance: number,
): readonly Regression[] {
  const regressions: Regression[] = []
  for (const { name, ratio: now } of results) {
    const before = baseline.results.find((one) => one.name === name)?.ratio
    if (before === undefined || now === undefined) continue
    if (now < before * (1 - tolerance)) regressions.push({ name, before, now })
  }
  return regressions.sort((a, b) => a.now / a.before - b.now / b.before)
}

/** What cannot be compared because only one side has it: never passed over in silence. */
export function uncompared(results: readonly BenchResult[], baseline: Baseline): readonly string[] {
  const hasRatio = new Set(results.flatMap(({ name, ratio }) => (ratio === undefined ? [] : [name])))
  const had = new Set(baseline.results.flatMap(({ name, ratio }) => (ratio === undefined ? [] : [name])))
  return [...had].filter((name) => !hasRatio.has(name)).concat([...hasRatio].filter((name) => !had.has(name)))
}
