/**
 * Slices in proportion to an expected volume profile: weights of bins of equal time over the duration. The profile is given
 * and final when the order starts. The algorithm itself never looks at the volume of the market, so it cannot look
 * ahead, and the same profile gives the same slices on any day.
 *
 * By the end of slice k of n, ⌊qty × W((k+1) ÷ n)⌋ lots are to be done, W being the share of all weight up to that part
 * of the duration, linear within a bin. Equal weights are TWAP, lot by lot.
 */
import { ConfigError } from '../../core/errors.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { requireValidSlices, SliceRunner } from './slice-runner.ts'

export type VwapSpec = Extract<AlgoSpec, { readonly algo: 'vwap' }>

/** @throws {ConfigError} PARENT_INVALID */
export function createVwap(spec: VwapSpec, context: AlgoContext): Algo {
  requireValidSlices('vwap', spec)
  requireValidWeights(spec.weights)
  const targets = scheduleByWeights(context.parent.qty, spec)
  return new SliceRunner({ spec, context, name: 'vwap', doneAfter: (slice) => targets[slice] ?? 0 })
}

/** @returns lots to be done by the end of each slice, the last being `qty` */
export function scheduleByWeights(
  qty: number,
  { slices, weights }: Pick<VwapSpec, 'slices' | 'weights'>,
): number[] {
  // before[i]: weight of the bins before bin i. With whole weights every term below is an exact integer.
  const before = [0]
  for (const weight of weights) before.push((before.at(-1) ?? 0) + weight)
  const total = before.at(-1) ?? 0
  const targets: number[] = []
  for (let end = 1; end < slices; end++) {
    const position = end * weights.length
    const bin = Math.floor(position / slices)
    const part = position - bin * slices
    const weight = (before[bin] ?? total) * slices + part * (weights[bin] ?? 0)
    targets.push(Math.min(qty, Math.floor((qty * weight) / (total * slices))))
  }
  targets.push(qty)
  return targets
}

/** Products with quantities and slices stay far from what a double can hold. */
const weightMax = 1e100

function requireValidWeights(weights: readonly number[]): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (weights.every((weight) => weight >= 0 && weight <= weightMax) && total > 0) return
  throw new ConfigError(
    'PARENT_INVALID',
    `vwap with a profile of ${weights.length} weights adding up to ${total}: expected finite weights, none negative, not all zero, ` +
      'none above 1e100',
  )
}
