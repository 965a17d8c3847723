/** From an algorithm's parameters to the algorithm. */
import { unreachable } from '../../core/errors.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Iceberg } from './iceberg.ts'
import { LimitFallback } from './limit-fallback.ts'
import { Market } from './market.ts'
import { Twap } from './twap.ts'

/** @throws {ConfigError} PARENT_INVALID */
export function createAlgo(spec: AlgoSpec, context: AlgoContext): Algo {
  switch (spec.algo) {
    case 'market':
      return new Market(context)
    case 'limit':
      return new LimitFallback(spec, context)
    case 'twap':
      return new Twap(spec, context)
    case 'iceberg':
      return new Iceberg(spec, context)
    default:
      return unreachable(spec)
  }
}
