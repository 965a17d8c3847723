/** What the risk guard enforces. A limit that is undefined is off. Written down with every run. */
import type { DurationUs, MoneyQuanta, QtyLots } from '../core/units.ts'
import { durationUs } from '../core/units.ts'

export interface RiskLimits {
  /** Limit prices: largest distance from the mid, in basis points of the mid. */
  readonly priceDeviationBpsMax?: number | undefined
  /** Price × quantity of one order; a market order counts at the mid. The instrument's own minimum always holds. */
  readonly orderValueMin?: MoneyQuanta | undefined
  readonly orderValueMax?: MoneyQuanta | undefined
  /** Working orders of all instruments together, unknown ones included. */
  readonly openOrdersMax?: number | undefined
  /** MAX_POSITIONS: instruments with a position or with a working order. */
  readonly positionsMax?: number | undefined
  /** Value of one instrument's position, if every working order on that side fills, in basis points of equity. */
  readonly positionShareBpsMax?: number | undefined
  /** Value that one unit of equity may carry in a linear instrument: a whole number ≥ 1. Spot always counts 1. */
  readonly leverage: number
  /** Less of it for large positions: floors in quanta rise from 0. Of contracts only. */
  readonly leverageTiers?: readonly LeverageTier[] | undefined
  /** False: orders need not be covered by the balance. */
  readonly isBalanceChecked: boolean
  /** Submits, amends and cancels of the last `windowUs`; cancels count but are never refused. */
  readonly messageRate?: { readonly count: number; readonly windowUs: DurationUs } | undefined
  /** An order like one sent less than this long ago that still works is refused. */
  readonly duplicateWindowUs?: DurationUs | undefined
  /** Loss of equity since the start of the UTC day, in basis points; beyond it the guard goes to `reducing`. */
  readonly dailyLossBpsMax?: number | undefined
  /** Loss from the highest equity, in basis points; beyond it the guard goes to `halted`. */
  readonly drawdownBpsMax?: number | undefined
  /** Age of the newest market data; a tape of bars or sparse trades needs more than a book, or none. */
  readonly staleDataUsMax?: DurationUs | undefined
  /** By instrument. */
  readonly instruments?: readonly (InstrumentLimits | undefined)[] | undefined
}

export interface LeverageTier {
  /** Value of the position from which it holds, itself included. */
  readonly floor: MoneyQuanta
  /** Whole, ≥ 1. */
  readonly leverageMax: number
}

export interface InstrumentLimits {
  /** Of one order, in lots. */
  readonly qtyMin?: QtyLots | undefined
  readonly qtyMax?: QtyLots | undefined
}

export const defaultRiskLimits: RiskLimits = {
  priceDeviationBpsMax: 500,
  openOrdersMax: 200,
  positionsMax: 10,
  positionShareBpsMax: 10_000,
  leverage: 1,
  isBalanceChecked: true,
  messageRate: { count: 100, windowUs: durationUs(1_000_000) },
  duplicateWindowUs: durationUs(1_000_000),
  dailyLossBpsMax: 200,
  drawdownBpsMax: 1000,
  staleDataUsMax: durationUs(10_000_000),
}
