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
  readonly messageRate?: MessageRate | undefined
  /** An order like one sent less than this long ago that still works is refused. */
  readonly duplicateWindowUs?: DurationUs | undefined
  /** Loss of equity since the start of the UTC day, in basis points; beyond it the guard goes to `reducing`. */
  readonly dailyLossBpsMax?: number | undefined
  /** The same as an amount; the tighter of the two holds. */
  readonly dailyLossMax?: MoneyQuanta | undefined
  /** Loss from the highest equity, in basis points; beyond it the guard goes to `halted`. */
  readonly drawdownBpsMax?: number | undefined
  /** Limit prices: largest distance from the last trade, in basis points of it. */
  readonly lastTradeDeviationBpsMax?: number | undefined
  /** Market orders: how far from the mid the worst level that they need may lie, in basis points of it, as far as levels are known. */
  readonly slippageBpsMax?: number | undefined
  /** How far the mid may have moved within the window, in basis points; beyond it nothing adds to a position. */
  readonly priceDrift?: { readonly bpsMax: number; readonly windowUs: DurationUs } | undefined
  /** Value of the working orders of one side of one instrument, and of the whole account. */
  readonly openValuePerSideMax?: MoneyQuanta | undefined
  readonly openValueMax?: MoneyQuanta | undefined
  /** An order that would meet a working order of ours is denied, unless the venue is told to prevent it. */
  readonly isSelfCrossDenied?: boolean | undefined
  /** Orders of one instrument whose fate is unknown; at that many nothing adds to a position there. */
  readonly unresolvedOrdersMax?: number | undefined
  /** Fills, rejects (post-only ones apart) and losing round trips; beyond it the guard goes to `halted`. */
  readonly fillRate?: RepeatLimit | undefined
  readonly rejectRate?: RepeatLimit | undefined
  readonly lossRate?: RepeatLimit | undefined
  /** How long the venue may say that we hold something else before the guard goes to `halted`. Default: for ever. */
  readonly positionGraceUs?: DurationUs | undefined
  /** Age of the newest market data; a tape of bars or sparse trades needs more than a book, or none. */
  readonly staleDataUsMax?: DurationUs | undefined
  /** By instrument. */
  readonly instruments?: readonly (InstrumentLimits | undefined)[] | undefined
}

export interface MessageRate {
  readonly count: number
  readonly windowUs: DurationUs
  /** Of `count`: messages that only cancels may take. Default 0. */
  readonly cancelReserve?: number
}

/** Up to `count` of them within any `windowUs`. */
export interface RepeatLimit {
  readonly count: number
  readonly windowUs: DurationUs
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
  /** Of the position, if every working order on that side fills, in lots. */
  readonly positionMax?: QtyLots | undefined
  /** True: nothing may be traded in it. */
  readonly isForbidden?: boolean
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
