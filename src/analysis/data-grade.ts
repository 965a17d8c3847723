/** The grade of a tape with its findings in words: what `sim data check`, `sim run` and the report show. */
import type { TapeFacts } from '../model/tape.ts'
import { collectFindings } from './data-findings.ts'
import { causeOf, describeFinding, isoInstant } from './describe-finding.ts'
import { type FindingUnit, type Grade, gradeMeaning, grades } from './grade-rules.ts'
import { gradeTape, type JudgedFinding } from './grade-tape.ts'

export type Severity = 'info' | 'minor' | 'moderate' | 'serious' | 'fatal'

/** A finding as the JSON document has it. */
export interface GradedFinding {
  readonly code: string
  readonly severity: Severity
  /** The best grade that it leaves possible. */
  readonly cap: Grade
  /** One line for people. */
  readonly text: string
  readonly count: number
  /** What was looked at; absent where a share means nothing. */
  readonly of?: number
  /** Of tapes shorter than an hour, the count. */
  readonly perHour: number
  /** ISO 8601 with microseconds, exchange time. */
  readonly firstTime?: string
  /** In `unit`. */
  readonly worst?: number
  readonly unit?: FindingUnit
  readonly worstTime?: string
}

export interface DataGrade {
  readonly grade: Grade
  /** `C: usable for …, because …`. */
  readonly verdict: string
  /** Lines of the findings that lower the grade, worst first. */
  readonly reasons: readonly string[]
  readonly findings: readonly GradedFinding[]
  /** Codes of what was looked for and is not there. */
  readonly clean: readonly string[]
}

/** So many causes are named in the verdict. */
const namedCauses = 3

export function gradeData(facts: TapeFacts): DataGrade {
  const all = collectFindings(facts)
  const { grade, reasons, judged } = gradeTape(all)
  const there = new Set(judged.map(({ rule }) => rule.code))
  const clean = new Set(all.filter(({ code }) => !there.has(code)).map(({ code }) => code))
  const causes = reasons.filter(({ cap }) => cap === grade)
  return {
    grade,
    verdict: `${grade}: ${gradeMeaning[grade]}${because(causes)}`,
    reasons: reasons.map(describeFinding),
    findings: judged.map(graded),
    clean: [...clean],
  }
}

function because(causes: readonly JudgedFinding[]): string {
  if (causes.length === 0) return ''
  const named = causes.slice(0, namedCauses).map(causeOf)
  const more = causes.length - named.length
  return `, because ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function graded(one: JudgedFinding): GradedFinding {
  const { finding, rule, cap } = one
  const { firstTime, worst, worstTime } = finding
  return {
    code: rule.code,
    severity: severityOf(cap),
    cap,
    text: describeFinding(one),
    count: finding.count,
    ...(finding.of === undefined ? {} : { of: finding.of }),
    perHour: finding.perHour ?? finding.count,
    ...(firstTime === undefined ? {} : { firstTime: isoInstant(firstTime) }),
    ...(worst === undefined || rule.unit === undefined ? {} : { worst, unit: rule.unit }),
    ...(worstTime === undefined ? {} : { worstTime: isoInstant(worstTime) }),
  }
}

const severities: readonly Severity[] = ['info', 'minor', 'moderate', 'serious', 'fatal']

const severityOf = (cap: Grade): Severity => severities[grades.indexOf(cap)] ?? 'fatal'
