import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gradeRules } from '../../src/analysis/grade-rules.ts'
import { gradeTape, isAtLeast, worstGrade } from '../../src/analysis/grade-tape.ts'

describe('grading', () => {
  it('is an A for nothing found', () => {
    expect(gradeTape([])).toEqual({ grade: 'A', reasons: [], judged: [] })
    expect(gradeTape([{ code: 'crossedBook', count: 0, of: 100 }]).judged).toEqual([])
  })

  it('takes the worst of the caps, and lists the worst first', () => {
    const { grade, reasons } = gradeTape([
      { code: 'offLotQuantity', count: 1, of: 1_000_000 }, // B: any
      { code: 'crossedBook', count: 20, of: 10_000 }, // D: 0.2 % is 0.1 % or more
      { code: 'tradeOutsideTouch', count: 9_594, of: 21_313 }, // told only
    ])
    expect(grade).toBe('D')
    expect(reasons.map(({ rule, cap }) => [rule.code, cap])).toEqual([
      ['crossedBook', 'D'],
      ['offLotQuantity', 'B'],
    ])
  })

  it.each<[string, number, string]>([
    ['one of a million', 1, 'B'],
    ['one of ten thousand: the limit itself', 100, 'C'],
    ['one of a thousand', 1_000, 'D'],
    ['one of twenty', 50_000, 'F'],
  ])('caps crossed books, %s', (_title, count, grade) => {
    expect(gradeTape([{ code: 'crossedBook', count, of: 1_000_000 }]).grade).toBe(grade)
  })

  it('measures a clock without its sign', () => {
    expect(gradeTape([{ code: 'clockOffset', count: 1, worst: -1_270_778 }]).grade).toBe('B')
    expect(gradeTape([{ code: 'clockOffset', count: 1, worst: 849_003 }]).grade).toBe('A')
  })

  it('does not judge what no rule knows', () => {
    expect(gradeTape([{ code: 'ofTomorrow', count: 5 }]).grade).toBe('A')
  })

  it('orders grades', () => {
    expect(isAtLeast('B', 'C')).toBe(true)
    expect(isAtLeast('D', 'C')).toBe(false)
    expect(worstGrade(['B', 'F', 'A'])).toBe('F')
    expect(worstGrade([])).toBe('A')
  })

  it('gives a reason for every limit in docs/DATA-QUALITY.md', () => {
    const text = readFileSync(new URL('../../docs/DATA-QUALITY.md', import.meta.url), 'utf8')
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    for (const { code, limits } of gradeRules) {
      const row = rows.find((line) => line.startsWith(`| \`${code}\` |`))
      expect(row, code).toBeDefined()
      for (const grade of ['B', 'C', 'D', 'F']) {
        const named = row?.includes(`${grade}: `) ?? false
        expect(named, `${code} ${grade}`).toBe(limits.some((limit) => limit.grade === grade))
      }
    }
  })
})
