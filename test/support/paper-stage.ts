/** A paper venue on a clock that a test moves by hand: rows and alarms in order of time, as an event loop would have them. */
import { type TimeUs, timeUs } from '../../src/core/units.ts'
import { GrowingTape } from '../../src/feed/growing-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { VenueReport } from '../../src/model/account-report.ts'
import type { Instrument } from '../../src/model/instrument.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import type { DataLevel } from '../../src/model/tape.ts'
import { type PaperClock, PaperVenue } from '../../src/venue/paper/paper-venue.ts'
import { Connection } from '../../src/venue/replay/connection.ts'
import { ReplayVenue } from '../../src/venue/replay/replay-venue.ts'
import { constantLatency, type LatencyModel } from '../../src/venue/sim/latency-model.ts'
import type { MatchingMarket } from '../../src/venue/sim/matching-market.ts'
import { ReportPipe } from '../../src/venue/sim/report-pipe.ts'

/** Time as the test says; the same for all who read it. */
export class HandClock implements PaperClock {
  time = 0
  now(): TimeUs {
    return timeUs(this.time)
  }
  advance(): TimeUs {
    return this.now()
  }
}

export interface PaperStageOptions {
  readonly instrument: Instrument
  readonly level: DataLevel
  readonly createMarket: (tape: GrowingTape, pipe: ReportPipe) => MatchingMarket
  readonly latency?: LatencyModel
  readonly batchRows?: number
  readonly onReport: (report: VenueReport) => void
  readonly onMarket?: (rows: readonly MarketRow[]) => void
}

export class PaperStage {
  readonly clock = new HandClock()
  readonly venue: PaperVenue
  readonly tape: GrowingTape
  private alarm = Number.POSITIVE_INFINITY

  constructor(options: PaperStageOptions) {
    const { instrument, level, batchRows, latency = constantLatency(5, 7) } = options
    const { clock } = this
    this.tape = new GrowingTape({ instrument: instrument.spec, level, ...(batchRows && { batchRows }) })
    const pipe = new ReportPipe(latency)
    this.venue = new PaperVenue({
      clock,
      venue: new ReplayVenue({
        clock,
        connections: [new Connection({ latency, pipe })],
        markets: [options.createMarket(this.tape, pipe)],
      }),
      tapes: [this.tape],
      onMarket: (_, rows) => options.onMarket?.(rows),
      onReport: options.onReport,
      wakeAt: (time) => {
        this.alarm = Math.min(this.alarm, time)
      },
    })
  }

  /** Alarms up to then, each at its time. */
  runTo(time: number): void {
    while (this.alarm <= time) {
      this.clock.time = Math.max(this.clock.time, this.alarm)
      this.alarm = Number.POSITIVE_INFINITY
      this.venue.wake()
    }
    this.clock.time = time
  }

  /** At the exchange time of its rows; alarms of that moment ring after it, as market data comes first. */
  receive(message: readonly TapeRow[]): void {
    const at = message[0]?.exchangeTime ?? 0
    this.runTo(at - 1)
    this.clock.time = at
    this.venue.receive(0, message.map(toMarketRow))
  }
}

export function toMarketRow({
  kind,
  side,
  exchangeTime,
  price = 0,
  qty = 0,
  isLast = true,
}: TapeRow): MarketRow {
  return { kind, side, exchangeTime: timeUs(exchangeTime), price, qty, isLast }
}

/** Rows of a tape as the messages that they came in. */
export function messagesOf(rows: readonly TapeRow[]): TapeRow[][] {
  const messages: TapeRow[][] = []
  let message: TapeRow[] = []
  for (const row of rows) {
    message.push(row)
    if (row.isLast === false) continue
    messages.push(message)
    message = []
  }
  return messages
}
