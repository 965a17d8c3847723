/** What the engine asks of whoever keeps the positions. */
import type { MoneyQuanta, PriceTicks, QtyLots } from '../core/units.ts'
import type { Liquidity } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import type { Side } from '../model/order.ts'
import type { Position } from '../model/position.ts'

export interface PositionBook {
  /** Of a fill that is about to be applied; positive is a cost. @param time exchange time of the fill */
  feeOf(instrument: number, price: PriceTicks, qty: QtyLots, liquidity: Liquidity, time: number): MoneyQuanta
  /** Of a fill that is about to be applied: what the venue keeps of the bought coin, in base quanta; undefined: nothing. */
  feeBaseOf(
    instrument: number,
    side: Side,
    qty: QtyLots,
    liquidity: Liquidity,
    time: number,
  ): number | undefined
  /** What so much of the bought coin is worth at a price. */
  feeBaseValue(instrument: number, feeBase: number, price: PriceTicks): MoneyQuanta
  /** @returns false, and changes nothing, when this trade of this instrument was applied before */
  apply(fill: Fill): boolean
  /** Positive was paid. */
  applyFunding(instrument: number, amount: MoneyQuanta): void
  equity(): MoneyQuanta
  position(instrument: number): Position
}
