/**
 * Composition root of a session on the wall clock: inputs come whenever they come, wait in one queue, and are handled
 * one at a time. Each is stamped when it is taken from the queue, and time stands still while it is handled; so the
 * journal's inputs, in their order and with their times, are the run (see reexecute.ts).
 */
import type { TimerId } from '../clock/clock.ts'
import { TimerTable } from '../clock/timer-table.ts'
import { WallClock } from '../clock/wall-clock.ts'
import { unreachable } from '../core/errors.ts'
import type { JournalFile, JournalTarget } from '../journal/journal-file.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import type { VenueReport } from '../model/account-report.ts'
import type { OperatorCommand } from '../model/journal-record.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { ConnectionChange, VenuePosition } from '../model/session-record.ts'
import type { Venue } from '../venue/venue.ts'
import type { RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'
import { SessionInputs } from './session-inputs.ts'
import { WallTimers } from './wall-timers.ts'
import type { WiredSession } from './wire-session.ts'

export type SessionInput =
  /** One whole message of a feed: the last row, and no other, is marked as last. */
  | { readonly kind: 'market'; readonly instrument: number; readonly rows: readonly MarketRow[] }
  | { readonly kind: 'report'; readonly report: VenueReport }
  | { readonly kind: 'timer'; readonly id: TimerId }
  /** A feed or the order channel of an instrument went down, or came back. */
  | ({ readonly kind: 'connection' } & ConnectionChange)
  /** A process takes the session over: the first thing it says. */
  | { readonly kind: 'epoch'; readonly fence: number }
  /** What the venue says we hold. */
  | ({ readonly kind: 'venue-position' } & VenuePosition)
  /** An operator's commands. `stop` and `kill` cancel everything and let nothing new out. */
  | { readonly kind: OperatorCommand }
  /** The session is over. */
  | { readonly kind: 'end' }

export type PostInput = (input: SessionInput) => void

export interface LiveOptions {
  readonly strategy: RunnableStrategy
  readonly setup: Pick<RunDescription, 'config' | 'level' | 'instruments'>
  /** Called once; may post at any time from then on. */
  readonly connect: (post: PostInput) => Venue
  readonly journal?: JournalFile | JournalTarget
  readonly clock?: WallClock
  readonly onLog?: (time: number, text: string) => void
}

export interface LiveOutcome {
  readonly fingerprint: string
  /** Inputs handled, timers that had been canceled included. */
  readonly inputs: number
}

export class LiveSession {
  /** Settles when the session has ended; rejects when an input could not be handled. */
  readonly done: Promise<LiveOutcome>
  private readonly clock: WallClock
  private readonly journal: JournalWriter
  private readonly timers: WallTimers
  private readonly inputs: SessionInputs
  private queue: SessionInput[] = []
  private handled = 0
  /** An input is being handled: what is posted meanwhile waits. True until the session is assembled. */
  private isBusy = true
  private isOver = false
  private resolve: (outcome: LiveOutcome) => void = () => {}
  private reject: (error: unknown) => void = () => {}

  /** @throws {ConfigError} settings that do not fit the instruments */
  constructor(options: LiveOptions) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.clock = options.clock ?? new WallClock()
    this.journal = new JournalWriter(options.journal)
    this.timers = new WallTimers(this.clock, (id) => this.post({ kind: 'timer', id }))
    try {
      this.inputs = this.assemble(options)
    } catch (error) {
      this.close(() => this.journal.abort())
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

  /** Handled at once, or after the input that is being handled. Without effect when the session is over. */
  post(input: SessionInput): void {
    if (this.isOver) return
    this.queue.push(input)
    if (!this.isBusy) this.drain()
  }

  private assemble({ strategy, setup, connect, onLog }: LiveOptions): SessionInputs {
    const venue = connect((input) => this.post(input))
    return new SessionInputs({
      description: {
        ...setup,
        strategy: strategy.name,
        params: strategy.params,
        codeHash: strategy.codeHash,
      },
      strategy,
      clock: this.clock,
      timers: new TimerTable(this.timers),
      venue: journaledFirst(venue, this.journal),
      journal: this.journal,
      ...(onLog === undefined ? {} : { onLog }),
    })
  }

  private drain(): void {
    this.isBusy = true
    try {
      for (let next = 0; next < this.queue.length && !this.isOver; next++) {
        const input = this.queue[next]
        if (input !== undefined) this.handle(input)
      }
      this.queue = []
    } catch (error) {
      this.close(() => this.journal.abort())
      this.reject(error)
    } finally {
      this.isBusy = false
    }
  }

  private handle(input: SessionInput): void {
    this.clock.advance()
    this.handled++
    switch (input.kind) {
      case 'market':
        for (const row of input.rows) this.inputs.applyRow(input.instrument, row)
        break
      case 'report':
        this.inputs.applyReport(input.report)
        break
      case 'timer':
        this.inputs.fireTimer(input.id)
        break
      case 'connection':
        this.inputs.applyConnection(input)
        break
      case 'epoch':
        this.inputs.beginEpoch(input.fence)
        break
      case 'venue-position':
        this.inputs.applyVenuePosition(input)
        break
      case 'stop':
      case 'kill':
      case 'resume':
      case 'reduce':
        this.inputs.operate(input.kind)
        break
      case 'end':
        this.inputs.end()
        this.close(() => this.resolve({ fingerprint: this.journal.close(), inputs: this.handled }))
        break
      default:
        unreachable(input)
    }
  }

  private close(finish: () => void): void {
    this.isOver = true
    this.timers.stop()
    finish()
  }
}

/** Intent before effect: the journal has left our memory before a command leaves. */
function journaledFirst(venue: Venue, journal: JournalWriter): Venue {
  return {
    submit(command) {
      journal.flush()
      venue.submit(command)
    },
    amend(command) {
      journal.flush()
      venue.amend(command)
    },
    cancel(command) {
      journal.flush()
      venue.cancel(command)
    },
  }
}
