/**
 * A session from its own journal, up to where it broke off: the same engine takes the recorded inputs at their recorded
 * times and comes to the state that it had. What it decides is held against what it had decided.
 */
import type { WallClock } from '../clock/wall-clock.ts'
import type { Json } from '../core/canonical-json.ts'
import { ConfigError, DataError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import type { FrameReader } from '../journal/frame-reader.ts'
import type { JournalBytes } from '../journal/journal-reader.ts'
import type { JournalWriter } from '../journal/journal-writer.ts'
import { type JournalRecord, RecordStream } from '../journal/record-stream.ts'
import type { ResumedJournal } from '../journal/resumed-journal.ts'
import { operatorCommand, recordKind } from '../model/journal-record.ts'
import { applyRecord, inputKindOf } from './apply-record.ts'
import type { HeldTimers } from './held-timers.ts'
import { reexecute } from './reexecute.ts'
import type { RunnableStrategy } from './run-replay.ts'
import type { SessionInputs } from './session-inputs.ts'

export interface ResumeOptions {
  /** Of the journal. */
  readonly path: string
  readonly reader: FrameReader
  /** All of it at once. */
  readonly whole: () => JournalBytes
  readonly strategy: RunnableStrategy
  /** What the session is to be, as its first record would say it. */
  readonly description: string
  readonly clock: WallClock
  readonly timers: HeldTimers
  readonly journal: JournalWriter
  readonly target: ResumedJournal
  readonly open: () => SessionInputs
}

export interface Resumed {
  readonly inputs: SessionInputs
  /** The last order whose intent is on the disk: later ones never left. 0 when there is none. */
  readonly lastOrderId: number
}

/** How far the machine's clock may be behind the journal, in microseconds: time stands still until it has caught up. */
const clockLagUsMax = 60_000_000

/**
 * @returns undefined when the journal has no records: the session never got that far
 * @throws {ConfigError} SESSION_CHANGED, SESSION_ENDED, CLOCK_BEHIND @throws {DataError} JOURNAL_DAMAGED, JOURNAL_DIFFERS
 */
export function resumeSession(options: ResumeOptions): Resumed | undefined {
  const { path, reader, strategy, journal, target, clock } = options
  const stream = new RecordStream(path)
  const stage = new ResumeStage(options)
  try {
    for (const payload of reader.payloads()) {
      target.expect(payload)
      for (const record of stream.push(payload)) stage.take(record)
    }
    if (reader.fingerprint !== undefined) throw ended(path)
    journal.flush()
  } catch (error) {
    throw error instanceof DataError && error.code === 'JOURNAL_DIFFERS'
      ? explain(options.whole(), strategy)
      : error
  }
  const lag = clock.now() - clock.present()
  if (lag > clockLagUsMax) {
    const seconds = Math.round(lag / 1_000_000)
    throw new ConfigError(
      'CLOCK_BEHIND',
      `the clock of this machine is ${seconds} s behind the journal ${path}`,
    )
  }
  return stage.resumed
}

class ResumeStage {
  private readonly options: ResumeOptions
  private inputs: SessionInputs | undefined
  private lastOrderId = 0

  constructor(options: ResumeOptions) {
    this.options = options
  }

  get resumed(): Resumed | undefined {
    const { inputs, lastOrderId } = this
    return inputs === undefined ? undefined : { inputs, lastOrderId }
  }

  take(record: JournalRecord): void {
    const { clock, timers, path } = this.options
    const { kind, sub, fields } = record
    clock.showRecorded(timeUs(record.time))
    if (this.inputs === undefined) {
      this.checkDescription(record)
      this.inputs = this.options.open()
      return
    }
    if (kind === recordKind.submit) this.lastOrderId = fields[0] ?? 0
    const input = inputKindOf(record)
    if (input === undefined) return
    if (input === recordKind.operator && sub === operatorCommand.end) throw ended(path)
    applyRecord(input, record, this.inputs)
    if (input === recordKind.timer) timers.fired(fields[0] ?? 0)
  }

  private checkDescription({ kind, text = '' }: JournalRecord): void {
    const { path, description } = this.options
    if (kind !== recordKind.config) {
      throw new DataError('JOURNAL_DAMAGED', `${path} does not start with what was run`)
    }
    if (text === description) return
    const change = firstChange(JSON.parse(text), JSON.parse(description), '')
    throw new ConfigError(
      'SESSION_CHANGED',
      `the session was begun with other settings or another strategy: ${change}; go on with those, or begin a new one`,
    )
  }
}

function ended(path: string): ConfigError {
  return new ConfigError('SESSION_ENDED', `the session of ${path} has ended; begin a new one`)
}

/** Where the two part, in words: from the file as a whole, since nothing is left to go on with. */
function explain(journal: JournalBytes, strategy: RunnableStrategy): DataError {
  const { difference } = reexecute(journal, strategy)
  const where = difference?.message ?? 'what it decides is not what is recorded'
  return new DataError(
    'JOURNAL_DIFFERS',
    `the session cannot go on: this program and strategy do not do again what ${journal.path} says. ${where}`,
  )
}

/** @returns the first value that differs, with its path: `settings.seed was 7, is 8` */
function firstChange(before: Json, after: Json, path: string): string {
  if (isTree(before) && isTree(after)) {
    const [a, b] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
    for (const key of [...new Set([...a.keys(), ...b.keys()])].sort()) {
      const [x, y] = [a.get(key), b.get(key)]
      const at = path === '' ? key : `${path}.${key}`
      if (JSON.stringify(x) !== JSON.stringify(y)) return firstChange(x ?? null, y ?? null, at)
    }
  }
  return `${path} was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`
}

const isTree = (value: Json): value is Extract<Json, object> => typeof value === 'object' && value !== null
