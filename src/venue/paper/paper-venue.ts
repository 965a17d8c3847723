/**
 * The paper venue: live market data into the simulated venue of the replay, on the wall clock. Markets, queues,
 * latencies, fees and conditions are the replay's own; here is only what makes them go: rows are at the venue when we
 * receive them, and a report reaches us when it is due, or as soon after as the machine gets to it.
 *
 * A message passes in this order: what was due before it; then the session is told; then the venue's market moves on,
 * at the very time that the session noted for the message. So a replay of the noted messages sees the same market.
 */
import type { Clock } from '../../clock/clock.ts'
import { type TimeUs, timeUs } from '../../core/units.ts'
import type { VenueReport } from '../../model/account-report.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { MarketRow } from '../../model/market-row.ts'
import { rowKind, sideCode } from '../../model/tape.ts'
import type { RecoverableVenue, RecoveredOrder, Recovery } from '../recovery.ts'
import type { ReplayVenue } from '../replay/replay-venue.ts'

/** The clock that the session reads, too. */
export interface PaperClock extends Clock {
  /** Takes the present time. */
  advance(): number
}

/** Where the venue's market takes its rows from. */
export interface MarketTape {
  append(rows: readonly MarketRow[], time: number): void
}

export interface PaperVenueOptions {
  readonly clock: PaperClock
  /** Its markets read `tapes`. */
  readonly venue: ReplayVenue
  /** By instrument. */
  readonly tapes: readonly MarketTape[]
  /** Into the session, which handles it before this returns. */
  readonly onMarket: (instrument: number, rows: readonly MarketRow[]) => void
  readonly onReport: (report: VenueReport) => void
  /** Asks for a call of `wake` at that time, or as soon after as possible. */
  readonly wakeAt: (time: TimeUs) => void
}

export class PaperVenue implements RecoverableVenue {
  private readonly options: PaperVenueOptions
  /** When `wake` is to be called; Infinity when nobody was asked. */
  private alarm = Number.POSITIVE_INFINITY

  constructor(options: PaperVenueOptions) {
    this.options = options
  }

  submit(command: SubmitCommand): void {
    this.options.venue.submit(command)
    this.arm()
  }

  amend(command: AmendCommand): void {
    this.options.venue.amend(command)
    this.arm()
  }

  cancel(command: CancelCommand): void {
    this.options.venue.cancel(command)
    this.arm()
  }

  /** The venue that had the orders died with its process: none of them works any more. */
  recover({ orders, fills }: Recovery): void {
    const { venue, clock, onReport } = this.options
    venue.restore(fills)
    for (const recovered of orders) if (recovered.order.isWorking) onReport(endOf(recovered, clock.now()))
  }

  /** One whole message of the feed. */
  receive(instrument: number, rows: readonly MarketRow[]): void {
    const { clock, onMarket, tapes } = this.options
    // At one instant, market data comes before commands that arrive: those of the present wait for the rows.
    this.run(clock.advance() - 1)
    onMarket(instrument, rows)
    const now = clock.now()
    tapes[instrument]?.append(rows, now)
    this.run(now)
    this.arm()
  }

  /** The feed is down: what stood in the book is not to be had any more, until a snapshot shows what is. */
  lose(instrument: number): void {
    const { clock, tapes } = this.options
    this.run(clock.advance())
    const now = clock.now()
    const gap = { kind: rowKind.clear, side: sideCode.buy, exchangeTime: now, price: 0, qty: 0, isLast: true }
    tapes[instrument]?.append([gap], now)
    this.run(now)
    this.arm()
  }

  /** What is due by now. */
  wake(): void {
    this.alarm = Number.POSITIVE_INFINITY
    this.run(this.options.clock.advance())
    this.arm()
  }

  close(): void {
    this.options.venue.close()
  }

  private run(until: number): void {
    const { venue, onReport } = this.options
    for (;;) {
      venue.advance(until)
      if (venue.nextReportTime > until) break
      onReport(venue.takeReport())
    }
    // Markets without an order of ours, too: rows that they have not read stay in memory.
    venue.catchUp(until)
  }

  private arm(): void {
    const next = this.options.venue.nextTime
    if (next >= this.alarm) return
    this.alarm = next
    this.options.wakeAt(timeUs(next))
  }
}

function endOf({ order, amend }: RecoveredOrder, exchangeTime: TimeUs): VenueReport {
  const { clientOrderId, instrument, cumQty, acceptedAt } = order
  const base = { clientOrderId, instrument, exchangeTime, cumQty, reason: 'paper-restarted' } as const
  const hasExisted = acceptedAt !== undefined || cumQty > 0 || amend !== undefined
  return { ...base, kind: hasExisted ? 'canceled' : 'rejected' }
}
