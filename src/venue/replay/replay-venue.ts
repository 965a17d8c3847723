/**
 * The replay venue: commands travel to the simulated markets, reports travel back, and recorded market data passes
 * in between. Everything outside the venue sees it through commands and reports alone.
 *
 * Order of things at one instant of exchange time: market data, what the venue does to our account by itself (funding,
 * liquidation), then arriving commands (VENUE.md A).
 */
import type { Clock } from '../../clock/clock.ts'
import { InvariantError, unreachable } from '../../core/errors.ts'
import type { VenueReport } from '../../model/account-report.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { Fill } from '../../model/fill.ts'
import type { AccountDesk } from '../sim/account-desk.ts'
import type { MatchingMarket } from '../sim/matching-market.ts'
import type { VenueCommand } from '../sim/venue-command.ts'
import type { Venue } from '../venue.ts'
import type { Connection, ReferenceSource } from './connection.ts'

export interface ReplayVenueOptions {
  readonly clock: Clock
  /** By instrument index. Markets of one connection report through its pipe. */
  readonly markets: readonly MatchingMarket[]
  readonly connections: readonly Connection[]
  /** connectionOf[instrument] = index in `connections`. Default: all on the first. */
  readonly connectionOf?: readonly number[]
  /** Where the venue pays funding or liquidates. */
  readonly account?: AccountDesk | undefined
}

export class ReplayVenue implements Venue {
  /** Fills of a venue that this one takes the place of: what the account holds comes of them. No number is used twice. */
  restore(fills: readonly Fill[]): void {
    this.account?.restore(fills)
    this.markets.forEach((market, index) => {
      const own = fills.filter(({ instrument }) => instrument === index)
      const last = own.reduce((highest, { tradeId }) => Math.max(highest, tradeId), 0)
      for (let id = 0; id < last; ) id = market.takeTradeId()
    })
  }

  /** When the next report reaches us; Infinity when none is on its way. Of one connection that is what its pipe says. */
  readonly reports: { readonly nextDue: number }
  private readonly clock: Clock
  private readonly markets: readonly MatchingMarket[]
  private readonly connections: readonly Connection[]
  /** The usual case: there is nothing to keep in step with. */
  private readonly only: MatchingMarket | undefined
  private readonly first: Connection
  private readonly connectionOf: readonly number[]
  private readonly account: AccountDesk | undefined
  /** Nothing is under way and no row can touch us: time may pass until the next command. */
  private isIdle = false

  private readonly referenceTimes2: ReferenceSource = (instrument, at) =>
    this.marketAt(instrument, at).referenceTimes2

  constructor(options: ReplayVenueOptions) {
    this.clock = options.clock
    this.markets = options.markets
    this.connections = options.connections
    const [first] = options.connections
    if (first === undefined) throw new InvariantError('a venue without a connection')
    this.first = first
    this.only = options.markets.length === 1 ? options.markets[0] : undefined
    this.connectionOf = options.connectionOf ?? []
    this.account = options.account
    this.reports = options.connections.length === 1 ? first.pipe : new EarliestReport(options.connections)
    for (const connection of options.connections) {
      connection.onRefused = (command, at) => this.marketAt(command.instrument, at).refused(command, at)
    }
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

  get nextReportTime(): number {
    return this.reports.nextDue
  }

  /** When something happens here next, as far as is known without further market data; Infinity when nothing does. */
  get nextTime(): number {
    let next = this.nextStop
    for (const connection of this.connections) {
      next = Math.min(next, connection.arrivals.nextTime)
    }
    for (const market of this.markets) {
      if (market.isWatching && market.nextTime < next) next = market.nextTime
    }
    return next
  }

  /** Exchange time at which the venue acts on our account by itself; Infinity when it need not. */
  private get alarm(): number {
    return this.account === undefined ? Number.POSITIVE_INFINITY : this.account.nextTime
  }

  /** Market data must not go on past this. */
  private get nextStop(): number {
    return Math.min(this.reports.nextDue, this.alarm)
  }

  /** Of reports due at one moment, that of the earlier connection first. */
  takeReport(): VenueReport {
    if (this.connections.length === 1) return this.first.pipe.take()
    const due = this.reports.nextDue
    const { pipe } = this.connections.find((connection) => connection.pipe.nextDue === due) ?? this.first
    return pipe.take()
  }

  /**
   * Lets exchange time pass up to `until`, or to the moment when the first report reaches us, if that is earlier.
   * Afterwards no report can appear that is due before the smaller of the two.
   */
  advance(until: number): void {
    if (!this.isIdle) this.passTime(until)
  }

  private passTime(until: number): void {
    for (;;) {
      const connection = this.nextConnection()
      const at = connection.arrivals.nextTime
      this.advanceMarkets(Math.min(until, at))
      // A fill on the way there may have set it earlier.
      const { alarm } = this
      const due = this.reports.nextDue
      if (Math.min(at, alarm) > Math.min(until, due)) {
        const isQuiet = Math.min(at, due) === Number.POSITIVE_INFINITY && this.account === undefined
        this.isIdle = isQuiet && this.only?.isWatching === false
        return
      }
      if (alarm <= at) this.act(alarm)
      else if (connection.takeSweep(at)) this.cancelAll(connection, at)
      else this.deliver(connection, at)
    }
  }

  /** All rows of all markets up to `until`, whether they concern us or not: so that the data is checked to its end. */
  catchUp(until: number): void {
    for (const market of this.markets) market.advance(until)
  }

  close(): void {
    for (const market of this.markets) market.close()
  }

  private send(command: VenueCommand): void {
    this.isIdle = false
    this.connection(command.command.instrument).send(command, this.clock.now())
  }

  private connection(instrument: number): Connection {
    return this.connections[this.connectionOf[instrument] ?? 0] ?? this.first
  }

  /** At which something happens next; the earlier one in the list at the same moment. */
  private nextConnection(): Connection {
    const { connections, first } = this
    if (connections.length === 1) return first
    let next = first
    for (const connection of connections)
      if (connection.arrivals.nextTime < next.arrivals.nextTime) next = connection
    return next
  }

  /**
   * Markets with orders of ours go on together, in order of time, so that their reports are made in order; the others
   * wait until an order arrives there.
   */
  private advanceMarkets(until: number): void {
    const { only } = this
    if (only !== undefined) {
      if (only.isWatching) only.advance(Math.min(until, this.nextStop))
      return
    }
    for (;;) {
      const stop = Math.min(until, this.nextStop)
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

  /** The venue acts on its own account of ours: all markets are as of then. */
  private act(at: number): void {
    for (const market of this.markets) if (!market.isWatching) market.advance(at)
    this.account?.act(at)
  }

  private deliver(connection: Connection, at: number): void {
    const entry = connection.take(at, this.referenceTimes2)
    if (entry === undefined) return
    const market = this.marketAt(entry.command.instrument, at)
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

  /** With all market data up to and including `at`. */
  private marketAt(instrument: number, at: number): MatchingMarket {
    const market = this.markets[instrument]
    if (market === undefined) throw new InvariantError(`no market ${instrument}`)
    if (!market.isWatching) market.advance(at)
    return market
  }

  /** The venue cancels what is open, in order of arrival. */
  private cancelAll({ orders }: Connection, at: number): void {
    // Not a copy: an order that goes with another one is gone from it when its turn would have come.
    for (const { clientOrderId, instrument } of orders?.open ?? []) {
      this.marketAt(instrument, at).cancel({ clientOrderId, instrument, reason: 'maintenance' }, at)
    }
  }
}

class EarliestReport {
  private readonly connections: readonly Connection[]

  constructor(connections: readonly Connection[]) {
    this.connections = connections
  }

  get nextDue(): number {
    let due = Number.POSITIVE_INFINITY
    for (const { pipe } of this.connections) if (pipe.nextDue < due) due = pipe.nextDue
    return due
  }
}
