/** Findings → grade. Pure: the same findings give the same grade, whoever asks and whenever. */
import { unreachable } from '../core/errors.ts'
import type { Finding } from './finding.ts'
import { type Grade, type GradeLimit, type GradeRule, gradeRules, grades } from './grade-rules.ts'

export interface JudgedFinding {
  readonly finding: Finding
  readonly rule: GradeRule
  /** The best grade that this finding leaves possible. */
  readonly cap: Grade
}

export interface TapeGrade {
  readonly grade: Grade
  /** Findings that lower the grade, worst first; empty for an A. */
  readonly reasons: readonly JudgedFinding[]
  /** All findings that are there, worst first, those that are only told at the end. */
  readonly judged: readonly JudgedFinding[]
}

export function gradeTape(findings: readonly Finding[]): TapeGrade {
  const judged = findings
    .filter(({ count }) => count > 0)
    .map(judge)
    .sort((a, b) => rankOf(b.cap) - rankOf(a.cap) || placeOf(a.rule) - placeOf(b.rule))
  const reasons = judged.filter(({ cap }) => cap !== 'A')
  return { grade: judged[0]?.cap ?? 'A', reasons, judged }
}

/** 0 is the best. */
export const rankOf = (grade: Grade): number => grades.indexOf(grade)

export const isAtLeast = (grade: Grade, least: Grade): boolean => rankOf(grade) <= rankOf(least)

export function worstGrade(all: readonly Grade[]): Grade {
  return all.reduce<Grade>((worst, grade) => (rankOf(grade) > rankOf(worst) ? grade : worst), 'A')
}

function judge(finding: Finding): JudgedFinding {
  const rule = ruleOf(finding.code)
  const reached = rule.limits.filter((limit) => measured(finding, limit) >= limit.from)
  return { finding, rule, cap: worstGrade(reached.map(({ grade }) => grade)) }
}

const informative = { title: '', of: 'rows', limits: [] } as const

export function ruleOf(code: string): GradeRule {
  return gradeRules.find((rule) => rule.code === code) ?? { code, ...informative, title: code }
}

const placeOf = (rule: GradeRule): number => gradeRules.findIndex(({ code }) => code === rule.code)

/** −1 for what the finding cannot be measured by. */
function measured({ count, of, perHour, worst }: Finding, { measure }: GradeLimit): number {
  switch (measure) {
    case 'count':
      return count
    case 'share':
      return of === undefined || of === 0 ? -1 : count / of
    case 'perHour':
      return perHour ?? count
    case 'worst':
      return worst === undefined ? -1 : Math.abs(worst)
    default:
      return unreachable(measure)
  }
}
