/**
 * Implementation shortfall: what trading cost against a paper portfolio that trades everything at once at the
 * arrival price (Perold 1988, "The Implementation Shortfall: Paper versus Reality", JPM 14(3)).
 *
 * Computed in whole money quanta, so the parts add up to the total exactly. Positive is a cost everywhere.
 */
import { assert } from '../core/errors.ts'
import { type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import { type Side, signOf } from '../model/order.ts'

export interface Shortfall<Amount extends number = number> {
  /** Fill price against the mid when its child order was sent: half the spread paid (+) or earned (−), and latency. */
  readonly spread: Amount
  /** Move of the mid from the parent's arrival to the sending of the child. */
  readonly timing: Amount
  readonly fees: Amount
  /** The unfilled remainder, at the mid at the end against the arrival price. */
  readonly opportunity: Amount
  /** spread + timing + fees + opportunity. */
  readonly total: Amount
}

/** The executions of one child order. Mids are in ticks, times two, so that they are integers. */
export interface ChildExecution {
  readonly qty: number
  /** Σ `Instrument.costOf` of its fills, all as bought: Σ price × qty in tick·lots where it is not inverse. */
  readonly cost: number
  readonly sendMidTimes2: number
  /** The price that the child is to be measured against: the parent's arrival. */
  readonly arrivalMidTimes2: number
}

export interface ShortfallInput {
  readonly instrument: Instrument
  readonly side: Side
  readonly children: readonly ChildExecution[]
  readonly fees: MoneyQuanta
  readonly unfilled: {
    readonly qty: number
    readonly arrivalMidTimes2: number
    readonly endMidTimes2: number
  }
}

export function computeShortfall(input: ShortfallInput): Shortfall<MoneyQuanta> {
  const { instrument, side, children, fees, unfilled } = input
  const quanta = (costTimes2: number): MoneyQuanta => instrument.quantaOfCostTimes2(signOf(side) * costTimes2)
  let spread = 0
  let timing = 0
  for (const child of children) {
    const sent = instrument.costTimes2(child.sendMidTimes2, child.qty)
    spread += 2 * child.cost - sent
    timing += sent - instrument.costTimes2(child.arrivalMidTimes2, child.qty)
  }
  const opportunity =
    unfilled.qty === 0
      ? 0
      : instrument.costTimes2(unfilled.endMidTimes2, unfilled.qty) -
        instrument.costTimes2(unfilled.arrivalMidTimes2, unfilled.qty)
  const parts = {
    spread: quanta(spread),
    timing: quanta(timing),
    fees,
    opportunity: quanta(opportunity),
  }
  return { ...parts, total: moneyQuanta(parts.spread + parts.timing + parts.fees + parts.opportunity) }
}

/** In basis points of the paper notional (quantity wanted × arrival price, in money quanta, > 0). */
export function shortfallBps(shortfall: Shortfall<MoneyQuanta>, paperNotional: number): Shortfall {
  assert(paperNotional > 0, `paper notional must be positive, found ${paperNotional}`)
  const bps = (amount: number): number => (amount / paperNotional) * 10_000
  const spread = bps(shortfall.spread)
  const timing = bps(shortfall.timing)
  const fees = bps(shortfall.fees)
  const opportunity = bps(shortfall.opportunity)
  return { spread, timing, fees, opportunity, total: spread + timing + fees + opportunity }
}
