/**
 * Implementation shortfall: slices after the optimal schedule of Almgren and Chriss (model/almgren-chriss.ts), in whole lots.
 * What is held after each slice is rounded to the nearest lot, so the slices add up to the quantity exactly.
 */
import { ConfigError } from '../../core/errors.ts'
import { computeHoldings, netTemporaryImpact } from '../../model/almgren-chriss.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { requireValidSlices, SliceRunner } from './slice-runner.ts'

export type ShortfallSpec = Extract<AlgoSpec, { readonly algo: 'is' }>

/** @throws {ConfigError} PARENT_INVALID */
export function createShortfall(spec: ShortfallSpec, context: AlgoContext): Algo {
  requireValidSlices('is', spec)
  requireValidModel(spec)
  const { qty } = context.parent
  const holdings = computeHoldings({ ...spec, qty, intervals: spec.slices, interval: secondsPerSlice(spec) })
  const targets = holdings.slice(1).map((held) => qty - Math.round(held))
  return new SliceRunner({ spec, context, name: 'is', doneAfter: (slice) => targets[slice] ?? 0 })
}

const secondsPerSlice = ({ duration, slices }: ShortfallSpec): number => duration / slices / 1e6

function requireValidModel(spec: ShortfallSpec): void {
  const { riskAversion, volatility, temporaryImpact, permanentImpact } = spec
  const isValid =
    [riskAversion, volatility, permanentImpact].every((value) => value >= 0) &&
    [riskAversion, volatility, temporaryImpact, permanentImpact].every(Number.isFinite)
  if (!isValid) {
    throw new ConfigError(
      'PARENT_INVALID',
      `is with risk aversion ${riskAversion}, volatility ${volatility}, temporary impact ${temporaryImpact}, ` +
        `permanent impact ${permanentImpact}: expected finite numbers, none negative`,
    )
  }
  const net = netTemporaryImpact({ ...spec, interval: secondsPerSlice(spec) })
  if (net > 0) return
  throw new ConfigError(
    'PARENT_INVALID',
    `is with temporary impact ${temporaryImpact} and permanent impact ${permanentImpact} over slices of ` +
      `${secondsPerSlice(spec)} s: expected temporary impact above permanent impact × slice ÷ 2`,
  )
}
