/**
 * The replay venue: commands travel to the simulated markets, reports travel back, and recorded market data passes
 * in between. Everything outside the venue sees it through commands and reports alone.
 *
 * Order of things at one instant of exchange time: market data, then arriving commands (VENUE.md A).
 */
import type { Clock } from '../../clock/clock.ts'
import { InvariantError, unreachable } from '../../core/errors.ts'
import { TimedQueue } from '../../core/timed-queue.ts'
import type {
  AmendCommand,
  CancelCommand,
  ExecutionReport,
  SubmitCommand,
} from '../../model/execution-report.ts'
import type { LatencyModel } from '../sim/latency-model.ts'
import type { MatchingMarket } from '../sim/matching-market.ts'
import type { ReportPipe } from '../sim/report-pipe.ts'
import type { Venue } from '../venue.ts'

type Command =
  | { readonly kind: 'submit'; readonly command: SubmitCommand }
  | { readonly kind: 'amend'; readonly command: AmendCommand }
  | { readonly kind: 'cancel'; readonly command: CancelCommand }

export interface ReplayVenueOptions {
  readonly clock: Clock
  readonly latency: LatencyModel
  readonly pipe: ReportPipe
  /** By instrument index. */
  readonly markets: readonly MatchingMarket[]
  /** Told how long each command takes to arrive, in microseconds. */
  readonly onEntry?: (latencyUs: number) => void
}

export class ReplayVenue implements Venue {
  private readonly clock: Clock
  private readonly latency: LatencyModel
  private readonly pipe: ReportPipe
  private readonly markets: readonly MatchingMarket[]
  /** The usual case: there is nothing to keep in step with. */
  private readonly only: MatchingMarket | undefined
  /** Commands under way. One connection: none overtakes another, so arrival times never go back. */
  private readonly commands = new TimedQueue<Command>()
  private lastArrival = 0
  private readonly onEntry: ((latencyUs: number) => void) | undefined

  constructor(options: ReplayVenueOptions) {
    this.clock = options.clock
    this.latency = options.latency
    this.pipe = options.pipe
    this.markets = options.markets
    this.only = options.markets.length === 1 ? options.markets[0] : undefined
    this.onEntry = options.onEntry
  }

  submit(command: SubmitCommand): void {
    this.send({ kind: 'submit', command })
  }

  amend(command: AmendCommand): void {
    this.send({ kind: 'amend', command })
  }

  cancel(command: CancelCommand): void {
    this.send({ kind: 'cancel', command })
  }

  /** When the next report reaches us; Infinity when none is on its way. */
  get nextReportTime(): number {
    return this.pipe.nextDue
  }

  takeReport(): ExecutionReport {
    return this.pipe.take()
  }

  /**
   * Lets exchange time pass up to `until`, or to the moment when the first report reaches us, if that is earlier.
   * Afterwards no report can appear that is due before the smaller of the two.
   */
  advance(until: number): void {
    for (;;) {
      const arrival = this.commands.nextTime
      this.advanceMarkets(Math.min(until, arrival))
      if (arrival > Math.min(until, this.pipe.nextDue)) return
      this.deliver(arrival)
    }
  }

  /** All rows of all markets up to `until`, whether they concern us or not: so that the data is checked to its end. */
  catchUp(until: number): void {
    for (const market of this.markets) market.advance(until)
  }

  close(): void {
    for (const market of this.markets) market.close()
  }

  private send(command: Command): void {
    const now = this.clock.now()
    const entryUs = this.latency.entryUs(now)
    if (entryUs < 1) throw new InvariantError(`entry latency of ${entryUs} µs`)
    this.lastArrival = Math.max(this.lastArrival, now + entryUs)
    this.commands.push(this.lastArrival, command)
    this.onEntry?.(this.lastArrival - now)
  }

  /**
   * Markets with orders of ours go on together, in order of time, so that their reports are made in order; the others
   * wait until an order arrives there.
   */
  private advanceMarkets(until: number): void {
    const { only } = this
    if (only !== undefined) {
      if (only.isWatching) only.advance(Math.min(until, this.pipe.nextDue))
      return
    }
    for (;;) {
      const stop = Math.min(until, this.pipe.nextDue)
      let first: MatchingMarket | undefined
      let second = Number.POSITIVE_INFINITY
      for (const market of this.markets) {
        if (!market.isWatching || market.nextTime > stop) continue
        if (first === undefined || market.nextTime < first.nextTime) {
          if (first !== undefined) second = Math.min(second, first.nextTime)
          first = market
        } else second = Math.min(second, market.nextTime)
      }
      if (first === undefined) return
      first.advance(Math.min(stop, Math.max(first.nextTime, second - 1)))
    }
  }

  private deliver(at: number): void {
    const entry = this.commands.take()
    const market = this.markets[entry.command.instrument]
    if (market === undefined) throw new InvariantError(`no market ${entry.command.instrument}`)
    if (!market.isWatching) market.advance(at)
    switch (entry.kind) {
      case 'submit':
        return market.submit(entry.command, at)
      case 'amend':
        return market.amend(entry.command, at)
      case 'cancel':
        return market.cancel(entry.command, at)
      default:
        return unreachable(entry)
    }
  }
}
