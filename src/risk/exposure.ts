/**
 * What the working orders of one instrument may still do, kept as they open, fill and close: their open lots and the
 * cost of those lots by side, and the balance they reserve. Nothing is ever summed over orders.
 */
import { InvariantError } from '../core/errors.ts'
import { mulDivCeil } from '../core/mul-div.ts'
import type { Instrument } from '../model/instrument.ts'
import type { Side } from '../model/order.ts'

export class Exposure {
  /** Lots that may still be bought and sold. */
  buyLots = 0
  sellLots = 0
  /** Working orders, unknown ones included. */
  orders = 0
  /** In quanta; brought up to date by `refresh`. */
  reserved = 0
  private buyCost = 0
  private sellCost = 0
  private readonly isSpot: boolean
  private readonly traded: Instrument
  private readonly leverage: number

  constructor(instrument: Instrument, leverage: number) {
    this.isSpot = instrument.spec.kind === 'spot'
    this.traded = instrument
    this.leverage = this.isSpot ? 1 : leverage
  }

  /** @param lots signed: positive opens, negative closes. @param price in ticks */
  add(side: Side, lots: number, price: number): void {
    const cost = lots * this.traded.reservePerLot(price)
    if (side === 'buy') {
      this.buyLots += lots
      this.buyCost += cost
    } else {
      this.sellLots += lots
      this.sellCost += cost
    }
    if (this.buyLots >= 0 && this.sellLots >= 0 && this.buyCost >= 0 && this.sellCost >= 0) return
    throw new InvariantError(
      `more was released than reserved: ${this.buyLots} lots to buy, ${this.sellLots} to sell`,
    )
  }

  /** Lots that stay or become exposed if every order on `side` and `extra` lots more fill. ≥ 0 */
  worstLots(side: Side, position: number, extra: number): number {
    return side === 'buy'
      ? Math.max(0, position + this.buyLots + extra)
      : Math.max(0, this.sellLots + extra - position)
  }

  /** Lots on `side` beyond those that only reduce the position, with `extra` more. ≥ 0 */
  increasingLots(side: Side, position: number, extra: number): number {
    const lots = (side === 'buy' ? this.buyLots : this.sellLots) + extra
    const reducible = Math.max(0, side === 'buy' ? -position : position)
    return Math.max(0, lots - reducible)
  }

  /**
   * Balance in quanta that the orders need, with one more of `lots` at `price` on `side`. Spot: what the buys cost.
   * Linear and inverse: what increases the exposure on either side, divided by the leverage. Infinite when it leaves exact numbers.
   */
  required(position: number, side: Side, lots: number, price: number): number {
    const isBuy = side === 'buy'
    const cost = lots * this.traded.reservePerLot(price)
    const buyLots = this.buyLots + (isBuy ? lots : 0)
    const buyCost = this.buyCost + (isBuy ? cost : 0)
    const buys = this.isSpot ? buyCost : increasingCost(buyLots, buyCost, -position)
    const sellLots = this.sellLots + (isBuy ? 0 : lots)
    const sellCost = this.sellCost + (isBuy ? 0 : cost)
    const sells = this.isSpot ? 0 : increasingCost(sellLots, sellCost, position)
    const quanta = (buys + sells) * this.traded.quantaPerCost
    if (!Number.isSafeInteger(quanta)) return Number.POSITIVE_INFINITY
    return this.leverage === 1 ? quanta : mulDivCeil(quanta, 1, this.leverage)
  }

  /** Value of the working orders of a side at the prices they are reserved at, with `lots` at `price` more, in quanta. */
  openValue(side: Side, lots: number, price: number): number {
    const cost = (side === 'buy' ? this.buyCost : this.sellCost) + lots * this.traded.reservePerLot(price)
    return cost * this.traded.quantaPerCost
  }

  get openBuyValue(): number {
    return this.openValue('buy', 0, 0)
  }

  get openSellValue(): number {
    return this.openValue('sell', 0, 0)
  }

  /** @returns by how much the reserve changed */
  refresh(position: number): number {
    const before = this.reserved
    this.reserved = this.required(position, 'buy', 0, 0)
    return this.reserved - before
  }
}

/** The part of the cost that does not reduce a position of `reducible` lots, rounded up. */
function increasingCost(lots: number, cost: number, reducible: number): number {
  if (reducible <= 0) return cost
  return lots <= reducible ? 0 : mulDivCeil(cost, lots - reducible, lots)
}
