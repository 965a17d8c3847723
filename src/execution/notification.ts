/**
 * What the engine has to tell, kept until somebody asks: a strategy or an algorithm is never called from within its own
 * command.
 */
import type { Fill } from '../model/fill.ts'
import type { Order, ReasonCode, RiskRule } from '../model/order.ts'
import type { ParentOrder } from '../model/parent-order.ts'

export type Notification =
  /** The state, price or quantity of an order changed; denials included, fills not. */
  | { readonly kind: 'order'; readonly order: Order }
  /** An order was filled, wholly or in part. */
  | { readonly kind: 'fill'; readonly order: Order; readonly fill: Fill }
  /** The venue closed a part of a position because the margin ran out. */
  | { readonly kind: 'liquidation'; readonly fill: Fill }
  /** A parent order is over. */
  | { readonly kind: 'parent'; readonly parent: ParentOrder }
  /** An amend was denied by the risk guard or refused by the venue: the order is as it was. */
  | { readonly kind: 'amend-refused'; readonly order: Order; readonly why: RiskRule | ReasonCode }

export class Outbox {
  /** Slots are re-used, not given back: an array that is emptied allocates again with the next push. */
  private readonly items: (Notification | undefined)[] = []
  private head = 0
  private tail = 0

  push(notification: Notification): void {
    this.items[this.tail++] = notification
  }

  take(): Notification | undefined {
    if (this.head === this.tail) return undefined
    const item = this.items[this.head]
    this.items[this.head++] = undefined
    if (this.head === this.tail) {
      this.head = 0
      this.tail = 0
    }
    return item
  }
}
