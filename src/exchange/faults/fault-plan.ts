/** What is to go wrong, as a user writes it down. */
import { z } from 'zod'
import { parseDuration } from '../../core/duration.ts'
import { ConfigError } from '../../core/errors.ts'

const duration = z.string().transform((text, context) => {
  const us = parseDuration(text)
  if (us !== undefined) return us
  context.addIssue({ code: 'custom', message: `expected a duration such as 500ms or 10s, found ${text}` })
  return z.NEVER
})

/** When a rule strikes, counted over what it names: these times, each so many, or by chance. Default: every time. */
const when = {
  nth: z.union([z.int().min(1), z.array(z.int().min(1)).min(1)]).optional(),
  every: z.int().min(1).optional(),
  rate: z.number().min(0).max(1).optional(),
}
/** `POST /api/v3/order`, `WS order.place`; for messages `user executionReport`, `market depthUpdate`; a `*` at the end. */
const on = z.string().min(1)
const failure = {
  status: z.int().min(400).max(599).optional(),
  code: z.int().optional(),
  msg: z.string().optional(),
}

const rule = z.discriminatedUnion('fault', [
  // Requests. Delays are exchange time.
  z.strictObject({ fault: z.literal('lose-request'), on, ...when }),
  z.strictObject({ fault: z.literal('lose-answer'), on, ...when }),
  z.strictObject({ fault: z.literal('late-request'), on, by: duration, ...when }),
  z.strictObject({ fault: z.literal('late-answer'), on, by: duration, ...when }),
  z.strictObject({ fault: z.literal('error-before'), on, ...failure, ...when }),
  z.strictObject({ fault: z.literal('error-after'), on, ...failure, ...when }),
  z.strictObject({ fault: z.literal('rate-limit'), on, retryAfter: z.int().min(0).optional(), ...when }),
  z.strictObject({ fault: z.literal('ban'), on, for: duration, ...when }),
  z.strictObject({ fault: z.literal('stale'), on, ...when }),
  // Messages of streams.
  z.strictObject({ fault: z.literal('drop'), on, ...when }),
  z.strictObject({ fault: z.literal('duplicate'), on, ...when }),
  z.strictObject({ fault: z.literal('reorder'), on, ...when }),
  z.strictObject({ fault: z.literal('late'), on, by: duration, ...when }),
  z.strictObject({ fault: z.literal('cut'), on, ...when }),
  // At a time, counted from the start of the exchange.
  z.strictObject({ fault: z.literal('cut-all'), at: duration }),
  z.strictObject({ fault: z.literal('skew'), at: duration, byMs: z.int(), for: duration.optional() }),
  z.strictObject({ fault: z.literal('maintenance'), at: duration, for: duration }),
  z.strictObject({ fault: z.literal('delist'), at: duration, symbol: z.string().min(1) }),
])

export type FaultRule = z.output<typeof rule>
export type FaultPlanInput = readonly z.input<typeof rule>[]
export type RequestRule = Extract<
  FaultRule,
  {
    fault:
      | 'lose-request'
      | 'lose-answer'
      | 'late-request'
      | 'late-answer'
      | 'error-before'
      | 'error-after'
      | 'rate-limit'
      | 'ban'
      | 'stale'
  }
>
export type MessageRule = Extract<FaultRule, { fault: 'drop' | 'duplicate' | 'reorder' | 'late' | 'cut' }>
export type TimedRule = Extract<FaultRule, { fault: 'cut-all' | 'skew' | 'maintenance' | 'delist' }>

/** @throws {ConfigError} FAULTS */
export function parseFaultPlan(input: unknown): FaultRule[] {
  const parsed = z.array(rule).safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ConfigError('FAULTS', `${['faults', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`)
}

const requestFaults: readonly string[] = [
  'lose-request',
  'lose-answer',
  'late-request',
  'late-answer',
  'error-before',
  'error-after',
  'rate-limit',
  'ban',
  'stale',
]
const messageFaults: readonly string[] = ['drop', 'duplicate', 'reorder', 'late', 'cut']

export const isRequestRule = (found: FaultRule): found is RequestRule => requestFaults.includes(found.fault)
export const isMessageRule = (found: FaultRule): found is MessageRule => messageFaults.includes(found.fault)
export const isTimedRule = (found: FaultRule): found is TimedRule => 'at' in found
