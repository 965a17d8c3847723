/**
 * A trading session from start to end: strategy, feed and venue put together, watched, ended in order. Which venue it is
 * comes with the request; paper and an exchange differ in nothing else.
 */
import { WallClock } from '../clock/wall-clock.ts'
import { assert, ConfigError } from '../core/errors.ts'
import type { JournalFile } from '../journal/journal-file.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { DataLevel } from '../model/tape.ts'
import { type FeedRequest, openFeed } from './open-feed.ts'
import type { ParsedParams } from './parse-params.ts'
import { findStrategy, prepareStrategy, type SessionStrategy } from './prepare-session.ts'
import type { RunConfig } from './run-config.ts'
import { type SessionRecordInput, sessionRecord } from './session-record.ts'
import {
  type SessionVenue,
  type StartedFeed,
  startFeed,
  TradeSession,
  type VenueWiring,
} from './trade-session.ts'
import { type FeedWatch, type SessionEnd, type SessionProgress, SessionWatch } from './watch-session.ts'

export interface TradeRequest {
  readonly strategy: string
  readonly params: Readonly<Record<string, unknown>>
  /** As it goes into the journal. */
  readonly config: RunConfig
  /** Default: the finest that the feed brings. */
  readonly level: DataLevel | undefined
  readonly feed: FeedRequest
  readonly connect: (wiring: VenueWiring) => SessionVenue
  /** Told whether the market is generated, which its origin should say. */
  readonly journal: (market: { readonly isSynthetic: boolean }) => JournalFile
  /** Ends by itself after this long, in microseconds. */
  readonly durationUs?: number | undefined
}

export interface TradeOptions {
  readonly onStart?: (started: SessionStart) => void
  /** Called about once a second. */
  readonly onProgress?: (progress: SessionProgress) => void
  readonly onWarning?: (text: string) => void
  readonly onLog?: (time: number, text: string) => void
  /** Asked ten times a second; true ends the session in order. */
  readonly isCanceled?: () => boolean
}

export interface SessionStart {
  readonly params: ParsedParams
  readonly level: DataLevel
  readonly instruments: readonly InstrumentSpec[]
}

export interface TradeOutcome {
  readonly record: RunRecord
  readonly end: SessionEnd
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
  const [first] = feed.instruments
  if (first === undefined) throw new ConfigError('FEED_DATA', 'the feed has no instrument')
  const { strategy, params, blame } = prepareStrategy(found, first, level)
  const { config, connect, journal, durationUs } = request
  const instruments = feed.instruments.map(({ spec }) => spec)
  options.onStart?.({ params, level, instruments })
  const span = { startedMs: performance.now(), start: clock.present() }
  const session = new TradeSession({
    feed,
    strategy,
    config,
    level,
    connect,
    journal: journal(trading),
    clock,
    ...(options.onLog && { onLog: options.onLog }),
    ...(options.onWarning && { onWarning: options.onWarning }),
  })
  const endAt = durationUs === undefined ? undefined : span.start + durationUs
  const watching = new SessionWatch({ session, options, clock, feed: watch, endAt })
  try {
    const { fingerprint } = await session.done.catch((error: unknown) => {
      throw blame(error)
    })
    const { end, riskState } = watching
    assert(end !== undefined && fingerprint !== undefined, 'a session ended that nobody ended')
    const { name, params: values, codeHash } = strategy
    const description = { strategy: name, params: values, codeHash, config, level, instruments }
    return { record: recordOf(trading, { session, description, fingerprint, riskState, ...span }), end }
  } finally {
    watching.stop()
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
