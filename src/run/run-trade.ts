/**
 * A trading session from start to end: strategy, feed and venue put together, watched, ended in order. Which venue it is
 * comes with the request; paper and an exchange differ in nothing else.
 */
import { WallClock } from '../clock/wall-clock.ts'
import { assert, ConfigError } from '../core/errors.ts'
import type { SessionDirectory } from '../journal/session-directory.ts'
import type { Instrument, InstrumentSpec } from '../model/instrument.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { DataLevel } from '../model/tape.ts'
import { type FeedRequest, openFeed } from './open-feed.ts'
import type { ParsedParams } from './parse-params.ts'
import { findStrategy, prepareStrategy, type SessionStrategy } from './prepare-session.ts'
import type { RunConfig } from './run-config.ts'
import { type SessionRecordInput, sessionRecord } from './session-record.ts'
import {
  type ConnectVenue,
  type StartedFeed,
  startFeed,
  TradeSession,
  type TradeSessionOptions,
} from './trade-session.ts'
import { type FeedWatch, type SessionEnd, type SessionProgress, SessionWatch } from './watch-session.ts'

export interface TradeRequest {
  readonly strategy: string
  readonly params: Readonly<Record<string, unknown>>
  /** Default: the finest that the feed brings. */
  readonly level: DataLevel | undefined
  readonly feed: FeedRequest
  /** Where the session is kept and where its orders go, once it is known what is traded. */
  readonly open: (market: OpenedMarket) => Promise<SessionGround>
  /** Ends by itself after this long, in microseconds. */
  readonly durationUs?: number | undefined
  /** An operator's word: a session that is halted trades again. */
  readonly resumes?: boolean | undefined
}

export interface OpenedMarket {
  readonly instruments: readonly Instrument[]
  /** Generated, which the session's origin should say. */
  readonly isSynthetic: boolean
  readonly clock: WallClock
  readonly onWarning: (text: string) => void
}

export interface SessionGround {
  /** As it goes into the journal. */
  readonly config: RunConfig
  readonly directory: SessionDirectory
  readonly connect: ConnectVenue
  /** The session could not begin: closes what is open. */
  readonly release: () => Promise<void>
}

export interface TradeOptions {
  readonly onStart?: (started: SessionStart) => void
  /** Called about once a second. */
  readonly onProgress?: (progress: SessionProgress) => void
  readonly onWarning?: (text: string) => void
  readonly onLog?: (time: number, text: string) => void
  /** Asked ten times a second; true ends the session in order, or kills it. */
  readonly isCanceled?: () => boolean
  readonly isKilled?: () => boolean
}

export interface SessionStart {
  readonly params: ParsedParams
  readonly level: DataLevel
  readonly instruments: readonly InstrumentSpec[]
  readonly config: RunConfig
  /** It has run before, and goes on. */
  readonly isResumed: boolean
  /** Halted, for example: by an operator, or by a limit. */
  readonly riskState: string
}

export interface TradeOutcome {
  readonly record: RunRecord
  readonly end: SessionEnd
  /** Ids at the venue of orders that may still be open. */
  readonly leftOpen: readonly string[]
}

/** @throws {ConfigError} @throws {DataError} @throws {VenueError} */
export async function runTrade(request: TradeRequest, options: TradeOptions = {}): Promise<TradeOutcome> {
  const found = await findStrategy(request.strategy, request.params)
  const clock = new WallClock()
  const watch: FeedWatch = { isOver: false, failure: undefined }
  const { feed, level, isSynthetic } = await openFeed(request.feed, {
    clock,
    onEnd: () => {
      watch.isOver = true
    },
    onFailure: (error) => {
      watch.failure ??= { error }
    },
    onNotice: options.onWarning,
  })
  const started = await startFeed(feed)
  try {
    return await trade({
      request,
      options,
      clock,
      watch,
      found,
      feed: started,
      level: request.level ?? level(),
      isSynthetic: isSynthetic(),
    })
  } finally {
    await started.close()
  }
}

interface Trading {
  readonly request: TradeRequest
  readonly options: TradeOptions
  readonly clock: WallClock
  readonly watch: FeedWatch
  readonly found: SessionStrategy
  readonly feed: StartedFeed
  readonly level: DataLevel
  readonly isSynthetic: boolean
}

async function trade(trading: Trading): Promise<TradeOutcome> {
  const { request, options, clock, watch, found, feed, level } = trading
  const { instruments: traded } = feed
  const [first] = traded
  if (first === undefined) throw new ConfigError('FEED_DATA', 'the feed has no instrument')
  const { strategy, params, blame } = prepareStrategy(found, first, level)
  const onWarning = (text: string): void => options.onWarning?.(text)
  const ground = await request.open({ ...trading, instruments: traded, onWarning })
  const { config, directory } = ground
  const instruments = traded.map(({ spec }) => spec)
  const span = { startedMs: performance.now(), start: clock.present() }
  const { onLog } = options
  const session = await assemble(ground, { feed, strategy, level, clock, onWarning, ...(onLog && { onLog }) })
  if (request.resumes === true) session.resume()
  const { state } = session.session.wired.risk
  options.onStart?.({ params, level, instruments, config, isResumed: directory.isResumed, riskState: state })
  const endAt = request.durationUs === undefined ? undefined : span.start + request.durationUs
  const watching = new SessionWatch({ session, options, clock, feed: watch, endAt })
  try {
    const { fingerprint = '' } = await session.done.catch((error: unknown) => {
      throw blame(error)
    })
    const { end, riskState } = watching
    assert(end !== undefined, 'a session ended that nobody ended')
    const { name, params: values, codeHash } = strategy
    const description = { strategy: name, params: values, codeHash, config, level, instruments }
    const record = recordOf(trading, { session, description, fingerprint, riskState, ...span })
    return { record, end, leftOpen: session.leftOpen }
  } finally {
    watching.stop()
  }
}

/** @throws as TradeSession */
async function assemble(
  ground: SessionGround,
  rest: Omit<TradeSessionOptions, 'config' | 'connect' | 'directory' | 'journal'>,
): Promise<TradeSession> {
  try {
    const { config, directory, connect } = ground
    return new TradeSession({ ...rest, config, directory, connect })
  } catch (error) {
    await ground.release()
    throw error
  }
}

interface Ended extends Pick<SessionRecordInput, 'description' | 'fingerprint' | 'riskState' | 'start'> {
  readonly session: TradeSession
  readonly startedMs: number
}

function recordOf({ clock, isSynthetic }: Trading, { session, startedMs, ...ended }: Ended): RunRecord {
  const { wired, market } = session.session
  return sessionRecord({
    ...ended,
    wired,
    rows: market.rowCount,
    end: clock.now(),
    wallMs: performance.now() - startedMs,
    isSynthetic,
    isPartial: false,
  })
}
