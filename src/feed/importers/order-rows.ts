/** What happened to single orders → rows, one message at a time, and the orders that stand after them. */
import { type RowKind, rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import { OrderLevels, type StandingOrder } from '../order-levels.ts'
import type { TapeSink } from '../tape-sink.ts'

interface OrderRow {
  readonly kind: RowKind
  readonly side: SideCode
  /** Ticks. */
  readonly price: number
  /** Lots. */
  readonly qty: number
  readonly orderId: number
}

export class OrderRows {
  readonly standing = new OrderLevels()
  readonly #sink: TapeSink
  /** Of the message under way. What stood before the recording is unknown: the first one starts with nothing. */
  #rows: OrderRow[] = [{ kind: rowKind.clear, side: sideCode.buy, price: 0, qty: 0, orderId: 0 }]
  #time = 0

  constructor(sink: TapeSink) {
    this.#sink = sink
  }

  /** @param time microseconds, of the message that the next rows belong to */
  begin(time: number): void {
    this.#time = time
  }

  add(orderId: number, side: SideCode, price: number, qty: number): void {
    this.#order(rowKind.orderAdd, side, price, qty, orderId)
  }

  /** @param qty lots that are left */
  change(orderId: number, order: StandingOrder, qty: number): void {
    this.#order(rowKind.orderChange, order.side, order.price, qty, orderId)
  }

  remove(orderId: number, order: StandingOrder): void {
    this.#order(rowKind.orderDelete, order.side, order.price, 0, orderId)
  }

  /** @param side of the order that was hit, which need not be known; id 0 for a hidden one */
  execute(orderId: number, side: SideCode, price: number, qty: number): void {
    this.#order(rowKind.orderExecute, side, price, qty, orderId)
  }

  /** @param side of the taker */
  print(side: SideCode, price: number, qty: number): void {
    this.#rows.push({ kind: rowKind.trade, side, price, qty, orderId: 0 })
  }

  printOffMarket(side: SideCode, price: number, qty: number): void {
    this.#rows.push({ kind: rowKind.offMarketTrade, side, price, qty, orderId: 0 })
  }

  /** Hands the rows of the message over; nothing when there are none. */
  end(): void {
    const last = this.#rows.length - 1
    // The unknown start waits for the first message that says something.
    if (this.#rows[last]?.kind === rowKind.clear) return
    this.#rows.forEach(({ kind, side, price, qty, orderId }, index) => {
      this.#sink.row(kind, side, this.#time, this.#time, price, qty, index === last, undefined, orderId)
    })
    this.#rows = []
  }

  #order(kind: RowKind, side: SideCode, price: number, qty: number, orderId: number): void {
    this.standing.apply(kind, side, this.#time, price, qty, orderId)
    this.#rows.push({ kind, side, price, qty, orderId })
  }
}

export const otherSide = (side: SideCode): SideCode => (side === sideCode.buy ? sideCode.sell : sideCode.buy)
