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
import type { LiveFeed } from '../venue/live-feed.ts'
import type { Venue } from '../venue/venue.ts'
import { type LiveOutcome, LiveSession, type PostInput } from './live-session.ts'
import { withOneQuantum } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'
import type { RunnableStrategy } from './run-replay.ts'

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
  /** @param onRows from now on, what waited first */
  take(onRows: (instrument: number, rows: readonly MarketRow[]) => void): void
  close(): Promise<void>
}

/** @throws {VenueError} */
export async function startFeed(
  feed: LiveFeed,
  onConnection: (instrument: number, isUp: boolean) => void,
): Promise<StartedFeed> {
  const waiting: [instrument: number, rows: readonly MarketRow[]][] = []
  let deliver = (instrument: number, rows: readonly MarketRow[]): void => {
    waiting.push([instrument, rows])
  }
  await feed.start({ rows: (instrument, rows) => deliver(instrument, rows), connection: onConnection })
  return {
    instruments: withOneQuantum(feed.instruments()),
    take: (onRows) => {
      deliver = onRows
      for (const [instrument, rows] of waiting.splice(0)) onRows(instrument, rows)
    },
    close: () => feed.close(),
  }
}

/** How long canceled orders may take to be confirmed at the end before the session ends without it. */
const lastAnswersUs = durationUs(10_000_000)

export class TradeSession {
  readonly session: LiveSession
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
    this.clock = clock
    this.done = this.session.done.finally(() => this.close())
    feed.take((instrument, rows) => {
      try {
        connected.receive(instrument, rows)
      } catch (error) {
        this.session.abort(error)
      }
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

  private async close(): Promise<void> {
    this.venue.close()
    await this.feed.close()
  }
}
