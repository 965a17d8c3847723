/**
 * Executes a session again from its own journal: the same engine on a simulated clock, a venue that swallows what it is
 * told, timers that never go off by themselves, and exactly the recorded inputs at their recorded times. What comes out
 * must be the same journal, byte for byte.
 */
import { SimulatedClock } from '../clock/simulated-clock.ts'
import { noTimerBackend, TimerTable } from '../clock/timer-table.ts'
import { DataError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import { JournalComparison, type JournalDifference } from '../journal/journal-comparison.ts'
import { type JournalBytes, readRecords } from '../journal/journal-reader.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import type { JournalRecord } from '../journal/record-stream.ts'
import { recordKind } from '../model/journal-record.ts'
import type { Venue } from '../venue/venue.ts'
import { applyRecord, inputKindOf } from './apply-record.ts'
import { parseRunDescription, type RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'
import { SessionInputs } from './session-inputs.ts'

export interface Reexecution {
  /** Where the two journals part; undefined when they are the same. */
  readonly difference: JournalDifference | undefined
  /** Of the journal that came out; undefined when it parted from the recorded one. */
  readonly fingerprint: string | undefined
  /** Why the session had broken off, where doing it again broke off in the same way. */
  readonly failure?: string | undefined
  /** Records of the journal that was read. */
  readonly records: number
}

/** Looks on, and changes nothing. */
export interface ReexecutionWatcher {
  readonly onOpen?: (inputs: SessionInputs, clock: SimulatedClock) => void
  /** Each record of the journal, before it is applied. */
  readonly onRecord?: (record: JournalRecord) => void
  /** Each input, before the clock goes to its time, in microseconds. */
  readonly beforeInput?: (time: number) => void
}

const silentVenue: Venue = { submit: () => {}, amend: () => {}, cancel: () => {} }

/**
 * @param journal of a live session; one that broke off is compared as far as it goes
 * @param strategy as the journal's description names it: see recallStrategy
 * @throws {DataError} JOURNAL_DAMAGED
 */
export function reexecute(
  journal: JournalBytes,
  strategy: RunnableStrategy,
  watcher: ReexecutionWatcher = {},
): Reexecution {
  const comparison = new JournalComparison(journal.body, { mayEndEarly: !journal.isWhole })
  const writer = new JournalWriter(comparison)
  let records = 0
  let inputs: SessionInputs | undefined
  const clock = new SimulatedClock(startOf(journal))
  try {
    for (const record of readRecords(journal)) {
      records++
      watcher.onRecord?.(record)
      if (inputs === undefined) {
        inputs = open(record, journal, { strategy, clock, writer })
        watcher.onOpen?.(inputs, clock)
      } else {
        const kind = inputKindOf(record)
        if (kind === undefined) continue
        watcher.beforeInput?.(record.time)
        clock.advanceTo(timeUs(record.time))
        applyRecord(kind, record, inputs)
      }
    }
    const fingerprint = writer.close()
    const isSame = comparison.difference === undefined
    return { difference: comparison.difference, fingerprint: isSame ? fingerprint : undefined, records }
  } catch (error) {
    writer.abort()
    const { difference } = comparison
    // A session that its own market data ended: the last input of its journal ends it again.
    const isSameEnd = difference === undefined && !journal.isWhole && error instanceof DataError
    if (isSameEnd && records === countRecords(journal)) {
      return { difference, fingerprint: undefined, records, failure: error.message }
    }
    if (difference === undefined) throw error
    return { difference, fingerprint: undefined, records: countRecords(journal) }
  }
}

/** What was run. @throws {DataError} JOURNAL_DAMAGED */
export function describedIn(journal: JournalBytes): RunDescription {
  return parseRunDescription(firstRecord(journal).text ?? '', journal.path)
}

function startOf(journal: JournalBytes) {
  return timeUs(firstRecord(journal).time)
}

function firstRecord(journal: JournalBytes): JournalRecord {
  const { value } = readRecords(journal).next()
  if (value?.kind === recordKind.config) return value
  throw new DataError('JOURNAL_DAMAGED', `${journal.path} does not start with what was run`)
}

interface Stage {
  readonly strategy: RunnableStrategy
  readonly clock: SimulatedClock
  readonly writer: JournalWriter
}

function open(first: JournalRecord, { path }: JournalBytes, stage: Stage): SessionInputs {
  return new SessionInputs({
    description: parseRunDescription(first.text ?? '', path),
    strategy: stage.strategy,
    clock: stage.clock,
    timers: new TimerTable(noTimerBackend),
    venue: silentVenue,
    journal: stage.writer,
  })
}

function countRecords(journal: JournalBytes): number {
  let records = 0
  for (const _ of readRecords(journal)) records++
  return records
}
