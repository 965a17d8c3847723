/** What orders a venue takes, by period: today's limits are not those of two years ago. */
import { exactProduct } from '../../core/units.ts'
import type { Instrument } from '../../model/instrument.ts'
import type { VenueCommand } from './venue-command.ts'
import type { VenueCondition, Verdict } from './venue-gate.ts'
import type { VenueOrders } from './venue-orders.ts'

/** Of one instrument, in its own ticks, lots and quanta. An absent rule is not in force. */
export interface RulePeriod {
  /** Exchange time, microseconds; the first moment, and the first after it. */
  readonly from: number
  readonly to: number
  /** Prices must be multiples of so many ticks, quantities of so many lots. */
  readonly tickStep?: number | undefined
  readonly lotStep?: number | undefined
  /** Lots. */
  readonly minQty?: number | undefined
  readonly maxQty?: number | undefined
  /** Lots of a market order; default: `maxQty`. */
  readonly maxMarketQty?: number | undefined
  readonly minNotionalQuanta?: number | undefined
  /** Limits of price ÷ reference price, in millionths: 1,050,000 is 5 % above. */
  readonly bandUp?: number | undefined
  readonly bandDown?: number | undefined
  readonly maxOpenOrders?: number | undefined
}

export interface InstrumentRules {
  readonly instrument: Instrument
  /** Not overlapping, in order of time. */
  readonly periods: readonly RulePeriod[]
}

/** @param rules by instrument index; undefined where the venue's rules are not known */
export function rulesCondition(
  rules: readonly (InstrumentRules | undefined)[],
  orders: VenueOrders,
  description: string,
): VenueCondition {
  return {
    description,
    check: (entry, at, referenceTimes2) => {
      if (entry.kind === 'cancel') return undefined
      const known = rules[entry.command.instrument]
      const period = known?.periods.find(({ from, to }) => at >= from && at < to)
      if (known === undefined || period === undefined) return undefined
      return checkOrder({ entry, period, orders, instrument: known.instrument, referenceTimes2 })
    },
  }
}

interface OrderCheck {
  readonly entry: Exclude<VenueCommand, { kind: 'cancel' }>
  readonly period: RulePeriod
  readonly orders: VenueOrders
  readonly instrument: Instrument
  readonly referenceTimes2: number | undefined
}

/** The first rule that the order breaks. Quantities of an amend are totals, as those of a new order. */
function checkOrder(check: OrderCheck): Verdict {
  const { entry, period, orders } = check
  const { price, instrument } = entry.command
  const qty = qtyOf(check)
  const { tickStep, lotStep, minQty, maxOpenOrders } = period
  if (tickStep !== undefined && [price, ...triggerTicks(entry)].some((ticks = 0) => ticks % tickStep !== 0)) {
    return 'off-tick-grid'
  }
  if (lotStep !== undefined && qty % lotStep !== 0) return 'off-lot-grid'
  if (minQty !== undefined && qty < minQty) return 'below-min-qty'
  const { maxQty, maxMarketQty = maxQty } = period
  const most = price === undefined ? maxMarketQty : maxQty
  if (most !== undefined && qty > most) return 'max-qty'
  if (price !== undefined && isOutsideBand(price, check)) return 'price-band'
  if (isBelowMinNotional(check)) return 'below-min-notional'
  const isNew = entry.kind === 'submit'
  if (isNew && maxOpenOrders !== undefined && orders.countOpen(instrument) >= maxOpenOrders) {
    return 'too-many-orders'
  }
  return undefined
}

/** Lots; an amend that asks for none leaves what the order has. */
function qtyOf({ entry, orders }: OrderCheck): number {
  return entry.command.qty ?? orders.find(entry.command.clientOrderId)?.qty ?? 0
}

/** Trigger price, or trailing distance and activation price, in ticks; empty without one. */
function triggerTicks({ kind, command }: OrderCheck['entry']): readonly number[] {
  if (kind === 'amend') return command.triggerPrice === undefined ? [] : [command.triggerPrice]
  const trigger = command.terms?.trigger
  if (trigger === undefined) return []
  if (trigger.kind !== 'trailing-stop') return [trigger.price]
  const activation = trigger.activation === undefined ? [] : [trigger.activation]
  return trigger.isBps ? activation : [trigger.offset, ...activation]
}

/** Of an order without a limit, when it names one; a distance says nothing of a price. */
function triggerPrice({ entry }: OrderCheck): number | undefined {
  const isTrailing = entry.kind === 'submit' && entry.command.terms?.trigger?.kind === 'trailing-stop'
  return isTrailing ? undefined : triggerTicks(entry)[0]
}

/** PERCENT_PRICE: multiplierDown × reference ≤ price ≤ multiplierUp × reference. Without a reference nothing is held. */
function isOutsideBand(price: number, { period, referenceTimes2 }: OrderCheck): boolean {
  if (referenceTimes2 === undefined) return false
  const { bandUp, bandDown } = period
  const value = exactProduct(price, 2_000_000)
  return (
    (bandUp !== undefined && value > exactProduct(referenceTimes2, bandUp)) ||
    (bandDown !== undefined && value < exactProduct(referenceTimes2, bandDown))
  )
}

function isBelowMinNotional(check: OrderCheck): boolean {
  const { entry, period, instrument, referenceTimes2 } = check
  const { minNotionalQuanta } = period
  const { price } = entry.command
  const qty = qtyOf(check)
  const own = price ?? triggerPrice(check)
  const times2 = own === undefined ? referenceTimes2 : 2 * own
  if (minNotionalQuanta === undefined || times2 === undefined) return false
  return instrument.valueOf2(times2, qty) < minNotionalQuanta
}
