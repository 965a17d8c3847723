/** One address of the REST interface, or one method of the WebSocket API: who may ask, what it costs, what it answers. */
import type { Account } from '../account.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { Params } from './params.ts'

export type Route =
  | {
      readonly security: 'public'
      readonly weight: number
      readonly run: (context: ExchangeContext, params: Params) => unknown
    }
  | {
      /** API key alone, or with a signature. */
      readonly security: 'key' | 'signed'
      readonly weight: number
      readonly isOrder: boolean
      readonly run: (context: ExchangeContext, account: Account, params: Params) => unknown
    }

export type Routes = ReadonlyMap<string, Route>

export function publicRoute(
  weight: number,
  run: (context: ExchangeContext, params: Params) => unknown,
): Route {
  return { security: 'public', weight, run }
}

export function signedRoute(
  weight: number,
  run: (context: ExchangeContext, account: Account, params: Params) => unknown,
): Route {
  return { security: 'signed', weight, isOrder: false, run }
}

/** Counts as an order, too. */
export function orderRoute(
  weight: number,
  run: (context: ExchangeContext, account: Account, params: Params) => unknown,
): Route {
  return { security: 'signed', weight, isOrder: true, run }
}

export function keyRoute(
  weight: number,
  run: (context: ExchangeContext, account: Account, params: Params) => unknown,
): Route {
  return { security: 'key', weight, isOrder: false, run }
}
