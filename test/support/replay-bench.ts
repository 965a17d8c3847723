/** A replay venue over a small tape, driven by hand: orders in, reports out. */

import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { isAccountReport } from '../../src/model/account-report.ts'
import type { ExecutionReport, SubmitCommand } from '../../src/model/execution-report.ts'
import { Instrument, type InstrumentSpec } from '../../src/model/instrument.ts'
import type { Side, TimeInForce } from '../../src/model/order.ts'
import { type DataLevel, hasBook } from '../../src/model/tape.ts'
import { Connection } from '../../src/venue/replay/connection.ts'
import { ReplayVenue } from '../../src/venue/replay/replay-venue.ts'
import { BookMarket } from '../../src/venue/sim/book-market.ts'
import type { ImpactFilter } from '../../src/venue/sim/impact-filter.ts'
import { constantLatency, type LatencyModel } from '../../src/venue/sim/latency-model.ts'
import { PrintMarket } from '../../src/venue/sim/print-market.ts'
import { createQueueModel } from '../../src/venue/sim/queue-model.ts'
import { ReportPipe } from '../../src/venue/sim/report-pipe.ts'
import type { VenueGate } from '../../src/venue/sim/venue-gate.ts'
import { VenueOrders } from '../../src/venue/sim/venue-orders.ts'
import { testInstrument } from './tape-rows.ts'

/** Order latency of the bench, each way, in microseconds. */
export const entryUs = 5
export const responseUs = 7

export interface BenchOptions {
  readonly rows: readonly TapeRow[]
  readonly level?: DataLevel
  readonly queue?: string
  readonly spreadTicks?: number
  readonly minNotional?: string
  /** What is other than in `testInstrument`. */
  readonly spec?: Partial<InstrumentSpec>
  readonly batchRows?: number
  readonly latency?: LatencyModel
  /** Conditions before the market; may look at our orders. */
  readonly gate?: (orders: VenueOrders) => VenueGate
  /** On the reports of fills. */
  readonly impact?: ImpactFilter
}

export interface BenchOrder {
  readonly id: number
  readonly side: Side
  readonly qty: number
  /** Absent for a market order. */
  readonly price?: number
  readonly tif?: TimeInForce
  readonly postOnly?: boolean
}

export interface TimedReport {
  /** When we know. */
  readonly time: number
  readonly report: ExecutionReport
}

export class ReplayBench {
  readonly reports: TimedReport[] = []
  private readonly venue: ReplayVenue
  private now = 0

  constructor(options: BenchOptions) {
    const level = options.level ?? 'l2'
    const spec = { ...testInstrument, minNotional: options.minNotional ?? '0', ...options.spec }
    const tape = createMemoryTape({
      instrument: spec,
      rows: options.rows,
      level,
      ...(options.batchRows === undefined ? {} : { batchRows: options.batchRows }),
    })
    const latency = options.latency ?? constantLatency(entryUs, responseUs)
    const pipe = new ReportPipe(latency)
    const orders = new VenueOrders()
    const { impact } = options
    pipe.filter = (report) => {
      const order = orders.find(report.clientOrderId)
      orders.reported(report)
      return report.kind === 'fill' && order !== undefined ? (impact?.apply(report, order) ?? report) : report
    }
    const shared = { index: 0, instrument: new Instrument(spec), tapes: [tape], pipe }
    const market = hasBook(level)
      ? new BookMarket({ ...shared, queueModel: createQueueModel(options.queue ?? 'risk-averse') })
      : new PrintMarket({ ...shared, spreadTicks: options.spreadTicks ?? 1 })
    this.venue = new ReplayVenue({
      clock: { now: () => timeUs(this.now) },
      connections: [new Connection({ latency, pipe, gate: options.gate?.(orders), orders })],
      markets: [market],
    })
  }

  /** Sends at `time`; the order arrives `entryUs` later. */
  submit(time: number, order: BenchOrder): this {
    this.runTo(time)
    this.venue.submit({
      clientOrderId: order.id,
      instrument: 0,
      side: order.side,
      qty: qtyLots(order.qty),
      price: order.price === undefined ? undefined : priceTicks(order.price),
      timeInForce: order.tif ?? 'gtc',
      postOnly: order.postOnly ?? false,
    })
    return this
  }

  /** An order of any type. */
  send(time: number, command: SubmitCommand): this {
    this.runTo(time)
    this.venue.submit(command)
    return this
  }

  cancel(time: number, id: number): this {
    this.runTo(time)
    this.venue.cancel({ clientOrderId: id, instrument: 0 })
    return this
  }

  amend(time: number, id: number, price: number, qty: number): this {
    this.runTo(time)
    this.venue.amend({ clientOrderId: id, instrument: 0, price: priceTicks(price), qty: qtyLots(qty) })
    return this
  }

  /** An amend of a trigger price alone. */
  move(time: number, id: number, trigger: number): this {
    this.runTo(time)
    const triggerPrice = priceTicks(trigger)
    this.venue.amend({ clientOrderId: id, instrument: 0, price: undefined, triggerPrice })
    return this
  }

  /** Lets time pass, collecting reports as they reach us. */
  runTo(time: number): this {
    for (;;) {
      this.venue.advance(time)
      const due = this.venue.nextReportTime
      if (due > time) break
      this.now = due
      const report = this.venue.takeReport()
      // There is no account here that could make another.
      if (!isAccountReport(report)) this.reports.push({ time: due, report })
    }
    this.now = time
    return this
  }

  /** Fills so far as [order id, price, lots, liquidity, exchange time]. */
  get fills(): [number, number, number, string, number][] {
    return this.reports.flatMap(({ report: r }) =>
      r.kind === 'fill' ? [[r.clientOrderId, r.lastPrice, r.lastQty, r.liquidity, r.exchangeTime]] : [],
    )
  }

  /** Reports on one order: kind, and the reason where there is one. */
  storyOf(id: number): string[] {
    return this.reports
      .filter(({ report }) => report.clientOrderId === id)
      .map(({ report }) => ('reason' in report ? `${report.kind}: ${report.reason}` : report.kind))
  }
}
