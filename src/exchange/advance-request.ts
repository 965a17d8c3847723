/** Letting time pass by hand, in `step` mode. */
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import type { VirtualExchange } from './virtual-exchange.ts'

const schema = z.union([
  z.strictObject({ until: z.int().positive() }),
  z.strictObject({ byUs: z.int().positive() }),
  z.strictObject({ rows: z.int().positive() }),
])

/** Up to an exchange time, by a span (both in microseconds), or by so many rows of the tape and the rest of their instant. */
export type AdvanceRequest = z.infer<typeof schema>

/** Where the exchange is afterwards. */
export interface AdvanceState {
  /** Exchange time in microseconds, as on the tape. */
  readonly now: number
  /** Rows of the tape applied so far. */
  readonly rows: number
  /** The tape has no more. */
  readonly isOver: boolean
}

/** @throws {ConfigError} ADVANCE */
export function parseAdvance(input: unknown): AdvanceRequest {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new ConfigError('ADVANCE', 'expected one of {"until": µs}, {"byUs": µs} and {"rows": n}')
}

export function advance(exchange: VirtualExchange, request: AdvanceRequest): AdvanceState {
  if ('until' in request) exchange.advanceTo(request.until)
  else if ('byUs' in request) exchange.advanceTo(exchange.now + request.byUs)
  else {
    const enough = exchange.rows + request.rows
    while (exchange.rows < enough && !exchange.isOver) exchange.advanceTo(exchange.nextTime)
  }
  return stateOf(exchange)
}

export function stateOf({ now, rows, isOver }: VirtualExchange): AdvanceState {
  return { now, rows, isOver }
}
