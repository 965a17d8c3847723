/**
 * One instrument's position and how a fill changes it: average cost. Closing part of it books that part of the cost,
 * openCost × closed / qty rounded toward zero; the remainder of the division stays in openCost, so nothing is lost.
 * A fill larger than the position closes it and opens the other side with what is left.
 *
 * Costs are counted as `Instrument.costOf` does: in tick·lots, of an inverse contract in quanta. See docs/ACCOUNTING.md.
 */
import { InvariantError } from '../core/errors.ts'
import { mulDivTrunc } from '../core/mul-div.ts'
import {
  exactProduct,
  type MoneyQuanta,
  moneyQuanta,
  type PriceTicks,
  type QtyLots,
  qtyLots,
} from '../core/units.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import { signOf } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import type { DustPocket } from './dust-pocket.ts'
import { Ledger } from './ledger.ts'

export class PositionState implements Position {
  readonly instrument: number
  qty: QtyLots = qtyLots(0)
  openCost = 0
  realizedPnl: MoneyQuanta = moneyQuanta(0)
  fees: MoneyQuanta = moneyQuanta(0)
  funding: MoneyQuanta = moneyQuanta(0)
  tradedQty = 0
  tradedNotional = 0
  /** Twice the price of the last fill: values a position that has no market any more. */
  lastFillTimes2 = 0
  /** Where buys pay their fee in what they bring in. */
  readonly pocket: DustPocket | undefined
  private readonly traded: Instrument
  private readonly ledger = new Ledger()

  constructor(instrument: number, traded: Instrument, pocket?: DustPocket) {
    this.instrument = instrument
    this.traded = traded
    this.pocket = pocket
  }

  get dust(): number {
    return this.pocket?.dust ?? 0
  }

  get isFlat(): boolean {
    return this.qty === 0 && this.dust === 0
  }

  apply(fill: Fill): void {
    const { price } = fill
    const worthBefore = this.worthAt(price)
    const lots = fill.feeBase === undefined ? fill.qty : this.keepDust(fill, fill.feeBase)
    const signed = signOf(fill.side) * lots
    const costBefore = this.openCost
    const cost = this.traded.costOf(price, signed)
    const realized = this.close(signed, price, cost)
    const notional = exactProduct(price, fill.qty)
    this.qty = qtyLots(this.qty + signed)
    this.realizedPnl = moneyQuanta(this.realizedPnl + exactProduct(realized, this.traded.quantaPerCost))
    this.tradedQty += fill.qty
    this.tradedNotional += notional
    this.lastFillTimes2 = 2 * price
    this.ledger.post(0 - cost, this.openCost - costBefore, realized)
    this.charge('fees', fill.fee)
    // At its own price a trade is a swap of equal values: Δequity = Δrealized + Δunrealized − fees, with no remainder;
    // values of an inverse contract and of dust are rounded, and may differ by one quantum.
    const remainder = this.worthAt(price) - worthBefore + fill.fee
    const isRounded = this.traded.isInverse || fill.feeBase !== undefined
    if (Math.abs(remainder) > (isRounded ? 1 : 0)) {
      throw new InvariantError(`fill ${fill.tradeId} changed equity by other than its fee of ${fill.fee}`)
    }
  }

  /** Money that leaves (+) or comes (−) without a trade. */
  charge(what: 'fees' | 'funding', amount: MoneyQuanta): void {
    this[what] = moneyQuanta(this[what] + amount)
    this.ledger.charge(what, amount)
  }

  /** @param markTimes2 twice the price to value at, in ticks */
  unrealizedAt(markTimes2: number): MoneyQuanta {
    const { traded, pocket } = this
    const lots = traded.quantaOfCostTimes2(traded.costTimes2(markTimes2, this.qty) - 2 * this.openCost)
    return pocket === undefined ? lots : moneyQuanta(lots + pocket.valueAt(markTimes2) - pocket.cost)
  }

  /** Signed market value. */
  valueAt(markTimes2: number): MoneyQuanta {
    const dust = this.pocket?.valueAt(markTimes2) ?? 0
    return moneyQuanta(this.traded.valueOf2(markTimes2, this.qty) + dust)
  }

  private worthAt(price: number): number {
    return this.realizedPnl - this.fees - this.funding + this.unrealizedAt(2 * price)
  }

  /** The part of a buy that the position does not grow by: its fee, and what changes below one lot. @returns lots received */
  private keepDust({ side, qty, price, fee, tradeId }: Fill, feeBase: number): number {
    const { pocket } = this
    if (pocket === undefined || side !== 'buy') {
      throw new InvariantError(
        `fill ${tradeId} pays its fee in the base currency, which is no fee of its kind`,
      )
    }
    const { lots, moved, costChange, realized } = pocket.buy(qty, price, feeBase, fee)
    this.realizedPnl = moneyQuanta(this.realizedPnl + realized)
    this.ledger.moveDust(moved, costChange, realized)
    return lots
  }

  /** Moves openCost by a fill of `signed` lots that cost `cost`. @returns the gain booked, in units of cost */
  private close(signed: number, price: PriceTicks, cost: number): number {
    const { qty } = this
    if (qty === 0 || signed > 0 === qty > 0) {
      this.openCost += cost
      return 0
    }
    const opened = Math.abs(signed) > Math.abs(qty) ? qty + signed : 0
    const closed = opened === 0 ? -signed : qty
    const closedCost = closed === qty ? this.openCost : mulDivTrunc(this.openCost, closed, qty)
    // What opens is rounded by itself and what closes takes the rest, so that both add up to the cost of the fill.
    const openedCost = opened === 0 ? 0 : this.traded.costOf(price, opened)
    this.openCost += openedCost - closedCost
    return openedCost - cost - closedCost
  }
}
