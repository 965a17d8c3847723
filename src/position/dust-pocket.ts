/**
 * What is held below one lot, where fees are taken in the base currency: a position of its own, always long, at average
 * cost. It is valued at the mark like any other holding, rounded down; it cannot be sold before it makes a whole lot.
 */
import { InvariantError } from '../core/errors.ts'
import { mulDivCeil, mulDivFloor, mulDivTrunc } from '../core/mul-div.ts'
import { exactProduct } from '../core/units.ts'
import { baseQuantaPerLot, receive } from '../model/base-fee.ts'
import type { Instrument } from '../model/instrument.ts'

/** What a buy came to, in lots and in quanta of settlement currency. */
export interface PocketedBuy {
  /** That the position grows by, ≥ 0. */
  readonly lots: number
  /** Value, at the price of the fill, by which the dust grew (+) or shrank (−). */
  readonly moved: number
  /** Change of the dust's cost, and the gain that shrinking it booked: moved = costChange − realized. */
  readonly costChange: number
  readonly realized: number
}

export class DustPocket {
  readonly quantaPerLot: number
  /** Base quanta, 0 to quantaPerLot − 1. */
  dust = 0
  /** Quanta of settlement currency that the dust cost. */
  cost = 0
  /** Base quanta of all fees; a rebate makes it smaller. A year of fees in a cheap coin is beyond what a double counts. */
  paid = 0n
  private readonly traded: Instrument

  constructor(traded: Instrument) {
    this.traded = traded
    this.quantaPerLot = baseQuantaPerLot(traded.spec)
  }

  /** Of a fee at a price, rounded up: in quanta of settlement currency. */
  feeValue(fee: number, price: number): number {
    return mulDivCeil(fee, exactProduct(price, this.traded.quantaPerTickLot), this.quantaPerLot)
  }

  /** At twice this price in ticks, rounded down. */
  valueAt(priceTimes2: number): number {
    if (this.dust === 0) return 0
    return mulDivFloor(
      this.dust,
      exactProduct(priceTimes2, this.traded.quantaPerTickLot / 2),
      this.quantaPerLot,
    )
  }

  /** A buy of `bought` lots at `price`, of which the venue kept `fee` base quanta, worth `feeValue`. */
  buy(bought: number, price: number, fee: number, feeValue: number): PocketedBuy {
    const before = this.dust
    const { lots, dust } = receive(bought, fee, before, this.quantaPerLot)
    if (lots < 0) throw new InvariantError(`fee of ${fee} base quanta is more than the ${bought} lots bought`)
    const moved = exactProduct(exactProduct(bought - lots, price), this.traded.quantaPerTickLot) - feeValue
    let costChange = moved
    let realized = 0
    if (dust < before) {
      // What leaves at the price of the fill: moved is negative then, up to the rounding of the fee.
      costChange = 0 - (dust === 0 ? this.cost : mulDivTrunc(this.cost, before - dust, before))
      realized = costChange - moved
    }
    this.dust = dust
    this.cost += costChange
    this.paid += BigInt(fee)
    return { lots, moved, costChange, realized }
  }
}
