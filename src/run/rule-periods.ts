/** Venue rules as a user writes them, in decimals → those of one instrument, in its ticks, lots and quanta. */
import { parseDecimal, stepsOf } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import type { Instrument } from '../model/instrument.ts'
import type { InstrumentRules, RulePeriod } from '../venue/sim/venue-rules.ts'
import type { RulePeriodConfig, RulesConfig } from './venue-config.ts'

/** @throws {ConfigError} VENUE_RULES */
export function rulesOf(
  instrument: Instrument,
  periods: readonly RulePeriodConfig[],
): InstrumentRules | undefined {
  const own = periods
    .filter((period) => period.instrument === undefined || period.instrument === instrument.id)
    .map((period) => toPeriod(instrument, period))
    .sort((a, b) => a.from - b.from)
  for (const [index, { from }] of own.entries()) {
    const before = own[index - 1]
    if (before !== undefined && before.to > from) {
      throw new ConfigError(
        'VENUE_RULES',
        `venue rules of ${instrument.id}: two periods overlap; give each a from and a to`,
      )
    }
  }
  return own.length === 0 ? undefined : { instrument, periods: own }
}

/** Whether every moment of [start, end] lies in a period. Microseconds. */
export function isCovered({ periods }: InstrumentRules, start: number, end: number): boolean {
  let known = start
  for (const { from, to } of periods) if (from <= known && to > known) known = to
  return known > end
}

function toPeriod(instrument: Instrument, { from, to, rules }: RulePeriodConfig): RulePeriod {
  return {
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to ?? Number.POSITIVE_INFINITY,
    ...gridOf(instrument, rules),
    ...amountsOf(instrument, rules),
    maxOpenOrders: rules.maxOpenOrders,
  }
}

/** The grid of the data must contain that of the venue: what is not on it cannot be asked for at all. */
function gridOf(instrument: Instrument, { tickSize, lotSize }: RulesConfig) {
  const { spec, id } = instrument
  const step = (name: 'tick' | 'lot', wanted: string | undefined, own: string): number | undefined => {
    if (wanted === undefined) return undefined
    const steps = stepsOf(wanted, own)
    if (steps !== undefined && steps >= 1) return steps
    throw new ConfigError(
      'VENUE_RULES',
      `venue rules of ${id}: ${name} size ${wanted} is no multiple of the data's ${own}; give --${name} ${wanted}`,
    )
  }
  return {
    tickStep: step('tick', tickSize, spec.tickSize),
    lotStep: step('lot', lotSize, spec.lotSize),
  }
}

function amountsOf({ spec }: Instrument, rules: RulesConfig) {
  const { minQty, maxQty, maxMarketQty, minNotional, priceBand } = rules
  const lots = (qty: string | undefined) =>
    qty === undefined ? undefined : parseDecimal(qty).div(spec.lotSize)
  const millionths = (ratio: string | undefined) =>
    ratio === undefined ? undefined : parseDecimal(ratio).times(1_000_000)
  return {
    minQty: lots(minQty)?.ceil().toNumber(),
    maxQty: lots(maxQty)?.floor().toNumber(),
    maxMarketQty: lots(maxMarketQty)?.floor().toNumber(),
    minNotionalQuanta:
      minNotional === undefined
        ? undefined
        : parseDecimal(minNotional).div(spec.settleQuantum).ceil().toNumber(),
    bandUp: millionths(priceBand?.up)?.floor().toNumber(),
    bandDown: millionths(priceBand?.down)?.ceil().toNumber(),
  }
}
