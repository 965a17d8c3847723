/**
 * Our orders as one venue knows them, from the commands that reach it and the reports it makes: for rules that depend on
 * what is open. Kept only where such a rule is in force.
 */
import type { ExecutionReport, SubmitCommand } from '../../model/execution-report.ts'
import type { Side } from '../../model/order.ts'

export interface VenueOrder {
  readonly clientOrderId: number
  readonly instrument: number
  readonly side: Side
  /** Ticks; undefined for a market order. */
  price: number | undefined
  /** Lots, total and filled. */
  qty: number
  cumQty: number
  /** Lots of `cumQty` that it took from others. */
  takenQty: number
}

export class VenueOrders {
  /** In order of arrival. */
  private readonly byId = new Map<number, VenueOrder>()

  get open(): Iterable<VenueOrder> {
    return this.byId.values()
  }

  find(clientOrderId: number): VenueOrder | undefined {
    return this.byId.get(clientOrderId)
  }

  countOpen(instrument: number): number {
    let count = 0
    for (const order of this.byId.values()) if (order.instrument === instrument) count++
    return count
  }

  /** It goes on to the matching engine. */
  arrived({ clientOrderId, instrument, side, price, qty }: SubmitCommand): void {
    this.byId.set(clientOrderId, { clientOrderId, instrument, side, price, qty, cumQty: 0, takenQty: 0 })
  }

  reported(report: ExecutionReport): void {
    const order = this.byId.get(report.clientOrderId)
    if (order === undefined) return
    order.cumQty = Math.max(order.cumQty, report.cumQty)
    switch (report.kind) {
      case 'fill':
        if (report.liquidity === 'taker') order.takenQty += report.lastQty
        break
      case 'amended':
        order.price = report.price
        order.qty = report.qty
        break
      case 'restated':
        order.qty = report.qty
        break
      case 'rejected':
      case 'canceled':
      case 'expired':
        this.byId.delete(order.clientOrderId)
        return
      default:
    }
    if (order.cumQty >= order.qty) this.byId.delete(order.clientOrderId)
  }
}
