/** What no venue has: letting time pass, and the venue's own view of its accounts. */
import { ConfigError } from '../../core/errors.ts'
import { advance, parseAdvance, stateOf } from '../advance-request.ts'
import type { InjectedFault } from '../faults/fault-desk.ts'
import { truthOf } from '../truth.ts'
import type { VirtualExchange } from '../virtual-exchange.ts'
import type { WireAnswer, WireRequest } from './http-front.ts'

export interface SimSubject {
  readonly exchange: VirtualExchange
  readonly isStepped: boolean
  readonly faults: { readonly desk: { readonly injected: readonly InjectedFault[] } } | undefined
}

export function answerSim(
  { exchange, isStepped, faults }: SimSubject,
  { method, path, body }: WireRequest,
  contentType: string | undefined,
): WireAnswer {
  const ok = (answer: unknown): WireAnswer => ({ status: 200, body: answer, headers: {} })
  const refused = (status: number, msg: string): WireAnswer => ({
    status,
    body: { code: -1, msg },
    headers: {},
  })
  switch (`${method} ${path}`) {
    case 'GET /sim/state':
      return ok(stateOf(exchange))
    case 'GET /sim/truth':
      return ok(truthOf(exchange, faults?.desk.injected))
    case 'POST /sim/advance':
      // A page of another origin cannot send this type without being asked first.
      if (contentType?.startsWith('application/json') !== true)
        return refused(415, 'expected application/json')
      if (!isStepped) return refused(409, 'time goes on by itself: start the exchange with --step')
      try {
        return ok(advance(exchange, parseAdvance(parse(body))))
      } catch (error) {
        if (error instanceof ConfigError) return refused(400, error.message)
        throw error
      }
    default:
      return refused(404, `there is no ${method} ${path}`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
