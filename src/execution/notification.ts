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
  /** A parent order is over. */
  | { readonly kind: 'parent'; readonly parent: ParentOrder }
  /** An amend was denied by the risk guard or refused by the venue: the order is as it was. */
  | { readonly kind: 'amend-refused'; readonly order: Order; readonly why: RiskRule | ReasonCode }

export class Outbox {
  private items: Notification[] = []
  private head = 0

  push(notification: Notification): void {
    this.items.push(notification)
  }

  take(): Notification | undefined {
    const item = this.items[this.head]
    if (item === undefined) {
      if (this.head > 0) {
        this.items.length = 0
        this.head = 0
      }
      return undefined
    }
    this.head++
    return item
  }
}
