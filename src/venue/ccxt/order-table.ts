/** All orders of the session, by each of the three ids that they are known by, and those that are not settled yet. */
import { assert } from '../../core/errors.ts'
import type { ClientOrderId } from '../../model/order.ts'
import type { LiveOrder } from './live-order.ts'

export class OrderTable {
  private readonly byOurId = new Map<ClientOrderId, LiveOrder>()
  private readonly byClientId = new Map<string, LiveOrder>()
  private readonly byVenueId = new Map<string, LiveOrder>()
  /** In order of sending. */
  private readonly unsettled = new Set<LiveOrder>()

  add(order: LiveOrder): void {
    const { clientOrderId } = order.command
    assert(!this.byOurId.has(clientOrderId), `order ${clientOrderId} was sent before`)
    this.byOurId.set(clientOrderId, order)
    this.byClientId.set(order.clientId, order)
    this.unsettled.add(order)
  }

  find(clientOrderId: ClientOrderId): LiveOrder | undefined {
    return this.byOurId.get(clientOrderId)
  }

  /** By what a message of the venue says. */
  match(instrument: number, clientId: string | undefined, venueOrderId: string): LiveOrder | undefined {
    const named = clientId === undefined ? undefined : this.byClientId.get(clientId)
    return named ?? this.byVenueId.get(venueKey(instrument, venueOrderId))
  }

  /** @returns false when that was known */
  bind(order: LiveOrder, venueOrderId: string): boolean {
    if (order.venueOrderId === venueOrderId) return false
    order.venueOrderId = venueOrderId
    this.byVenueId.set(venueKey(order.instrument, venueOrderId), order)
    return true
  }

  /** It is called after every change that may settle or unsettle an order. */
  refresh(order: LiveOrder): void {
    if (order.isSettled) this.unsettled.delete(order)
    else this.unsettled.add(order)
  }

  /** A copy: orders may settle while the caller goes through it. */
  open(instrument?: number): readonly LiveOrder[] {
    const all = [...this.unsettled]
    return instrument === undefined ? all : all.filter((order) => order.instrument === instrument)
  }

  get isEmpty(): boolean {
    return this.unsettled.size === 0
  }
}

/** Venues may number the orders of each instrument from one. */
const venueKey = (instrument: number, venueOrderId: string): string => `${instrument}:${venueOrderId}`
