/** Tapes of one instrument that follow each other → the facts of one tape that a single recording would have. */
import { basename } from 'node:path'
import { canonicalJson } from '../core/canonical-json.ts'
import { ConfigError } from '../core/errors.ts'
import { type DataLevel, dataLevels, type TapeFacts } from '../model/tape.ts'
import { isoTime } from './parse-time.ts'
import { type ClockFacts, clockNoteStart, type RowFacts } from './tape-facts.ts'
import { holesBetween } from './tape-joins.ts'

/** A tape and where it lies. */
export interface TapeOf {
  readonly path: string
  readonly facts: TapeFacts
}

/** @param counted over the rows of all tapes, so that the hash does not depend on where files were cut */
export function mergeFacts(
  facts: readonly [TapeFacts, ...TapeFacts[]],
  counted: RowFacts,
  clock: ClockFacts,
): TapeFacts {
  const sum = (value: (one: TapeFacts) => number): number =>
    facts.reduce((total, one) => total + value(one), 0)
  const [first] = facts
  const holes = holesBetween(facts)
  const levels = commonLevels(facts)
  const same = new Set(facts.map(({ format }) => format)).size === 1
  return counted.finish(
    {
      instrument: first.instrument,
      isSynthetic: facts.some(({ isSynthetic }) => isSynthetic),
      sources: facts.flatMap(({ sources }) => sources),
      format: same ? first.format : 'several',
      levels,
      barUs: first.barUs,
      hasReceiveTime: facts.every(({ hasReceiveTime }) => hasReceiveTime),
      isClockTrusted: facts.some(({ isClockTrusted }) => isClockTrusted === true),
    },
    {
      gaps: sum(({ gaps }) => gaps) + (levels.includes('l2') || levels.includes('l1') ? holes.length : 0),
      offLotQuantities: sum(({ offLotQuantities }) => offLotQuantities),
      touchChecks: sum(({ touchChecks }) => touchChecks),
      touchAgreed: sum(({ touchAgreed }) => touchAgreed),
      ...mergeFunding(facts),
      notes: [...new Set([...facts.flatMap(({ notes }) => notes), ...holes.map(({ note }) => note)])].filter(
        (note) => !note.startsWith(clockNoteStart),
      ),
    },
    clock,
  )
}

/** A later tape has the rate from nearer to its time. */
function mergeFunding(facts: readonly TapeFacts[]): Pick<TapeFacts, 'funding'> {
  const known = new Map<number, string>()
  for (const { funding = [] } of facts) for (const { time, rate } of funding) known.set(time, rate)
  const rates = [...known].map(([time, rate]) => ({ time, rate })).sort((a, b) => a.time - b.time)
  return rates.length === 0 ? {} : { funding: rates }
}

/** Levels that every tape offers, finest first. */
export function commonLevels(facts: readonly TapeFacts[]): DataLevel[] {
  return dataLevels.filter((level) => facts.every(({ levels }) => levels.includes(level)))
}

/**
 * Sorts tapes of one instrument by time.
 *
 * @throws {ConfigError} TAPES_DIFFER when they are not of the same instrument, tick and lot included
 * @throws {ConfigError} TAPES_OVERLAP
 */
export function inOrderOfTime<T extends TapeOf>(tapes: readonly T[]): T[] {
  const sorted = [...tapes].sort((a, b) => a.facts.firstTime - b.facts.firstTime)
  sorted.forEach((tape, i) => {
    const before = sorted[i - 1]
    if (before !== undefined) assertFollows(before, tape)
  })
  return sorted
}

/** Exchange times of neighbors may interleave a little, because messages are delayed; more is an overlap. */
const interleaveUs = 5_000_000

function assertFollows(before: TapeOf, tape: TapeOf): void {
  const { instrument: a } = before.facts
  const { instrument: b } = tape.facts
  const both = `${basename(before.path)} and ${basename(tape.path)}`
  if (canonicalJson({ ...a }) !== canonicalJson({ ...b })) {
    throw new ConfigError(
      'TAPES_DIFFER',
      `${both} are both of ${b.id}, but not of the same contract (tick ${a.tickSize} and ${b.tickSize}, lot ${a.lotSize} and ${b.lotSize}, venue ${a.venue} and ${b.venue})`,
    )
  }
  if (tape.facts.firstTime < before.facts.lastTime - interleaveUs) {
    throw new ConfigError(
      'TAPES_OVERLAP',
      `${both} overlap: the first ends at ${isoTime(before.facts.lastTime)}, the second starts at ${isoTime(tape.facts.firstTime)}`,
    )
  }
}
