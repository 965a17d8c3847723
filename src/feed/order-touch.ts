/** Rows about single orders → best prices with their quantities, told at the end of each message that changes them. */
import {
  isOrderKind,
  type RowKind,
  rowKind,
  type SideCode,
  sideCode,
  type Visibility,
} from '../model/tape.ts'
import { OrderLevels } from './order-levels.ts'
import type { TapeSink } from './tape-sink.ts'

interface Quote {
  /** Ticks; 0 for an empty side. */
  readonly price: number
  /** Lots. */
  readonly qty: number
}

const nothing: Quote = { price: 0, qty: 0 }
const sides = [sideCode.buy, sideCode.sell] as const

export class OrderTouch implements TapeSink {
  private readonly out: TapeSink
  private readonly orders = new OrderLevels()
  private readonly told: [bid: Quote, ask: Quote] = [nothing, nothing]

  constructor(out: TapeSink) {
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
    if (isOrderKind(kind)) this.orders.apply(kind, side, exchangeTime, price, qty, orderId)
    if (kind === rowKind.clear) this.clear(isLast)
    const changed = isLast ? sides.filter((each) => this.isChanged(each)) : []
    // The packer of this level passes over rows about orders, but not over the end of a message.
    this.out.row(kind, side, exchangeTime, receiveTime, price, qty, isLast && changed.length === 0)
    changed.forEach((each, index) => {
      const quote = this.quote(each)
      this.told[each] = quote
      const isEnd = index === changed.length - 1
      this.out.row(rowKind.quote, each, exchangeTime, receiveTime, quote.price, quote.qty, isEnd)
    })
  }

  /** A clear that is a message alone is a gap, which the packer tells itself. */
  private clear(isGap: boolean): void {
    this.orders.clear()
    if (isGap) this.told.fill(nothing)
  }

  private isChanged(side: SideCode): boolean {
    const { price, qty } = this.quote(side)
    return price !== this.told[side].price || qty !== this.told[side].qty
  }

  private quote(side: SideCode): Quote {
    const price = this.orders.best(side)
    return price === undefined ? nothing : { price, qty: this.orders.qtyAt(side, price) }
  }
}
