/** A market of one instrument that wanders, as rows of a feed, and as what it does to the orders at the exchange. */

import { createPrng, type Prng } from '../../src/core/prng.ts'
import { type PriceTicks, priceTicks, timeUs } from '../../src/core/units.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import type { WireOrder, WireOrderState, WireOutcome } from '../../src/venue/ccxt/exchange-wire.ts'
import type { FakeExchange, FakeOrder } from '../support/fake-exchange-wire.ts'

const middle = 10_000
const range = 15

export class SimMarket {
  private readonly random: Prng
  private bid = middle
  private shownBid = middle

  constructor(seed: number) {
    this.random = createPrng(seed, 'faults/market')
  }

  /** One message of the book, or of the book and a print. @param isWhole for somebody who has seen nothing yet */
  move(now: number, isWhole: boolean): readonly (readonly MarketRow[])[] {
    const { random } = this
    this.bid = Math.min(middle + range, Math.max(middle - range, this.bid + random.nextInt(5) - 2))
    const row = (side: 'buy' | 'sell', price: number, qty: number, isLast: boolean): MarketRow => ({
      ...{ kind: rowKind.depth, side: sideCode[side], exchangeTime: timeUs(now), price, qty, isLast },
    })
    const gone =
      isWhole || this.shownBid === this.bid
        ? []
        : [row('buy', this.shownBid, 0, false), row('sell', this.shownBid + 1, 0, false)]
    const book = [
      ...gone,
      row('buy', this.bid, 5 + random.nextInt(5), false),
      row('sell', this.bid + 1, 5 + random.nextInt(5), true),
    ]
    this.shownBid = this.bid
    if (random.nextInt(3) > 0) return [book]
    const price = this.bid + random.nextInt(2)
    const print: MarketRow = {
      kind: rowKind.trade,
      side: sideCode.buy,
      exchangeTime: timeUs(now),
      price,
      qty: 3,
      isLast: true,
    }
    return [book, [print]]
  }

  /** What rests at the exchange is met when the price goes there, and now and then at the touch. */
  meet(exchange: FakeExchange): void {
    const { random } = this
    for (const order of exchange.orders.values()) {
      if (order.status !== 'open' || order.price === undefined) continue
      const distance = this.distance(order.side, order.price)
      if (distance > 0) exchange.fill(order, random.nextInt(2) === 0 ? order.qty : 1 + random.nextInt(3))
      else if (distance === 0 && random.nextInt(4) === 0) exchange.fill(order, 1 + random.nextInt(3))
    }
  }

  /** An order arrives: what crosses takes, and what may not rest ends. */
  arrive(exchange: FakeExchange, order: FakeOrder): void {
    const { random } = this
    const touch = order.side === 'buy' ? this.bid + 1 : this.bid
    if (this.takes(order.side, order.price)) {
      const lots = random.nextInt(4) === 0 ? 1 + random.nextInt(order.qty) : order.qty
      exchange.fill(order, lots, { price: priceTicks(touch), liquidity: 'taker' })
    }
    const mayRest = order.price !== undefined && order.timeInForce === 'gtc'
    if (order.status === 'open' && !mayRest) exchange.end(order, 'expired')
  }

  admit({ command }: WireOrder): WireOutcome<WireOrderState> | undefined {
    if (!command.postOnly || !this.takes(command.side, command.price)) return undefined
    return { kind: 'refused', reason: 'post-only-would-take', text: 'would take' }
  }

  private takes(side: 'buy' | 'sell', price: PriceTicks | undefined): boolean {
    return price === undefined || this.distance(side, price) > 0
  }

  /** Ticks by which an order is better than the touch of its side: above 0 it meets the other side. */
  private distance(side: 'buy' | 'sell', price: number): number {
    return side === 'buy' ? price - this.bid : this.bid + 1 - price
  }
}
