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
import { sessionRecord } from './session-record.ts'
import {
  type SessionVenue,
  type StartedFeed,
  startFeed,
  TradeSession,
  type VenueWiring,
} from './trade-session.ts'

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

export interface SessionProgress {
  /** Microseconds since the start. */
  readonly elapsedUs: number
  readonly inputs: number
  readonly orders: number
  readonly working: number
  readonly fills: number
  /** Decimal text, in settlement currency. */
  readonly equity: string
  /** Microseconds since the newest market data; undefined before the first. */
  readonly dataAgeUs: number | undefined
  readonly riskState: string
}

export interface TradeOutcome {
  readonly record: RunRecord
  readonly end: 'feed-over' | 'canceled' | 'duration'
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

interface FeedWatch {
  isOver: boolean
  failure: { readonly error: unknown } | undefined
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
  const startedMs = performance.now()
  const start = clock.present()
  const log: { time: number; text: string }[] = []
  const session = new TradeSession({
    feed,
    strategy,
    config,
    level,
    connect,
    journal: journal(trading),
    clock,
    onLog: (time, text) => {
      log.push({ time, text })
      options.onLog?.(time, text)
    },
    ...(options.onWarning && { onWarning: options.onWarning }),
  })
  const { wired } = session.session
  let riskState = wired.risk.state
  const watching = watchSession({
    session,
    options,
    clock,
    watch,
    endAt: durationUs === undefined ? undefined : start + durationUs,
    onEnd: () => {
      riskState = wired.risk.state
    },
  })
  try {
    const { fingerprint } = await session.done.catch((error: unknown) => {
      throw blame(error)
    })
    const record = sessionRecord({
      description: {
        ...strategy,
        strategy: strategy.name,
        codeHash: strategy.codeHash,
        config,
        level,
        instruments,
      },
      wired,
      fingerprint,
      rows: session.session.market.rowCount,
      start,
      end: clock.now(),
      wallMs: performance.now() - startedMs,
      riskState,
      isSynthetic: trading.isSynthetic,
      isPartial: false,
      log,
    })
    assert(watching.end !== undefined, 'a session ended that nobody ended')
    return { record, end: watching.end }
  } finally {
    watching.stop()
  }
}

interface Watched {
  readonly session: TradeSession
  readonly options: TradeOptions
  readonly clock: WallClock
  readonly watch: FeedWatch
  readonly endAt: number | undefined
  readonly onEnd: () => void
}

/** Looks ten times a second whether the session should end, and tells once a second how it goes. */
function watchSession({ session, options, clock, watch, endAt, onEnd }: Watched) {
  const start = clock.present()
  const state: { end: TradeOutcome['end'] | undefined; stop: () => void } = { end: undefined, stop: () => {} }
  let looks = 0
  const timer = setInterval(() => {
    if (watch.failure !== undefined) session.session.abort(watch.failure.error)
    if (++looks % 10 === 0) options.onProgress?.(progressOf(session, clock, start))
    if (state.end !== undefined) return
    if (options.isCanceled?.() === true) state.end = 'canceled'
    else if (watch.isOver) state.end = 'feed-over'
    else if (endAt !== undefined && clock.present() >= endAt) state.end = 'duration'
    if (state.end === undefined) return
    onEnd()
    session.end()
  }, 100)
  state.stop = () => clearInterval(timer)
  return state
}

function progressOf(
  { session, instruments }: TradeSession,
  clock: WallClock,
  start: number,
): SessionProgress {
  const { engine, positions, risk } = session.wired
  const now = clock.present()
  const newest = Math.max(...session.market.markets.map(({ book }) => book.lastUpdate() ?? 0))
  return {
    elapsedUs: now - start,
    inputs: session.inputCount,
    orders: engine.orders.length,
    working: engine.workingOrders().length,
    fills: engine.fills.length,
    equity: instruments[0]?.formatMoney(positions.equity()) ?? '0',
    dataAgeUs: newest === 0 ? undefined : now - newest,
    riskState: risk.state,
  }
}
