/**
 * Composition root of a session that trades while its market runs: a feed, a venue, and the live session between them.
 * What the venue is, paper or an exchange, is decided by whoever starts it; nothing here depends on it.
 */
import { WallClock } from '../clock/wall-clock.ts'
import { durationUs } from '../core/units.ts'
import type { JournalFile, JournalTarget } from '../journal/journal-file.ts'
import type { SessionDirectory } from '../journal/session-directory.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { DataLevel } from '../model/tape.ts'
import type { LiveFeed, LiveFeedEvents } from '../venue/live-feed.ts'
import type { RecoverableVenue } from '../venue/recovery.ts'
import { type LiveOutcome, LiveSession } from './live-session.ts'
import { withOneQuantum } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'
import type { RunnableStrategy } from './run-replay.ts'
import type { PostInput } from './session-input.ts'
import { SoundRows } from './sound-rows.ts'
import type { SessionIdentity } from './start-lasting.ts'

/** What a venue of a session is made of. */
export interface VenueWiring {
  /** Read by the session, too. */
  readonly clock: WallClock
  readonly post: PostInput
  /** The venue itself is broken: the session ends. */
  readonly fail: (error: unknown) => void
  readonly instruments: readonly Instrument[]
  readonly level: DataLevel
  /** Signed lots that the session holds; 0 before it is assembled. */
  readonly ourQty: (instrument: number) => number
  readonly onWarning?: ((text: string) => void) | undefined
}

export interface SessionVenue {
  readonly venue: RecoverableVenue
  /** One whole message of the feed: to be posted as an input, before or after it is used here. */
  receive(instrument: number, rows: readonly MarketRow[]): void
  /** The feed of an instrument went down; the session has been told. */
  lose(instrument: number): void
  /** Opens the way that orders take; the market waits for it. Undefined: it is open. @throws {VenueError} */
  readonly open?: () => Promise<void>
  /**
   * The session has been told to end or to die: cancels what its engine does not know of, and asks the venue what is
   * open. Undefined: there is nobody to ask. @returns the venue's ids of orders that are still open; empty: none is
   */
  readonly settle?: (command: 'stop' | 'kill') => Promise<readonly string[]>
  /** How the venue is, one line; undefined where there is nothing to tell. */
  readonly health?: () => string
  /** Nothing is posted any more. What was handed over goes out first. */
  close(): void | Promise<void>
}

export type ConnectVenue = (wiring: VenueWiring, identity: SessionIdentity | undefined) => SessionVenue

interface CommonOptions {
  /** Started: its instruments are known. */
  readonly feed: StartedFeed
  readonly strategy: RunnableStrategy
  readonly config: RunConfig
  readonly level: DataLevel
  readonly connect: ConnectVenue
  readonly clock?: WallClock
  readonly onLog?: (time: number, text: string) => void
  readonly onWarning?: (text: string) => void
}

export type TradeSessionOptions = CommonOptions &
  (
    | { readonly directory?: undefined; readonly journal?: JournalFile | JournalTarget }
    /** Outlives its process. */
    | { readonly directory: SessionDirectory; readonly journal?: undefined }
  )

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
/** The same where a venue is asked, which may have to be reached first. */
const lastWordUs = durationUs(30_000_000)

export class TradeSession {
  readonly session: LiveSession
  readonly instruments: readonly Instrument[]
  /** Settles when the session has ended or was left; rejects when an input could not be handled. */
  readonly done: Promise<LiveOutcome>
  /** Ids at the venue of orders that were open when the session was over. `unknown`: the venue did not say. */
  leftOpen: readonly string[] = []
  private readonly feed: StartedFeed
  private readonly venue: SessionVenue
  private readonly clock: WallClock
  private ending: 'stop' | 'kill' | undefined

  /** @throws {ConfigError} settings that do not fit the instruments, and whatever LiveSession throws */
  constructor(options: TradeSessionOptions) {
    const { feed, level, onWarning } = options
    const clock = options.clock ?? new WallClock()
    const { instruments } = feed
    let venue: SessionVenue | undefined
    const fail = (error: unknown): void => this.session.abort(error)
    const ourQty = (instrument: number): number =>
      venue === undefined ? 0 : this.session.wired.positions.position(instrument).qty
    this.session = createSession({ ...options, clock }, (post, identity) => {
      venue = options.connect({ clock, post, fail, instruments, level, ourQty, onWarning }, identity)
      return venue.venue
    })
    if (venue === undefined) throw new Error('the session was connected to no venue')
    this.venue = venue
    this.feed = feed
    this.instruments = instruments
    this.clock = clock
    this.done = this.session.done.finally(() => this.close())
    if (this.venue.open === undefined) this.takeFeed(level)
    else this.venue.open().then(() => this.takeFeed(level), fail)
  }

  /**
   * Ends in order: nothing new goes out, what works is canceled, the answers are waited for, and the journal is closed.
   * What has not answered in time is left as it is, and the journal says so; a session of which a venue may still have
   * something is left, not ended.
   */
  end(): void {
    if (this.ending !== undefined) return
    this.settle('stop', () => {
      if (this.leftOpen.length > 0) this.session.leave()
      else this.session.post({ kind: 'end' })
    })
  }

  /** As `end`, by all ways there are; and the session is halted until an operator resumes it, but not over. */
  kill(): void {
    if (this.ending === 'kill') return
    this.settle('kill', () => this.session.leave())
  }

  /** An operator's word that a halted session is to trade again. */
  resume(): void {
    this.session.post({ kind: 'resume' })
  }

  /** Of all instruments. */
  workingOrders(): number {
    return this.session.wired.engine.workingOrders().length
  }

  /** Of the venue. */
  health(): string | undefined {
    return this.venue.health?.()
  }

  private settle(command: 'stop' | 'kill', close: () => void): void {
    this.ending = command
    this.session.post({ kind: command })
    let answer: readonly string[] | undefined = this.venue.settle === undefined ? [] : undefined
    this.venue.settle?.(command).then(
      (open) => {
        answer = open
      },
      (error: unknown) => this.session.abort(error),
    )
    const until = this.clock.present() + (answer === undefined ? lastWordUs : lastAnswersUs)
    const poll = setInterval(() => {
      const isSettled = this.workingOrders() === 0 && answer !== undefined
      if (!isSettled && this.clock.present() < until) return
      clearInterval(poll)
      this.leftOpen = answer ?? ['unknown']
      close()
    }, 10)
    this.session.done.catch(() => {}).finally(() => clearInterval(poll))
  }

  private takeFeed(level: DataLevel): void {
    const sound = this.instruments.map(() => new SoundRows(level))
    this.feed.take({
      rows: (instrument, rows) =>
        this.guard(() => this.venue.receive(instrument, sound[instrument]?.pass(rows) ?? rows)),
      connection: (instrument, isUp) => {
        this.session.post({ kind: 'connection', channel: 'market', instrument, isUp })
        if (!isUp) this.guard(() => this.venue.lose(instrument))
      },
    })
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
    await this.venue.close()
    await this.feed.close()
  }
}

type Connect = (post: PostInput, identity: SessionIdentity | undefined) => RecoverableVenue

function createSession(
  options: TradeSessionOptions & { readonly clock: WallClock },
  connect: Connect,
): LiveSession {
  const { strategy, config, level, feed, clock, onLog } = options
  const common = {
    strategy,
    setup: { config, level, instruments: feed.instruments.map(({ spec }) => spec) },
    clock,
    ...(onLog === undefined ? {} : { onLog }),
  }
  if (options.directory !== undefined) {
    return new LiveSession({ ...common, directory: options.directory, connect })
  }
  const { journal } = options
  const passing = { ...common, connect: (post: PostInput) => connect(post, undefined) }
  return new LiveSession(journal === undefined ? passing : { ...passing, journal })
}
