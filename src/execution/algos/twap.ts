/** Even slices over a time: by the end of slice k of n, ⌊qty × (k+1) ÷ n⌋ lots are to be done. */
import { mulDivFloor } from '../../core/mul-div.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { requireValidSlices, SliceRunner } from './slice-runner.ts'

export type TwapSpec = Extract<AlgoSpec, { readonly algo: 'twap' }>

/** @throws {ConfigError} PARENT_INVALID */
export function createTwap(spec: TwapSpec, context: AlgoContext): Algo {
  requireValidSlices('twap', spec)
  const doneAfter = (slice: number): number => mulDivFloor(context.parent.qty, slice + 1, spec.slices)
  return new SliceRunner({ spec, context, name: 'twap', doneAfter })
}
