/**
 * Composition root of a session that trades while its market runs: a feed, a venue, and the live session between them.
 * What the venue is, paper or an exchange, is decided by whoever starts it; nothing here depends on it.
 */
import { WallClock } from '../clock/wall-clock.ts'
import { durationUs } from '../core/units.ts'
import type { JournalFile, JournalTarget } from '../journal/journal-file.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { DataLevel } from '../model/tape.ts'
import type { LiveFeed, LiveFeedEvents } from '../venue/live-feed.ts'
import type { Venue } from '../venue/venue.ts'
import { type LiveOutcome, LiveSession } from './live-session.ts'
import { withOneQuantum } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'
import type { RunnableStrategy } from './run-replay.ts'
import type { PostInput } from './session-input.ts'
import { SoundRows } from './sound-rows.ts'

/** What a venue of a session is made of. */
export interface VenueWiring {
  /** Read by the session, too. */
  readonly clock: WallClock
  readonly post: PostInput
  /** The venue itself is broken: the session ends. */
  readonly fail: (error: unknown) => void
  readonly instruments: readonly Instrument[]
  readonly level: DataLevel
  readonly onWarning?: ((text: string) => void) | undefined
}

export interface SessionVenue {
  readonly venue: Venue
  /** One whole message of the feed: to be posted as an input, before or after it is used here. */
  receive(instrument: number, rows: readonly MarketRow[]): void
  /** The feed of an instrument went down; the session has been told. */
  lose(instrument: number): void
  /** Nothing is posted any more. */
  close(): void
}

export interface TradeSessionOptions {
  /** Started: its instruments are known. */
  readonly feed: StartedFeed
  readonly strategy: RunnableStrategy
  readonly config: RunConfig
  readonly level: DataLevel
  readonly connect: (wiring: VenueWiring) => SessionVenue
  readonly journal?: JournalFile | JournalTarget
  readonly clock?: WallClock
  readonly onLog?: (time: number, text: string) => void
  readonly onWarning?: (text: string) => void
}

/** A feed whose first messages wait until somebody takes them. */
export interface StartedFeed {
  readonly instruments: readonly Instrument[]
  /** From now on, what waited first. */
  take(on: LiveFeedEvents): void
  close(): Promise<void>
}

/** @throws {VenueError} */
export async function startFeed(feed: LiveFeed): Promise<StartedFeed> {
  const waiting: ((on: LiveFeedEvents) => void)[] = []
  let taker: LiveFeedEvents | undefined
  const pass = (event: (on: LiveFeedEvents) => void): void => {
    if (taker === undefined) waiting.push(event)
    else event(taker)
  }
  await feed.start({
    rows: (instrument, rows) => pass((on) => on.rows(instrument, rows)),
    connection: (instrument, isUp) => pass((on) => on.connection(instrument, isUp)),
  })
  return {
    instruments: withOneQuantum(feed.instruments()),
    take: (on) => {
      taker = on
      for (const event of waiting.splice(0)) event(on)
    },
    close: () => feed.close(),
  }
}

/** How long canceled orders may take to be confirmed at the end before the session ends without it. */
const lastAnswersUs = durationUs(10_000_000)

export class TradeSession {
  readonly session: LiveSession
  readonly instruments: readonly Instrument[]
  /** Settles when the session has ended; rejects when an input could not be handled. */
  readonly done: Promise<LiveOutcome>
  private readonly feed: StartedFeed
  private readonly venue: SessionVenue
  private readonly clock: WallClock
  private isEnding = false

  /** @throws {ConfigError} settings that do not fit the instruments */
  constructor(options: TradeSessionOptions) {
    const { feed, strategy, config, level, journal, onLog, onWarning } = options
    const clock = options.clock ?? new WallClock()
    const { instruments } = feed
    let venue: SessionVenue | undefined
    const fail = (error: unknown): void => this.session.abort(error)
    this.session = new LiveSession({
      strategy,
      setup: { config, level, instruments: instruments.map(({ spec }) => spec) },
      connect: (post) => {
        venue = options.connect({ clock, post, fail, instruments, level, onWarning })
        return venue.venue
      },
      clock,
      ...(journal === undefined ? {} : { journal }),
      ...(onLog === undefined ? {} : { onLog }),
    })
    if (venue === undefined) throw new Error('the session was connected to no venue')
    const connected: SessionVenue = venue
    this.venue = connected
    this.feed = feed
    this.instruments = instruments
    this.clock = clock
    this.done = this.session.done.finally(() => this.close())
    const sound = instruments.map(() => new SoundRows(level))
    feed.take({
      rows: (instrument, rows) =>
        this.guard(() => connected.receive(instrument, sound[instrument]?.pass(rows) ?? rows)),
      connection: (instrument, isUp) => {
        this.session.post({ kind: 'connection', channel: 'market', instrument, isUp })
        if (!isUp) this.guard(() => connected.lose(instrument))
      },
    })
  }

  /**
   * Ends in order: nothing new goes out, what works is canceled, the answers are waited for, and the journal is closed.
   * What has not answered after ten seconds is left as it is, and the journal says so.
   */
  end(): void {
    if (this.isEnding) return
    this.isEnding = true
    this.session.post({ kind: 'stop' })
    const until = this.clock.present() + lastAnswersUs
    const poll = setInterval(() => {
      if (this.workingOrders() > 0 && this.clock.present() < until) return
      clearInterval(poll)
      this.session.post({ kind: 'end' })
    }, 10)
    this.session.done.catch(() => {}).finally(() => clearInterval(poll))
  }

  /** Of all instruments. */
  workingOrders(): number {
    return this.session.wired.engine.workingOrders().length
  }

  /** The venue itself is broken when this throws: inputs that cannot be handled end the session by themselves. */
  private guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.session.abort(error)
    }
  }

  private async close(): Promise<void> {
    this.venue.close()
    await this.feed.close()
  }
}
