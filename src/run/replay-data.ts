/** The tapes of a run, sorted into instruments, with the span they cover. */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import type { TimeUs } from '../core/units.ts'
import { Instrument, type InstrumentSpec } from '../model/instrument.ts'
import type { PackedTape } from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { findEndTime, findStartTime } from './start-time.ts'

export interface ReplayData {
  /** By instrument: its tapes in order of time. */
  readonly groups: readonly (readonly PackedTape[])[]
  readonly instruments: readonly Instrument[]
  /** Of the first instrument. */
  readonly level: DataLevel
  readonly facts: readonly TapeFacts[]
  /** First moment at which every instrument has a price that we know, and receive time of the last row. */
  readonly start: TimeUs
  readonly end: TimeUs
  readonly rows: number
}

/** @throws {ConfigError} NO_DATA, NO_OVERLAP, TAPES_OVERLAP @throws {DataError} NO_MARKET */
export function openReplayData(tapes: readonly PackedTape[]): ReplayData {
  const byId = new Map<string, PackedTape[]>()
  for (const tape of tapes) {
    const { id } = tape.facts.instrument
    byId.set(id, [...(byId.get(id) ?? []), tape])
  }
  const groups = [...byId.values()].map(inOrder)
  const [first] = groups[0] ?? []
  if (first === undefined) throw new ConfigError('NO_DATA', 'no data to run on: give --data FILE')
  const starts = groups.map(findStartTime)
  const ends = groups.map(findEndTime)
  const latest = (times: readonly TimeUs[]): TimeUs => times.reduce((a, b) => (b > a ? b : a))
  const start = latest(starts)
  if (ends.some((end) => end < start)) {
    throw new ConfigError(
      'NO_OVERLAP',
      `the data of ${[...byId.keys()].join(' and ')} do not overlap in time`,
    )
  }
  return {
    groups,
    instruments: withOneQuantum(groups.map(([tape]) => (tape ?? first).facts.instrument)),
    level: first.level,
    facts: groups.flat().map(({ facts }) => facts),
    start,
    end: latest(ends),
    rows: groups.flat().reduce((sum, { facts }) => sum + facts.rows, 0),
  }
}

function inOrder(tapes: readonly PackedTape[]): PackedTape[] {
  const sorted = [...tapes].sort((a, b) => a.facts.firstTime - b.facts.firstTime)
  sorted.forEach((tape, index) => {
    const before = sorted[index - 1]
    if (before === undefined || before.facts.lastTime <= tape.facts.firstTime) return
    throw new ConfigError(
      'TAPES_OVERLAP',
      `${tape.facts.sources.join(', ')} starts before ${before.facts.sources.join(', ')} ends: give each moment once`,
    )
  })
  return sorted
}

/** One account counts in one unit: the finest of the instruments that settle in the same currency. */
export function withOneQuantum(specs: readonly InstrumentSpec[]): Instrument[] {
  return specs.map((spec) => {
    const quanta = specs
      .filter((other) => other.settleCurrency === spec.settleCurrency)
      .map((s) => s.settleQuantum)
    const settleQuantum = quanta.reduce((a, b) => (parseDecimal(b).lt(a) ? b : a))
    return new Instrument({ ...spec, settleQuantum })
  })
}
