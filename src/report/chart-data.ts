/** The series that the charts draw, thinned and packed. Decoded by client/decode.js. */

import { computeLatencyDistribution, latencyBoundsUs } from '../analysis/latency-histogram.ts'
import type { Drawdown } from '../analysis/performance.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { EquitySamples, MarketSamples, RunRecord } from '../model/run-record.ts'
import { decimalsOf } from './format.ts'
import { packColumn, packDecimals } from './packed-column.ts'
import { thinIndices } from './thin-samples.ts'

export function chartData(record: RunRecord, drawdown: Drawdown) {
  return {
    instruments: record.instruments.map(instrumentData),
    market: record.market.map((samples, index) => marketData(samples, record.instruments[index])),
    equity: equityData(record.equity, drawdown),
    latency: {
      boundsUs: latencyBoundsUs,
      entry: packColumn(computeLatencyDistribution(record.latency.entryUs).buckets),
      response: packColumn(computeLatencyDistribution(record.latency.responseUs).buckets),
    },
  }
}

function instrumentData(spec: InstrumentSpec) {
  return {
    id: spec.id,
    base: spec.kind === 'inverse' ? 'contracts' : spec.baseCurrency,
    settle: spec.settleCurrency,
    tickSize: Number(spec.tickSize),
    lotSize: Number(spec.lotSize),
    priceDecimals: decimalsOf(spec.tickSize),
    qtyDecimals: decimalsOf(spec.lotSize),
  }
}

function marketData(samples: MarketSamples, spec: InstrumentSpec | undefined) {
  const kept = thinIndices([samples.bid, samples.ask, samples.last, samples.position])
  const take = takeFrom(kept)
  const tick = Number(spec?.tickSize ?? 1)
  return {
    time: packColumn(take(samples.time)),
    bid: packDecimals(take(samples.bid), tick),
    ask: packDecimals(take(samples.ask), tick),
    last: packDecimals(take(samples.last), tick),
    position: packDecimals(take(samples.position), Number(spec?.lotSize ?? 1)),
  }
}

function equityData(samples: EquitySamples, drawdown: Drawdown) {
  const kept = thinIndices([samples.equity, drawdown.path, samples.realizedPnl, samples.unrealizedPnl])
  const money = (values: readonly number[]) => packDecimals(takeFrom(kept)(values), moneyStep(values))
  return {
    time: packColumn(takeFrom(kept)(samples.time)),
    equity: money(samples.equity),
    drawdown: money(drawdown.path),
    realized: money(samples.realizedPnl),
    unrealized: money(samples.unrealizedPnl),
    fees: money(samples.fees),
  }
}

const takeFrom =
  (kept: readonly number[]) =>
  (values: readonly number[]): number[] =>
    kept.map((index) => values[index] ?? Number.NaN)

/** A power of ten some 100,000 times smaller than what the series spans: finer than any screen shows. */
function moneyStep(values: readonly number[]): number {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  let step = 1
  while (step > 1e-8 && step > (high - low) / 100_000) step /= 10
  return step
}
