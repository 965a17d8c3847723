/**
 * A recording played as a live feed: every message when it is due on the wall clock, at a chosen speed, with its times
 * moved to the present. For rehearsals and tests of whatever runs on a live feed, without a network.
 */
import type { LiveLevel } from '../book/live-book.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { ConfigError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import { type DuckDb, openDuckDb } from '../feed/duckdb.ts'
import type { TapeOf } from '../feed/merge-facts.ts'
import { cacheFolder } from '../feed/packed-cache.ts'
import { findTapes } from '../feed/prepare-tapes.ts'
import { rowKindOf } from '../feed/row-kinds.ts'
import { streamRows } from '../feed/tape-reader.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import { sideCode, type TapeFacts } from '../model/tape.ts'
import type { LiveFeed, LiveFeedEvents } from '../venue/live-feed.ts'

export interface TapeFeedOptions {
  /** Recordings; one of each instrument at most. */
  readonly data: readonly string[]
  /** Recorded seconds per second of the wall clock, > 0. */
  readonly speed: number
  readonly clock: Pick<WallClock, 'present'>
  readonly cacheDir?: string | undefined
  /** Every row has been handed over. */
  readonly onEnd?: () => void
  readonly onFailure?: (error: unknown) => void
  /** Resolves after that many milliseconds; default: the system's timer. */
  readonly sleep?: (ms: number) => Promise<void>
}

/** A message that waits for its time. */
interface Message {
  /** Microseconds, as recorded. */
  readonly receiveTime: number
  readonly rows: MarketRow[]
}

const systemSleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Rows of one table are handed over in blocks: the event loop gets its turn after each. */
const rowsAtOnce = 2048

/** Whoever closes the feed in a pause of the recording does not wait for its end. */
const sleepMsMax = 200

/** A table whose first rows are at hand. */
interface OpenRows {
  readonly db: DuckDb
  readonly chunks: ReturnType<typeof streamRows>
  readonly first: Awaited<ReturnType<ReturnType<typeof streamRows>['next']>>
  /** By how much the clock that received was ahead at an exchange time, whole microseconds: none is, when it is played. */
  readonly clockOffset: (exchangeTime: number) => number
}

function clockOffsetOf({ clock, firstTime }: TapeFacts): OpenRows['clockOffset'] {
  return (time) => Math.floor(clock.offsetUs + (clock.driftPpm * (time - firstTime)) / 1e6)
}

async function openRows({ path, facts }: TapeOf): Promise<OpenRows> {
  const db = await openDuckDb({ threads: 1 })
  try {
    const chunks = streamRows(db, path)
    return { db, chunks, first: await chunks.next(), clockOffset: clockOffsetOf(facts) }
  } catch (error) {
    db.close()
    throw error
  }
}

export class TapeFeed implements LiveFeed {
  private readonly options: TapeFeedOptions
  private readonly sleep: (ms: number) => Promise<void>
  private tapes: readonly TapeOf[] = []
  /** Recorded time that is played at `startedAt` of the clock; microseconds both. */
  private origin = 0
  private startedAt = 0
  private isClosed = false
  private playing: Promise<unknown> = Promise.resolve()

  constructor(options: TapeFeedOptions) {
    this.options = options
    this.sleep = options.sleep ?? systemSleep
  }

  /** @throws {DataError} of the recordings @throws {ConfigError} FEED_DATA */
  async start(on: LiveFeedEvents): Promise<void> {
    const { data, cacheDir, clock, onEnd, onFailure } = this.options
    const tapes = await findTapes(data, cacheFolder(cacheDir), {})
    checkTapes(tapes)
    this.tapes = tapes
    this.origin = Math.min(...tapes.map(({ facts }) => facts.firstTime))
    tapes.forEach((_, instrument) => {
      on.connection(instrument, true)
    })
    const opened = await Promise.all(tapes.map(openRows))
    // Only now: the first message is not to be late.
    this.startedAt = clock.present()
    this.playing = Promise.all(opened.map((rows, instrument) => this.play(rows, instrument, on)))
      .then(() => {
        if (!this.isClosed) onEnd?.()
      })
      .catch((error: unknown) => onFailure?.(error))
  }

  /** The finest level that all recordings have. Known once it has started. */
  get level(): LiveLevel {
    const levels = this.tapes.map(({ facts }) => feedLevelOf(facts) ?? 'trades')
    return liveLevels.findLast((level) => levels.includes(level)) ?? 'l2'
  }

  get isSynthetic(): boolean {
    return this.tapes.some(({ facts }) => facts.isSynthetic)
  }

  instruments(): readonly InstrumentSpec[] {
    return this.tapes.map(({ facts }) => facts.instrument)
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.playing
  }

  private async play(
    { db, chunks, first, clockOffset }: OpenRows,
    instrument: number,
    on: LiveFeedEvents,
  ): Promise<void> {
    let message: Message = { receiveTime: 0, rows: [] }
    try {
      for (let next = first; next.done !== true; next = await chunks.next()) {
        const messages: Message[] = []
        next.value((flags, exchangeTime, receiveTime, price, qty) => {
          const isLast = (flags & 32) !== 0
          if (message.rows.length === 0) message = { receiveTime, rows: [] }
          message.rows.push({
            kind: rowKindOf(flags & 15),
            side: (flags & 16) === 0 ? sideCode.buy : sideCode.sell,
            exchangeTime: timeUs(this.presentOf(exchangeTime + clockOffset(exchangeTime))),
            price,
            qty,
            isLast,
          })
          if (!isLast) return
          messages.push(message)
          message = { receiveTime, rows: [] }
        })
        await this.deliver(messages, instrument, on)
        if (this.isClosed) return
      }
    } finally {
      db.close()
    }
  }

  private async deliver(messages: readonly Message[], instrument: number, on: LiveFeedEvents): Promise<void> {
    let sinceTurn = 0
    for (const { receiveTime, rows } of messages) {
      const due = this.presentOf(receiveTime)
      for (;;) {
        const wait = due - this.options.clock.present()
        if (this.isClosed || (wait <= 0 && sinceTurn <= rowsAtOnce)) break
        await this.sleep(Math.min(sleepMsMax, Math.max(0, Math.ceil(wait / 1000))))
        sinceTurn = 0
      }
      if (this.isClosed) return
      on.rows(instrument, rows)
      sinceTurn += rows.length
    }
  }

  /** When a recorded moment is played, in microseconds of the clock. */
  private presentOf(time: number): number {
    return this.startedAt + Math.floor((time - this.origin) / this.options.speed)
  }
}

/** @throws {ConfigError} FEED_DATA */
function checkTapes(tapes: readonly TapeOf[]): void {
  const ids = tapes.map(({ facts }) => facts.instrument.id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) {
    throw new ConfigError('FEED_DATA', `two recordings of ${twice}: a feed plays one of each instrument`)
  }
  for (const { facts } of tapes) if (feedLevelOf(facts) === undefined) throw unplayable(facts)
}

/** The finest level of a recording that a feed can bring; undefined when there is none. */
export function feedLevelOf({ levels }: Pick<TapeFacts, 'levels'>) {
  return liveLevels.find((level) => levels.includes(level) && !levels.includes('l3'))
}

/** What a feed can bring, finest first. */
export const liveLevels = ['l2', 'l1', 'trades'] as const

function unplayable({ instrument, levels }: TapeFacts): ConfigError {
  return new ConfigError(
    'FEED_DATA',
    `the recording of ${instrument.id} has ${levels.join(', ')}: a feed plays books and trades, no bars and no single orders`,
  )
}
