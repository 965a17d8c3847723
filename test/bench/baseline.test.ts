import { describe, expect, it } from 'vitest'
import { baselineOf, regressionsOf, uncompared } from '../../bench/baseline.ts'
import { type BenchResult, meetsTarget } from '../../bench/bench-result.ts'
import { median, timePaired } from '../../bench/paired.ts'

const result = (name: string, ratio: number | undefined, value = 10): BenchResult => ({
  name,
  what: '',
  value,
  unit: 'M rows/s',
  ratio,
  target: undefined,
})
const where = { commit: 'abc', machine: 'one', node: 'v20', date: '2026-01-01T00:00:00.000Z' }
const before = baselineOf([result('no-op', 0.8), result('twap', 0.4), result('valued', undefined)], where)

describe('a baseline', () => {
  it('lets a ratio fall by the tolerance and no further', () => {
    // 0.4 × (1 − 0.15) = 0.34.
    expect(regressionsOf([result('twap', 0.341)], before, 0.15)).toEqual([])
    expect(regressionsOf([result('twap', 0.339)], before, 0.15)).toEqual([
      { name: 'twap', before: 0.4, now: 0.339 },
    ])
  })

  it('names the culprit that fell furthest first', () => {
    const found = regressionsOf([result('no-op', 0.6), result('twap', 0.1)], before, 0.15)
    expect(found.map(({ name }) => name)).toEqual(['twap', 'no-op'])
  })

  it('does not compare absolute figures', () => {
    expect(
      regressionsOf([result('no-op', 0.8, 0.001), result('valued', undefined, 99_999)], before, 0.15),
    ).toEqual([])
  })

  it('says what only one side has', () => {
    expect(uncompared([result('no-op', 0.8), result('bars', 0.1)], before)).toEqual(['twap', 'bars'])
  })
})

describe('a target', () => {
  it.each([
    { target: { ratioMin: 0.5 }, ratio: 0.5, value: 1, isMet: true },
    { target: { ratioMin: 0.5 }, ratio: 0.49, value: 1, isMet: false },
    { target: { ratioMin: 0.5 }, ratio: undefined, value: 1, isMet: false },
    { target: { valueMax: 5 }, ratio: undefined, value: 5, isMet: true },
    { target: { valueMax: 5 }, ratio: undefined, value: 5.1, isMet: false },
    { target: undefined, ratio: 1, value: 1, isMet: undefined },
  ])('of $target is met: $isMet by ratio $ratio and value $value', ({ target, ratio, value, isMet }) => {
    expect(meetsTarget({ ...result('x', ratio, value), target })).toBe(isMet)
  })
})

describe('paired timing', () => {
  it('runs the base before and after each case, and prepares every run', async () => {
    const calls: string[] = []
    const timed = (name: string) => ({
      name,
      run: () => calls.push(name),
      prepare: () => calls.push(`(${name})`),
    })
    const results = await timePaired({ base: timed('base'), cases: [timed('a')], rounds: 1, warmups: 1 })
    expect(calls.join(' ')).toBe('(base) base (a) a (base) base (a) a (base) base')
    expect(results.map(({ name }) => name)).toEqual(['base', 'a'])
    expect(results[0]?.ratio).toBe(1)
  })

  it('takes the middle of the rounds', () => {
    expect(median([5, 1, 9])).toBe(5)
    expect(median(undefined)).toBeNaN()
  })
})
