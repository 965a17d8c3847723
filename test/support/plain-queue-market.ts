/**
 * Matching by order id, the plain way: every level is a list of orders, those of the recording and ours, in the order in
 * which they came. Slow on purpose; the fast market must fill the same.
 */
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'

interface Entry {
  readonly id: number
  readonly isOurs: boolean
  readonly side: SideCode
  readonly price: number
  lots: number
}

/** Id, price, lots, liquidity, exchange time. */
export type PlainFill = [number, number, number, string, number]

export class PlainQueueMarket {
  readonly fills: PlainFill[] = []
  /** First come first, of both sides. */
  private queue: Entry[] = []
  /** Lots we took of a level, by side and price, as long as they still stand in the recording. */
  private readonly taken = new Map<string, number>()

  apply({ kind, side, exchangeTime, price = 0, qty = 0, orderId = 0 }: TapeRow): void {
    const entry = this.queue.find(({ id, isOurs }) => id === orderId && !isOurs)
    if (kind === rowKind.orderAdd) this.come({ id: orderId, isOurs: false, side, price, lots: qty })
    else if (kind === rowKind.orderExecute)
      this.execute(entry, { side, price, lots: qty, id: orderId }, exchangeTime)
    else if (entry !== undefined) {
      if (kind === rowKind.orderDelete || qty > entry.lots) this.leave(entry)
      if (kind === rowKind.orderChange && qty > entry.lots) this.come({ ...entry, lots: qty })
      entry.lots = qty
    }
    const level = this.levelLots(side, price)
    this.setTaken(side, price, Math.min(this.takenOf(side, price), level))
    this.meet(sideCode.buy, exchangeTime)
    this.meet(sideCode.sell, exchangeTime)
  }

  submit(id: number, side: SideCode, price: number, qty: number, at: number): void {
    const left = this.take({ id, isOurs: true, side, price, lots: qty }, 'taker', at)
    if (left > 0) this.come({ id, isOurs: true, side, price, lots: left })
  }

  cancel(id: number): void {
    this.queue = this.queue.filter((entry) => !(entry.isOurs && entry.id === id))
  }

  /** An order of the recording at `price` was hit for `lots`: ours that stand before it come first. */
  private execute(
    entry: Entry | undefined,
    hit: { readonly side: SideCode; readonly price: number; readonly lots: number; readonly id: number },
    at: number,
  ): void {
    let { lots } = hit
    // A hidden order stands behind all, one that was never reported ahead of all.
    const place = entry === undefined ? (hit.id === 0 ? this.queue.length : -1) : this.queue.indexOf(entry)
    for (const own of this.ours(hit.side)) {
      const isBetter = hit.side === sideCode.buy ? own.price > hit.price : own.price < hit.price
      const isAhead = own.price === hit.price && this.queue.indexOf(own) < place
      if (lots === 0 || !(isBetter || isAhead)) continue
      const filled = Math.min(own.lots, lots)
      lots -= filled
      this.fill(own, filled, at)
    }
    if (entry === undefined) return
    // The first in the queue are those we took from.
    this.setTaken(hit.side, hit.price, Math.max(0, this.takenOf(hit.side, hit.price) - hit.lots))
    entry.lots -= hit.lots
    if (entry.lots === 0) this.leave(entry)
  }

  /** Orders of the recording that stand at or through ours trade with them at our price. */
  private meet(side: SideCode, at: number): void {
    for (const own of this.ours(side)) {
      const left = this.take({ ...own }, 'maker', at)
      own.lots = left
      if (left === 0) this.leave(own)
    }
  }

  private take(order: Entry, liquidity: 'maker' | 'taker', at: number): number {
    const other = order.side === sideCode.buy ? sideCode.sell : sideCode.buy
    const prices = [
      ...new Set(this.queue.filter((e) => !e.isOurs && e.side === other).map(({ price }) => price)),
    ]
    prices.sort((a, b) => (other === sideCode.sell ? a - b : b - a))
    let { lots } = order
    for (const price of prices) {
      const isWithin = order.side === sideCode.buy ? price <= order.price : price >= order.price
      const filled = Math.min(lots, this.levelLots(other, price) - this.takenOf(other, price))
      if (!isWithin || filled <= 0) continue
      lots -= filled
      this.setTaken(other, price, this.takenOf(other, price) + filled)
      this.fills.push([order.id, liquidity === 'maker' ? order.price : price, filled, liquidity, at])
    }
    return lots
  }

  private fill(own: Entry, lots: number, at: number): void {
    own.lots -= lots
    this.fills.push([own.id, own.price, lots, 'maker', at])
    if (own.lots === 0) this.leave(own)
  }

  /** Best price first, first come first. */
  private ours(side: SideCode): Entry[] {
    const own = this.queue.filter((entry) => entry.isOurs && entry.side === side)
    return own.sort((a, b) => (side === sideCode.buy ? b.price - a.price : a.price - b.price))
  }

  private come(entry: Entry): void {
    this.queue.push(entry)
  }

  private leave(entry: Entry): void {
    this.queue = this.queue.filter((other) => other !== entry)
  }

  private levelLots(side: SideCode, price: number): number {
    const level = this.queue.filter((e) => !e.isOurs && e.side === side && e.price === price)
    return level.reduce((sum, { lots }) => sum + lots, 0)
  }

  private takenOf(side: SideCode, price: number): number {
    return this.taken.get(`${side} ${price}`) ?? 0
  }

  private setTaken(side: SideCode, price: number, lots: number): void {
    this.taken.set(`${side} ${price}`, lots)
  }
}
