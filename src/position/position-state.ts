/**
 * One instrument's position and how a fill changes it: average cost. Closing part of it books that part of the cost,
 * openCost × closed / qty rounded toward zero; the remainder of the division stays in openCost, so nothing is lost.
 * A fill larger than the position closes it and opens the other side with what is left.
 */
import { InvariantError } from '../core/errors.ts'
import { mulDivTrunc } from '../core/mul-div.ts'
import { exactProduct, type MoneyQuanta, moneyQuanta, type QtyLots, qtyLots } from '../core/units.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import { signOf } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import { Ledger } from './ledger.ts'

export class PositionState implements Position {
  readonly instrument: number
  qty: QtyLots = qtyLots(0)
  openCost = 0
  realizedPnl: MoneyQuanta = moneyQuanta(0)
  fees: MoneyQuanta = moneyQuanta(0)
  tradedQty = 0
  tradedNotional = 0
  /** Twice the price of the last fill: values a position that has no market any more. */
  lastFillTimes2 = 0
  private readonly quantaPerTickLot: number
  private readonly ledger = new Ledger()

  constructor(instrument: number, { quantaPerTickLot }: Instrument) {
    this.instrument = instrument
    this.quantaPerTickLot = quantaPerTickLot
  }

  apply(fill: Fill): void {
    const { price } = fill
    const signed = signOf(fill.side) * fill.qty
    const costBefore = this.openCost
    const worthBefore = this.worthAt(price)
    const realized = this.close(signed, price)
    const traded = exactProduct(price, fill.qty)
    this.qty = qtyLots(this.qty + signed)
    this.realizedPnl = moneyQuanta(this.realizedPnl + exactProduct(realized, this.quantaPerTickLot))
    this.fees = moneyQuanta(this.fees + fill.fee)
    this.tradedQty += fill.qty
    this.tradedNotional += traded
    this.lastFillTimes2 = 2 * price
    this.ledger.post(-signed * price, this.openCost - costBefore, realized)
    // At its own price a trade is a swap of equal values: Δequity = Δrealized + Δunrealized − fees, with no remainder.
    if (this.worthAt(price) - worthBefore !== -fill.fee) {
      throw new InvariantError(`fill ${fill.tradeId} changed equity by other than its fee of ${fill.fee}`)
    }
  }

  /** @param markTimes2 twice the price to value at, in ticks */
  unrealizedAt(markTimes2: number): MoneyQuanta {
    const gainTimes2 = exactProduct(markTimes2, this.qty) - 2 * this.openCost
    // quantaPerTickLot is even.
    return moneyQuanta(exactProduct(gainTimes2, this.quantaPerTickLot / 2))
  }

  /** Signed market value. */
  valueAt(markTimes2: number): MoneyQuanta {
    return moneyQuanta(exactProduct(exactProduct(markTimes2, this.qty), this.quantaPerTickLot / 2))
  }

  private worthAt(price: number): number {
    return this.realizedPnl - this.fees + this.unrealizedAt(2 * price)
  }

  /** Moves openCost by a fill of `signed` lots. @returns the gain booked, in tick·lots */
  private close(signed: number, price: number): number {
    const { qty } = this
    if (qty === 0 || signed > 0 === qty > 0) {
      this.openCost += exactProduct(price, signed)
      return 0
    }
    const opened = Math.abs(signed) > Math.abs(qty) ? qty + signed : 0
    const closed = opened === 0 ? -signed : qty
    const closedCost = closed === qty ? this.openCost : mulDivTrunc(this.openCost, closed, qty)
    this.openCost += exactProduct(price, opened) - closedCost
    return exactProduct(price, closed) - closedCost
  }
}
