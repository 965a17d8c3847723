/**
 * Puts the impact on each fill of a taker, as the venue reports it: so many whole ticks worse, rounded up against us,
 * but never beyond the limit of the order, where it is cut. Fills of makers stay as they are.
 */
import { priceTicks } from '../../core/units.ts'
import type { ExecutionReport } from '../../model/execution-report.ts'
import type { Instrument } from '../../model/instrument.ts'
import { signOf } from '../../model/order.ts'
import { describeImpact, type ImpactOptions, impactTicks } from './impact-model.ts'
import type { MarketActivity } from './market-activity.ts'
import type { VenueOrder } from './venue-orders.ts'

type FillReport = Extract<ExecutionReport, { readonly kind: 'fill' }>

/** A hair that floating point may add to a whole number of ticks is no tick. */
const hair = 1e-9

export class ImpactFilter {
  private readonly options: ImpactOptions
  private readonly instrument: Instrument
  private readonly activity: MarketActivity | undefined
  private readonly windowUs: number
  /** Lots bought less lots sold as a taker. */
  private net = 0
  private fills = 0
  private cut = 0
  private unknown = 0
  /** Quanta of money. */
  private cost = 0

  constructor(options: {
    readonly impact: ImpactOptions
    readonly instrument: Instrument
    /** Undefined where everything is given. */
    readonly activity: MarketActivity | undefined
    readonly windowUs: number
  }) {
    this.options = options.impact
    this.instrument = options.instrument
    this.activity = options.activity
    this.windowUs = options.windowUs
  }

  /** What it is, and what it came to so far. */
  get description(): string {
    const { instrument, fills, cut, unknown } = this
    const currency = instrument.spec.settleCurrency
    const cost = (this.cost * instrument.settleQuantum).toFixed(2)
    const parts = [
      `${describeImpact(this.options, this.windowUs)}; taker fills only, in whole ticks against us, cut at the order's limit`,
      `cost ${cost} ${currency} on ${fills} fills, ${cut} of them cut`,
      ...(unknown > 0 ? [`none on ${unknown} fills before anything was measured`] : []),
    ]
    return parts.join('; ')
  }

  /** @param order as it stands after the report */
  apply(report: FillReport, order: VenueOrder): FillReport {
    if (report.liquidity !== 'taker') return report
    const sign = signOf(order.side)
    this.net += sign * report.lastQty
    const ticks = impactTicks(this.options, this.instrument, {
      tick: report.lastPrice,
      qty: order.qty,
      // Two orders may take by turns, from prints: what one takes moves the other, not itself.
      netTaken: sign * this.net - order.takenQty,
      activity: () => this.activity?.before(report.exchangeTime),
    })
    this.fills++
    if (ticks === undefined) {
      this.unknown++
      return report
    }
    return this.worsen(report, order, sign * Math.max(0, Math.ceil(ticks - hair)))
  }

  private worsen(report: FillReport, { side, price }: VenueOrder, change: number): FillReport {
    // No price is below one tick.
    let worse = Math.max(1, report.lastPrice + change)
    if (price !== undefined && (side === 'buy' ? worse > price : worse < price)) {
      this.cut++
      worse = price
    }
    const { instrument } = this
    const paid =
      instrument.costOf(worse, report.lastQty) - instrument.costOf(report.lastPrice, report.lastQty)
    this.cost += Math.abs(paid) * instrument.quantaPerCost
    return { ...report, lastPrice: priceTicks(worse) }
  }
}
