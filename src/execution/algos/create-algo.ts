/** From an algorithm's parameters to the algorithm. */
import { unreachable } from '../../core/errors.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Iceberg } from './iceberg.ts'
import { createShortfall } from './implementation-shortfall.ts'
import { LimitFallback } from './limit-fallback.ts'
import { Market } from './market.ts'
import { Pegged } from './pegged.ts'
import { Pov } from './pov.ts'
import { createTwap } from './twap.ts'
import { createVwap } from './vwap.ts'

/** @throws {ConfigError} PARENT_INVALID */
export function createAlgo(spec: AlgoSpec, context: AlgoContext): Algo {
  switch (spec.algo) {
    case 'market':
      return new Market(context)
    case 'limit':
      return new LimitFallback(spec, context)
    case 'twap':
      return createTwap(spec, context)
    case 'iceberg':
      return new Iceberg(spec, context)
    case 'vwap':
      return createVwap(spec, context)
    case 'pov':
      return new Pov(spec, context)
    case 'is':
      return createShortfall(spec, context)
    case 'pegged':
      return new Pegged(spec, context)
    default:
      return unreachable(spec)
  }
}
