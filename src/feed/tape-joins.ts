/** Holes between tapes of one instrument: where they lie, and what becomes of the book there. */
import type { TapeFacts } from '../model/tape.ts'
import { holeNote, isHole } from './file-joins.ts'

export interface TapeJoin {
  /** Rows of all tapes before the hole. */
  readonly rows: number
  /** Newest exchange time before it, microseconds. */
  readonly exchangeTime: number
  readonly note: string
}

/** @param facts in order of time */
export function holesBetween(facts: readonly TapeFacts[]): readonly TapeJoin[] {
  const joins: TapeJoin[] = []
  let rows = 0
  let before: TapeFacts | undefined
  for (const one of facts) {
    if (before !== undefined) {
      const names = { before: before.sources.at(-1) ?? '', after: one.sources[0] ?? '' }
      const hole = { from: before.lastTime, to: one.firstTime, ...names }
      const spacing = (before.lastTime - before.firstTime) / Math.max(1, before.rows)
      if (isHole(hole.to - hole.from, spacing)) {
        joins.push({ rows, exchangeTime: hole.from, note: holeNote(hole) })
      }
    }
    rows += one.rows
    before = one
  }
  return joins
}
