/** Buys or sells one quantity after the optimal schedule of Almgren and Chriss: the engine's implementation shortfall. */
import {
  ConfigError,
  computeHoldings,
  computeKappa,
  defineStrategy,
  expectedCost,
  formatDuration,
  type ImpactModel,
  type Instrument,
  p,
  parseDuration,
  qtyLots,
  z,
} from '../../src/index.ts'
import { estimateMarket, type MarketEstimate } from './estimate.ts'

const slicesDefault = 30
export default defineStrategy({
  name: 'is',
  description: 'buys or sells one quantity with the least expected shortfall for its risk (Almgren–Chriss)',
  params: z.strictObject({
    side: p.side().default('buy'),
    quantity: p.qty(),
    duration: p.duration(),
    slices: p.int({ min: 1, max: 100_000 }).default(slicesDefault),
    riskAversion: p.number({ min: 0 }).default(1e-6),
    volatility: p.number({ min: 0 }).optional(),
    temporaryImpact: p.number({ min: 0 }).optional(),
    permanentImpact: p.number({ min: 0 }).optional(),
    lookback: p.duration(),
    childType: p.choice(['market', 'limit']).default('market'),
    priceOffset: p.int().default(0),
    jitter: p.number({ min: 0, max: 0.99 }).default(0),
  }),

  /**
   * About 1 % of what the tape traded, but at most a tenth of the balance. A tenth of the tape's time goes to watching,
   * 80 % of what is left to trading.
   */
  defaults({ facts, instrument, given, balanceLots = Number.POSITIVE_INFINITY }) {
    const asked = Number(given.slices)
    const slices = Number.isSafeInteger(asked) && asked > 0 ? asked : slicesDefault
    const lots = Math.max(slices, Math.min(Math.round(facts.tradedLots * 0.01), Math.floor(balanceLots / 10)))
    const span = facts.lastTime - facts.firstTime
    const lookback =
      parseDuration(given.lookback ?? '') ?? Math.max(1, Math.min(3600, Math.floor(span / 1e7))) * 1e6
    const seconds = Math.max(1, Math.floor(((span - lookback) * 0.8) / 1e6))
    return {
      quantity: instrument.formatQty(qtyLots(lots)),
      duration: formatDuration(seconds * 1e6),
      lookback: formatDuration(lookback),
    }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    refuseInverse(instrument)
    const qty = instrument.parseQty(params.quantity)
    const { side, duration, slices, childType, priceOffset, jitter, lookback } = params
    requireImpact(params)
    const { tickSize, lotSize, quantaPerTickLot, settleQuantum } = instrument
    // λ is given per money; the schedule reckons in tick·lots.
    const riskAversion = params.riskAversion * quantaPerTickLot * settleQuantum
    const trade = (market: MarketEstimate): void => {
      const model = { riskAversion, ...market }
      const interval = duration / slices / 1e6
      const algo = { algo: 'is', ...model, duration, slices, childType, priceOffset, jitter } as const
      context.execute({ instrument: 0, side, qty, algo })
      context.log(describe({ ...model, qty, intervals: slices, interval }, instrument))
    }
    // Volatility is given in price per √s, impacts in price per base unit (a second).
    const given = {
      volatility: scaled(params.volatility, 1 / tickSize),
      temporaryImpact: scaled(params.temporaryImpact, lotSize / tickSize),
      permanentImpact: scaled(params.permanentImpact, lotSize / tickSize),
    }
    const merge = (estimate: Partial<MarketEstimate>): MarketEstimate => ({
      volatility: given.volatility ?? estimate.volatility ?? 0,
      temporaryImpact: given.temporaryImpact ?? estimate.temporaryImpact ?? 0,
      permanentImpact: given.permanentImpact ?? estimate.permanentImpact ?? 0,
    })
    const isComplete = Object.values(given).every((value) => value !== undefined)
    return {
      onStart() {
        if (isComplete) trade(merge({}))
        else estimateMarket(context, lookback, (estimate) => trade(merge(estimate)))
      },
    }
  },
})

interface GivenImpact {
  /** Microseconds. */
  readonly duration: number
  readonly slices: number
  readonly temporaryImpact?: number | undefined
  readonly permanentImpact?: number | undefined
}

/** As far as both were given; the engine checks what was estimated. @throws {ConfigError} IS_IMPACT */
function requireImpact({ temporaryImpact, permanentImpact = 0, duration, slices }: GivenImpact): void {
  const least = (permanentImpact * duration) / slices / 1e6 / 2
  if (temporaryImpact === undefined || temporaryImpact > least) return
  throw new ConfigError(
    'IS_IMPACT',
    `strategy is: temporaryImpact ${temporaryImpact}: expected more than ${least}, which is permanentImpact × slice ÷ 2`,
  )
}

/** Impact is a cost per quantity at a price, and PnL goes with 1 ÷ price. */
function refuseInverse({ isInverse, id }: Instrument): void {
  if (!isInverse) return
  throw new ConfigError(
    'IS_INVERSE',
    `strategy is: ${id} is an inverse contract, for which the cost model does not hold; use twap, vwap or pov`,
  )
}

const scaled = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor

/** What the schedule was made of, in the units in which the parameters are typed. */
function describe(
  model: ImpactModel,
  { tickSize, lotSize, quantaPerTickLot, settleQuantum }: Instrument,
): string {
  const shown = (value: number): string => value.toPrecision(6)
  const cost = expectedCost(model, computeHoldings(model), 0) * quantaPerTickLot * settleQuantum
  const impact = tickSize / lotSize
  return (
    `volatility ${shown(model.volatility * tickSize)}, temporary impact ${shown(model.temporaryImpact * impact)}, ` +
    `permanent impact ${shown(model.permanentImpact * impact)}; kappa ${shown(computeKappa(model))} per second, ` +
    `expected impact cost ${shown(cost)}`
  )
}
