/**
 * Rows about single orders → rows about levels, for the packer. The exchange order of level `l3` also learns, of each
 * order that is hit, when it joined its queue: that is all it takes to match by exact places. An order of ours that came
 * before it would have been hit first; one that came later is none the wiser, whatever stands or is canceled ahead.
 *
 * | rows                | l3, exchange order                           | l3 as we know it, l2 | l1                           |
 * | ------------------- | -------------------------------------------- | -------------------- | ---------------------------- |
 * | add, change, delete | depth                                        | depth                | quotes, at the end of a message |
 * | execute             | trade of the taker, then depth, with joinedAt | depth                | the same                     |
 * | trade               | the time passes: executions say it exactly   | trade                | trade                        |
 */
import type { PackedOrder } from '../model/packed.ts'
import {
  type DataLevel,
  hasLevels,
  isOrderKind,
  type RowKind,
  rowKind,
  type SideCode,
  type Visibility,
} from '../model/tape.ts'
import { OrderLevels } from './order-levels.ts'
import { OrderTouch } from './order-touch.ts'
import type { TapeSink } from './tape-sink.ts'

/** What stands between rows of a tape and the packer of a level; `orderId` of the rows that come out is `joinedAt`. */
export function flattenOrders(level: DataLevel, order: PackedOrder, out: TapeSink): TapeSink {
  if (hasLevels(level)) return new OrderFlattener(level === 'l3' && order === 'exchange', out)
  return level === 'l1' ? new OrderTouch(out) : out
}

class OrderFlattener implements TapeSink {
  private readonly hasPlaces: boolean
  private readonly out: TapeSink
  private readonly orders = new OrderLevels()

  /** @param hasPlaces whether the venue matches by places in the queue */
  constructor(hasPlaces: boolean, out: TapeSink) {
    this.hasPlaces = hasPlaces
    this.out = out
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    _seenBy?: Visibility,
    orderId = 0,
  ): void {
    if (!isOrderKind(kind)) {
      if (kind === rowKind.clear) this.orders.clear()
      const isTold = this.hasPlaces && kind === rowKind.trade
      const shown = isTold ? rowKind.markPrice : kind
      this.out.row(shown, side, exchangeTime, receiveTime, price, qty, isLast)
      return
    }
    const before = this.orders.find(orderId)
    this.orders.apply(kind, side, exchangeTime, price, qty, orderId)
    const { hasPlaces, out } = this
    if (kind === rowKind.orderExecute && hasPlaces) {
      // Nothing is known to have stood before an order that was never reported; a hidden one is the last of all.
      const joinedAt = before?.joinedAt ?? (orderId === 0 ? Number.POSITIVE_INFINITY : 0)
      const aggressor = side === 0 ? 1 : 0
      out.row(rowKind.trade, aggressor, exchangeTime, receiveTime, price, qty, false, undefined, joinedAt)
    }
    const lots = this.orders.qtyAt(side, price)
    const joinedAt = hasPlaces && kind === rowKind.orderExecute ? (before?.joinedAt ?? 0) : 0
    out.row(rowKind.depth, side, exchangeTime, receiveTime, price, lots, isLast, undefined, joinedAt)
  }
}
