/**
 * Composition root of a session on the wall clock: inputs come whenever they come, wait in one queue, and are handled
 * one at a time. Each is stamped when it is taken from the queue, and time stands still while it is handled; so the
 * journal's inputs, in their order and with their times, are the run (see reexecute.ts).
 */
import { TimerTable } from '../clock/timer-table.ts'
import { WallClock } from '../clock/wall-clock.ts'
import { unreachable } from '../core/errors.ts'
import type { JournalFile, JournalTarget } from '../journal/journal-file.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import { ResumedJournal } from '../journal/resumed-journal.ts'
import type { SessionDirectory } from '../journal/session-directory.ts'
import type { RecoverableVenue } from '../venue/recovery.ts'
import type { Venue } from '../venue/venue.ts'
import { CommandGate } from './command-gate.ts'
import { HeldTimers } from './held-timers.ts'
import type { RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'
import type { PostInput, SessionInput } from './session-input.ts'
import { describeSession, SessionInputs } from './session-inputs.ts'
import { type SessionIdentity, startLasting } from './start-lasting.ts'
import { type Alarm, WallTimers } from './wall-timers.ts'
import type { WiredSession } from './wire-session.ts'

interface CommonOptions {
  readonly strategy: RunnableStrategy
  readonly setup: Pick<RunDescription, 'config' | 'level' | 'instruments'>
  readonly clock?: WallClock
  /** What wakes the session for its timers. Default: the operating system. */
  readonly alarm?: Alarm
  readonly onLog?: (time: number, text: string) => void
}

/** A session that ends with its process. */
interface PassingOptions extends CommonOptions {
  readonly directory?: undefined
  /** Called once; may post at any time from then on. */
  readonly connect: (post: PostInput) => Venue
  readonly journal?: JournalFile | JournalTarget
}

/** A session that goes on when its process has died. */
interface LastingOptions extends CommonOptions {
  /** New, or of a session that broke off or was left. */
  readonly directory: SessionDirectory
  /** Called once; may post at any time from then on. */
  readonly connect: (post: PostInput, identity: SessionIdentity) => RecoverableVenue
}

export type LiveOptions = PassingOptions | LastingOptions

export interface LiveOutcome {
  /** Undefined when the session was left and can go on. */
  readonly fingerprint: string | undefined
  /** Inputs handled by this process, timers that had been canceled included. */
  readonly inputs: number
}

export class LiveSession {
  /** Settles when the session has ended or was left; rejects when an input cannot be handled or the journal fails. */
  readonly done: Promise<LiveOutcome>
  private readonly clock: WallClock
  private readonly journal: JournalWriter
  /** Of a session that lasts. */
  private readonly durable: ResumedJournal | undefined
  private readonly directory: SessionDirectory | undefined
  private readonly gate: CommandGate
  private readonly timers: WallTimers
  private readonly held: HeldTimers
  private readonly inputs: SessionInputs
  private queue: SessionInput[] = []
  private handled = 0
  /** An input is being handled: what is posted meanwhile waits. True until the session is assembled. */
  private isBusy = true
  private isOver = false
  /** The strategy is only repeating what it said before. */
  private isResuming = false
  private resolve: (outcome: LiveOutcome) => void = () => {}
  private reject: (error: unknown) => void = () => {}

  /**
   * @throws {ConfigError} settings that do not fit the instruments, SESSION_CHANGED, SESSION_ENDED, CLOCK_BEHIND
   * @throws {DataError} JOURNAL_DAMAGED, JOURNAL_VERSION, JOURNAL_DIFFERS, JOURNAL_FAILED
   */
  constructor(options: LiveOptions) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.clock = options.clock ?? new WallClock()
    this.directory = options.directory
    this.durable = this.directory && new ResumedJournal(this.directory.journalPath)
    this.journal = new JournalWriter(isLasting(options) ? this.durable : options.journal)
    this.gate = new CommandGate(this.journal, () => this.durable?.failure)
    this.timers = new WallTimers(this.clock, (id) => this.post({ kind: 'timer', id }), options.alarm)
    this.held = new HeldTimers(this.timers)
    try {
      this.inputs = isLasting(options) ? this.startLasting(options) : this.startPassing(options)
    } catch (error) {
      // A new session has not sent anything yet.
      this.close(options.directory?.isResumed === true ? 'left' : 'ended', () => this.journal.abort())
      throw error
    }
    this.isBusy = false
    this.drain()
  }

  /** To look at, not to touch. */
  get wired(): WiredSession {
    return this.inputs.wired
  }

  /** Inputs handled so far. */
  get inputCount(): number {
    return this.handled
  }

  /** What it knows of its markets, and how many rows it was told. To look at, not to touch. */
  get market(): Pick<SessionInputs, 'markets' | 'rowCount'> {
    return this.inputs
  }

  /** Handled at once, or after the input that is being handled. Without effect when the session is over. */
  post(input: SessionInput): void {
    if (this.isOver) return
    this.queue.push(input)
    if (!this.isBusy) this.drain()
  }

  /** The session cannot go on: what works is canceled, and what the journal has is kept as one that broke off. */
  abort(error: unknown): void {
    if (!this.isOver) this.fail(error)
  }

  /** The process stops and the session does not: its orders go on working, and another process takes it up. */
  leave(): void {
    if (this.isOver) return
    this.close('left', () => {
      this.journal.abort()
      this.resolve({ fingerprint: undefined, inputs: this.handled })
    })
  }

  private startPassing(options: PassingOptions): SessionInputs {
    this.gate.open(options.connect((input) => this.post(input)))
    this.held.release()
    return this.createInputs(options)
  }

  private startLasting(options: LastingOptions): SessionInputs {
    const { directory, strategy, connect } = options
    const { durable: target = new ResumedJournal(directory.journalPath) } = this
    this.isResuming = true
    const { inputs, first } = startLasting({
      directory,
      strategy,
      description: describeSession(descriptionOf(options)),
      clock: this.clock,
      timers: this.held,
      journal: this.journal,
      target,
      gate: this.gate,
      open: () => this.createInputs(options),
      connect: (identity) => connect((input) => this.post(input), identity),
    })
    this.isResuming = false
    this.queue.unshift(...first)
    return inputs
  }

  private createInputs(options: CommonOptions): SessionInputs {
    const { strategy, onLog } = options
    return new SessionInputs({
      description: descriptionOf(options),
      strategy,
      clock: this.clock,
      timers: new TimerTable(this.held),
      venue: this.gate,
      journal: this.journal,
      onLog: (time, text) => {
        if (!this.isResuming) onLog?.(time, text)
      },
    })
  }

  private drain(): void {
    this.isBusy = true
    try {
      let hasNews = false
      for (let next = 0; next < this.queue.length && !this.isOver; next++) {
        const input = this.queue[next]
        if (input === undefined) continue
        this.handle(input)
        hasNews ||= input.kind !== 'market' && input.kind !== 'timer'
      }
      this.queue = []
      // A market comes again; what a venue or an operator said does not.
      if (hasNews && this.durable !== undefined && !this.isOver) this.journal.flush()
      if (this.durable?.failure !== undefined) throw this.durable.failure
    } catch (error) {
      this.fail(error)
    } finally {
      this.isBusy = false
    }
  }

  private handle(input: SessionInput): void {
    const { inputs } = this
    this.clock.advance()
    this.handled++
    switch (input.kind) {
      case 'market':
        for (const row of input.rows) inputs.applyRow(input.instrument, row)
        break
      case 'report':
        inputs.applyReport(input.report)
        break
      case 'timer':
        inputs.fireTimer(input.id)
        break
      case 'connection':
        inputs.applyConnection(input)
        break
      case 'epoch':
        inputs.beginEpoch(input.fence)
        break
      case 'venue-position':
        inputs.applyVenuePosition(input)
        break
      case 'stop':
      case 'kill':
      case 'resume':
      case 'reduce':
        inputs.operate(input.kind)
        break
      case 'end':
        this.end()
        break
      default:
        unreachable(input)
    }
  }

  private end(): void {
    const isSettled = this.inputs.wired.engine.unsettledOrders().length === 0
    this.inputs.end()
    const fingerprint = this.journal.close()
    if (this.durable?.failure !== undefined) throw this.durable.failure
    this.close(isSettled ? 'ended' : 'left', () => this.resolve({ fingerprint, inputs: this.handled }))
  }

  /** Whatever it was, nobody watches the orders any more: they are canceled, from memory if need be. */
  private fail(error: unknown): void {
    this.gate.cancelAll(this.inputs.wired.engine.workingOrders())
    this.close('left', () => this.journal.abort())
    this.reject(error)
  }

  private close(state: 'left' | 'ended', finish: () => void): void {
    this.isOver = true
    this.timers.stop()
    finish()
    this.directory?.close(state)
  }
}

function descriptionOf({ strategy, setup }: CommonOptions): RunDescription {
  const { name, params, codeHash } = strategy
  return { ...setup, strategy: name, params, codeHash }
}

const isLasting = (options: LiveOptions): options is LastingOptions => options.directory !== undefined
