/**
 * A session whose inputs come one at a time from outside, and the one door to it: each input is written to the journal
 * before it is applied. A live session passes in what its queue gives, a re-execution what a journal says.
 */
import type { Clock, TimerId } from '../clock/clock.ts'
import type { TimerTable } from '../clock/timer-table.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { assert, ConfigError } from '../core/errors.ts'
import type { VenueReport } from '../model/account-report.ts'
import { type JournalSink, operatorCommand, recordKind } from '../model/journal-record.ts'
import { type MarketRow, writeMarketRow } from '../model/market-row.ts'
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
  private readonly markets: readonly LiveMarket[]
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
    const specs = instruments.map(({ spec }) => spec)
    journal.text(
      recordKind.config,
      clock.now(),
      canonicalJson(describeRun({ ...description, instruments: specs })),
    )
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

  /**
   * The strategy starts with the message after which every instrument has a price, and is told of that one first.
   * @throws {DataError} BOOK_CROSSED
   */
  applyRow(instrument: number, row: MarketRow): void {
    const { clock, journal, markets } = this
    const { session } = this.wired
    const market = markets[instrument]
    assert(market !== undefined, `no instrument ${instrument}`)
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
    this.wired.session.applyReport(report)
  }

  /** No effect when the timer was canceled. */
  fireTimer(id: TimerId): void {
    this.wired.session.fireTimer(id)
  }

  emergencyStop(): void {
    this.wired.session.emergencyStop()
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
}
