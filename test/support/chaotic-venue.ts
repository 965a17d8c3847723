/**
 * A venue that does anything a venue may do, driven by a list of random numbers: accepts or rejects, fills in parts,
 * expires, refuses cancels, and delivers its reports late, in any order and more than once. It keeps its own books and
 * never contradicts itself, so the engine must end with the same position.
 */
import { priceTicks, qtyLots } from '../../src/core/units.ts'
import type { AmendCommand, ExecutionReport } from '../../src/model/execution-report.ts'
import type { Bench } from './fake-venue.ts'

interface VenueOrder {
  readonly id: number
  readonly isBuy: boolean
  price: number | undefined
  qty: number
  cumQty: number
}

export class ChaoticVenue {
  /** Signed lots that were really traded. */
  position = 0
  private readonly bench: Bench
  private readonly next: (bound: number) => number
  /** By client order id: every order it ever had. */
  readonly orders: VenueOrder[] = []
  private readonly live: VenueOrder[] = []
  private readonly reports: ExecutionReport[] = []

  /** @param next a random integer in [0, bound) */
  constructor(bench: Bench, next: (bound: number) => number) {
    this.bench = bench
    this.next = next
  }

  /** One thing happens: at the venue, on the way back, or a while goes by. */
  step(): void {
    this.receive()
    const what = this.next(10)
    if (what < 3) this.fillSome()
    else if (what === 3) this.endSome()
    else if (what < 8) this.deliver(this.next(6) === 0)
    else this.letPass(this.next(400_000))
    this.receive()
  }

  /** No more tricks: everything is delivered, every order filled whole, until it is quiet. */
  settle(): void {
    for (let i = 0; i < 400; i++) {
      this.receive()
      for (const order of [...this.live]) this.fill(order, order.qty - order.cumQty)
      while (this.reports.length > 0) this.deliver(false)
      this.letPass(200_000)
    }
  }

  get isQuiet(): boolean {
    return this.live.length === 0 && this.reports.length === 0 && this.bench.venue.commands.length === 0
  }

  /** Lots of an order that are filled or, while it is live, may still be. */
  exposure(id: number): number {
    const order = this.orders[id]
    if (order === undefined) return 0
    return this.live.includes(order) ? order.qty : order.cumQty
  }

  private letPass(us: number): void {
    this.bench.runTo(this.bench.clock.now() - 1_700_000_000_000_000 + us)
  }

  private receive(): void {
    for (const command of this.bench.venue.take()) {
      // No command arrives in no time.
      this.letPass(1)
      const id = command.clientOrderId
      const order = this.live.find((other) => other.id === id)
      if (command.kind === 'submit') {
        if (this.next(8) === 0) {
          this.reports.push({ kind: 'rejected', ...this.bench.base(id), reason: 'too-many-orders' })
          continue
        }
        const { price, qty } = command
        const accepted: VenueOrder = { id, isBuy: command.side === 'buy', price, qty, cumQty: 0 }
        this.live.push(accepted)
        this.orders[id] = accepted
        this.reports.push({ kind: 'accepted', ...this.bench.base(id) })
      } else if (command.kind === 'amend') this.amend(order, command)
      else if (order === undefined) {
        this.reports.push({ kind: 'cancel-rejected', ...this.bench.base(id), reason: 'unknown-order' })
      } else this.end(order, 'canceled')
    }
  }

  private amend(order: VenueOrder | undefined, { clientOrderId, price, qty }: AmendCommand): void {
    if (order === undefined || this.next(5) === 0) {
      const reason = order === undefined ? 'unknown-order' : 'post-only-would-take'
      this.reports.push({ kind: 'amend-rejected', ...this.bench.base(clientOrderId), reason })
      return
    }
    const total = qty ?? order.qty
    if (total <= order.cumQty) {
      this.end(order, 'canceled')
      return
    }
    order.price = price
    order.qty = total
    const changed = { price: price === undefined ? undefined : priceTicks(price), qty: qtyLots(total) }
    this.reports.push({ kind: 'amended', ...this.bench.base(clientOrderId), ...changed })
  }

  private fillSome(): void {
    const order = this.live[this.next(Math.max(1, this.live.length))]
    if (order !== undefined) this.fill(order, 1 + this.next(order.qty - order.cumQty))
  }

  private endSome(): void {
    const order = this.live[this.next(Math.max(1, this.live.length))]
    if (order !== undefined && (order.price === undefined || this.next(4) === 0)) this.end(order, 'expired')
  }

  private fill(order: VenueOrder, lots: number): void {
    order.cumQty += lots
    this.position += order.isBuy ? lots : -lots
    this.reports.push(this.bench.fillReport(order.id, lots, 990 + this.next(20)))
    if (order.cumQty === order.qty) this.live.splice(this.live.indexOf(order), 1)
  }

  private end(order: VenueOrder, kind: 'canceled' | 'expired'): void {
    this.live.splice(this.live.indexOf(order), 1)
    const reason = kind === 'canceled' ? 'canceled-by-strategy' : 'ioc-remainder'
    this.reports.push({ kind, ...this.bench.base(order.id), reason })
  }

  private deliver(isRepeated: boolean): void {
    const index = this.next(Math.max(1, this.reports.length))
    const report = this.reports[index]
    if (report === undefined) return
    if (!isRepeated) this.reports.splice(index, 1)
    this.bench.apply(report)
  }
}
