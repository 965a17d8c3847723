/**
 * Notes of importers → findings. An importer counts what it meets and tells it in one sentence, "3044 diffs at the end
 * wait for a snapshot that never came"; a sentence that fits no pattern is shown as it is and judged by nobody, so that
 * a new importer needs nothing here.
 */
import type { TapeFacts } from '../model/tape.ts'
import type { Finding } from './finding.ts'

interface NotePattern {
  readonly code: string
  readonly pattern: RegExp
}

/** The first that fits. */
const patterns: readonly NotePattern[] = [
  { code: 'checksumMismatch', pattern: /checksum.*(differ|mismatch|wrong|disagree|not agree|fail|broke)/i },
  { code: 'checksumMismatch', pattern: /(differ|mismatch|disagree|fail).*checksum/i },
  { code: 'missingSnapshot', pattern: /wait for a snapshot|without a snapshot|no initial (book|snapshot)/i },
  { code: 'earlyDiffs', pattern: /came before the snapshot/i },
  { code: 'unknownOrders', pattern: /unknown orders?\b|orders? (that|which) (was|were) (never|not)/i },
  { code: 'unknownOrders', pattern: /orders?.*\b(not known|unknown|never seen)/i },
  { code: 'missingIds', pattern: /\bids?\b.*(missing|left out|skipped)|missing.*\bids?\b/i },
  { code: 'repeatedIds', pattern: /repeat(s|ed)? an? .*\bid\b|\bids?\b.*(repeat|twice|again)|duplicate/i },
  { code: 'clockWander', pattern: /receive clock wanders/i },
  {
    code: 'inferredGrid',
    pattern: /is inferred from|finer than the tick|finer than the lot size|does not name/i,
  },
  { code: 'inferredSide', pattern: /do not say who was the aggressor/i },
  { code: 'barTime', pattern: /taken for its start/i },
]

/** How many a finding is measured against, by its code. */
function populationOf(code: string, { rows, rowsByKind }: TapeFacts, count: number): number | undefined {
  switch (code) {
    case 'missingIds':
      return (rowsByKind.trade ?? 0) + count
    case 'missingSnapshot':
    case 'clockWander':
    case 'inferredGrid':
      return undefined
    default:
      return Math.max(rows, count)
  }
}

export function noteFindings(facts: TapeFacts): Finding[] {
  return facts.notes.map((note) => {
    const [, digits, what] = /^(\d+) (.*)$/.exec(note) ?? []
    const count = digits === undefined ? 1 : Number(digits)
    const code = patterns.find(({ pattern }) => pattern.test(what ?? note))?.code ?? 'note'
    const of = digits === undefined ? undefined : populationOf(code, facts, count)
    return { code, count, ...(of === undefined ? {} : { of }), text: note }
  })
}
