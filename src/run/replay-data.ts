/** The tapes of a run, sorted into instruments, with the span they cover. */
import type { LocalBook } from '../book/local-book.ts'
import { SimulatedClock } from '../clock/simulated-clock.ts'
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import { Instrument, type InstrumentSpec } from '../model/instrument.ts'
import type { PackedTape } from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { findEndTime, openMarket } from './start-time.ts'

export interface ReplayData {
  /** By instrument: its tapes in order of time. */
  readonly groups: readonly (readonly PackedTape[])[]
  readonly instruments: readonly Instrument[]
  /** Of the first instrument. */
  readonly level: DataLevel
  readonly facts: readonly TapeFacts[]
  /** What we know of each instrument, at the start of the run. To be closed. */
  readonly books: readonly LocalBook[]
  /** At the start. */
  readonly clock: SimulatedClock
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
  const ends = groups.map(findEndTime)
  const clock = new SimulatedClock(timeUs(0))
  const books = openMarkets(groups, clock)
  if (ends.some((end) => end < clock.now())) {
    for (const book of books) book.close()
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
    books,
    clock,
    start: clock.now(),
    end: timeUs(Math.max(...ends)),
    rows: groups.flat().reduce((sum, { facts }) => sum + facts.rows, 0),
  }
}

function openMarkets(groups: readonly (readonly PackedTape[])[], clock: SimulatedClock): LocalBook[] {
  const books: LocalBook[] = []
  try {
    for (const tapes of groups) books.push(openMarket(tapes, clock))
    return books
  } catch (error) {
    for (const book of books) book.close()
    throw error
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
