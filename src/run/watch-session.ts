/** Looks after a session while it runs: tells once a second how it goes, and ends it when it is time. */
import type { WallClock } from '../clock/wall-clock.ts'
import type { RiskState } from '../model/codes.ts'
import type { TradeSession } from './trade-session.ts'

/** Why a session ended that nothing had broken. Killed: it is halted, and can go on. */
export type SessionEnd = 'feed-over' | 'canceled' | 'duration' | 'killed'

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
  /** How the venue is; undefined where there is nothing to tell. */
  readonly venue: string | undefined
}

/** What the feed said about itself. */
export interface FeedWatch {
  isOver: boolean
  failure: { readonly error: unknown } | undefined
}

export interface SessionWatchOptions {
  readonly session: TradeSession
  readonly options: {
    readonly onProgress?: (progress: SessionProgress) => void
    readonly isCanceled?: () => boolean
    readonly isKilled?: () => boolean
  }
  readonly clock: WallClock
  readonly feed: FeedWatch
  /** Microseconds. */
  readonly endAt: number | undefined
}

const looksPerSecond = 10

export class SessionWatch {
  /** Undefined while it runs. */
  end: SessionEnd | undefined
  private readonly given: SessionWatchOptions
  private readonly start: number
  private readonly timer: NodeJS.Timeout
  private looks = 0
  private stateAtEnd: RiskState | undefined

  constructor(given: SessionWatchOptions) {
    this.given = given
    this.start = given.clock.present()
    this.timer = setInterval(() => this.look(), 1000 / looksPerSecond)
    // What was asked for before the session had begun.
    this.close()
  }

  /** Of the guard, before the end halted it. */
  get riskState(): RiskState {
    return this.stateAtEnd ?? this.given.session.session.wired.risk.state
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const { session, options, clock, feed } = this.given
    if (feed.failure !== undefined) session.session.abort(feed.failure.error)
    if (++this.looks % looksPerSecond === 0) options.onProgress?.(progressOf(session, clock, this.start))
    this.close()
  }

  private close(): void {
    const { session } = this.given
    const end = this.reason()
    if (end === undefined || end === this.end) return
    this.stateAtEnd ??= this.riskState
    this.end = end
    if (end === 'killed') session.kill()
    else session.end()
  }

  /** The first reason stays, but that a kill goes above all. */
  private reason(): SessionEnd | undefined {
    const { options, clock, feed, endAt } = this.given
    if (options.isKilled?.() === true) return 'killed'
    if (this.end !== undefined) return this.end
    if (options.isCanceled?.() === true) return 'canceled'
    if (feed.isOver) return 'feed-over'
    return endAt !== undefined && clock.present() >= endAt ? 'duration' : undefined
  }
}

function progressOf(trading: TradeSession, clock: WallClock, start: number): SessionProgress {
  const { session, instruments } = trading
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
    venue: trading.health(),
  }
}
