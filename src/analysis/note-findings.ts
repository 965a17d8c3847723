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

/**
 * The first that fits. The count is the number at the start, or the group `count`; what it is measured against the
 * group `of`, or what the code says below.
 */
const patterns: readonly NotePattern[] = [
  { code: 'checksumMismatch', pattern: /^(?<of>\d+) checksums.*\b(?<count>\d+) do not agree/ },
  { code: 'checksumMismatch', pattern: /checksum.*(differ|mismatch|wrong|disagree|not agree|fail)/i },
  { code: 'missingSnapshot', pattern: /wait for a snapshot|no initial (book|snapshot)/i },
  { code: 'missingSnapshot', pattern: /stood before the recording is unknown/i },
  { code: 'lostBook', pattern: /^(?<count>\d+) of (?<of>\d+) book messages came after a gap/ },
  { code: 'earlyDiffs', pattern: /came before the (first )?snapshot|without a snapshot before them/i },
  { code: 'unknownOrders', pattern: /orders? that (was|were) never|unknown orders?\b|no order that stood/i },
  { code: 'missingIds', pattern: /\bids? (is|are|were) missing/i },
  { code: 'repeatedIds', pattern: /repeated under the same id|lower id than/i },
  { code: 'untoldGaps', pattern: /does not tell whether .* missing/i },
  { code: 'clockWander', pattern: /receive clock wanders/i },
  { code: 'inferredGrid', pattern: /is inferred from|finer than the tick size|does not name/i },
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
    const found = findPattern(note)
    const code = found?.code ?? 'note'
    const { count: named, of: ofNamed } = found?.groups ?? {}
    const digits = named ?? /^\d+(?= )/.exec(note)?.[0]
    const count = digits === undefined ? 1 : Number(digits)
    const of = ofNamed === undefined ? populationOf(code, facts, count) : Number(ofNamed)
    const isShare = digits !== undefined && of !== undefined
    return { code, count, ...(isShare ? { of } : {}), text: note }
  })
}

interface FoundPattern {
  readonly code: string
  readonly groups: Readonly<Record<string, string | undefined>> | undefined
}

function findPattern(note: string): FoundPattern | undefined {
  for (const { code, pattern } of patterns) {
    const match = pattern.exec(note)
    if (match !== null) return { code, groups: match.groups }
  }
  return undefined
}
