/**
 * A session whose inputs come one at a time from outside, and the one door to it: each input is written to the journal
 * before it is applied. A live session passes in what its queue gives, a re-execution what a journal says.
 */
import type { Clock, TimerId } from '../clock/clock.ts'
import type { TimerTable } from '../clock/timer-table.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { assert, ConfigError } from '../core/errors.ts'
import type { QtyLots, TimeUs } from '../core/units.ts'
import type { VenueReport } from '../model/account-report.ts'
import {
  type JournalSink,
  type OperatorCommand,
  operatorCommand,
  recordKind,
} from '../model/journal-record.ts'
import { type MarketRow, writeMarketRow } from '../model/market-row.ts'
import {
  type ConnectionChange,
  type Epoch,
  type VenuePosition,
  writeConnection,
  writeVenuePosition,
} from '../model/session-record.ts'
import type { Venue } from '../venue/venue.ts'
import { LiveMarket } from './live-market.ts'
import { withOneQuantum } from './replay-data.ts'
import { describeRun, type RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'
import { type WiredSession, wireSession } from './wire-session.ts'

export interface SessionInputsOptions {
  readonly description: RunDescription
  readonly strategy: RunnableStrategy
  readonly clock: Clock
  readonly timers: TimerTable
  readonly venue: Venue
  readonly journal: JournalSink
  readonly onLog?: (time: number, text: string) => void
}

export class SessionInputs {
  readonly wired: WiredSession
  private readonly clock: Clock
  private readonly journal: JournalSink
  readonly markets: readonly LiveMarket[]
  private readonly epochList: Epoch[] = []
  private readonly venuePositions: (QtyLots | undefined)[] = []
  private reportTime: TimeUs | undefined
  private rows = 0
  private isStarted = false

  /** Writes the first record. @throws {ConfigError} settings that do not fit the instruments, LEVEL_BARS, LEVEL_L3 */
  constructor(options: SessionInputsOptions) {
    const { description, strategy, clock, journal } = options
    const { level } = description
    if (level === 'bars') {
      throw new ConfigError('LEVEL_BARS', 'bars are no feed to trade on: subscribe to bars built from trades')
    }
    if (level === 'l3') {
      throw new ConfigError(
        'LEVEL_L3',
        'single orders are no feed to trade on yet: subscribe to the order book',
      )
    }
    const instruments = withOneQuantum(description.instruments)
    journal.text(recordKind.config, clock.now(), describeSession(description))
    this.clock = clock
    this.journal = journal
    const { subscriptions } = strategy
    this.markets = instruments.map((_, instrument) => new LiveMarket({ instrument, level, subscriptions }))
    this.wired = wireSession({
      ...options,
      config: description.config,
      level,
      instruments,
      markets: this.markets.map(({ book }) => book),
      createStrategy: (context) => strategy.create(context),
    })
  }

  /** Market rows so far. */
  get rowCount(): number {
    return this.rows
  }

  /**
   * The strategy starts with the message after which every instrument has a price, and is told of that one first.
   * @throws {DataError} BOOK_CROSSED
   */
  applyRow(instrument: number, row: MarketRow): void {
    const { clock, journal, markets } = this
    const { session } = this.wired
    const market = this.market(instrument)
    const now = clock.now()
    writeMarketRow(journal, now, instrument, row)
    this.rows++
    market.apply(row, now)
    if (!row.isLast) return
    if (!this.isStarted && markets.every(({ isReady }) => isReady)) {
      this.isStarted = true
      session.start()
    }
    if (this.isStarted) market.deliver(session)
    else market.discard()
  }

  applyReport(report: VenueReport): void {
    const { reportTime } = this
    if (reportTime === undefined || report.exchangeTime > reportTime) this.reportTime = report.exchangeTime
    this.wired.session.applyReport(report)
  }

  /** No effect when the timer was canceled. */
  fireTimer(id: TimerId): void {
    this.wired.session.fireTimer(id)
  }

  operate(command: OperatorCommand): void {
    this.wired.session.operate(command)
  }

  /** A process takes the session over. @param fence its fencing token, higher than any before */
  beginEpoch(fence: number): void {
    const { session, engine } = this.wired
    // Its connections are its own, and none of them has shown anything yet.
    for (const { book } of this.markets) book.setFeed(true)
    for (let instrument = 0; instrument < this.markets.length; instrument++) {
      this.wired.risk.setReachable(instrument, true)
    }
    this.epochList.push({ fence, firstOrderId: engine.orders.length + 1 })
    session.beginEpoch(fence)
  }

  /** A market that is down is stale until its feed is back and has shown it whole. */
  applyConnection(change: ConnectionChange): void {
    const { channel, instrument, isUp } = change
    writeConnection(this.journal, this.clock.now(), change)
    if (channel === 'market') this.market(instrument).book.setFeed(isUp)
    else this.wired.risk.setReachable(instrument, isUp)
  }

  /** The venue's word on what we hold: a difference that lasts halts everything. */
  applyVenuePosition(position: VenuePosition): void {
    writeVenuePosition(this.journal, this.clock.now(), position)
    this.venuePositions[position.instrument] = position.qty
    this.wired.session.applyVenuePosition(position)
  }

  /** Newest exchange time of any report; undefined before the first. */
  get lastReportTime(): TimeUs | undefined {
    return this.reportTime
  }

  /** In the order in which they began. */
  get epochs(): readonly Epoch[] {
    return this.epochList
  }

  /** True until the order channel of the instrument is said to be down. */
  canReachVenue(instrument: number): boolean {
    return this.wired.risk.isReachable(instrument)
  }

  /** Signed lots, as the venue said last; undefined before it said anything. */
  venuePosition(instrument: number): QtyLots | undefined {
    return this.venuePositions[instrument]
  }

  /** What still works is over as far as we are concerned; the strategy is told, and the account is written down. */
  end(): void {
    const { clock, journal, rows } = this
    const { session, positions } = this.wired
    const now = clock.now()
    journal.record(recordKind.operator, now, 0, operatorCommand.end)
    if (this.isStarted) session.end()
    journal.record(
      recordKind.end,
      now,
      0,
      0,
      rows,
      positions.realized(),
      positions.unrealizedNow(),
      positions.fees(),
      positions.equity(),
    )
  }

  private market(instrument: number): LiveMarket {
    const market = this.markets[instrument]
    assert(market !== undefined, `no instrument ${instrument}`)
    return market
  }
}

/** The text of the first record. */
export function describeSession(description: RunDescription): string {
  const instruments = withOneQuantum(description.instruments).map(({ spec }) => spec)
  return canonicalJson(describeRun({ ...description, instruments }))
}
