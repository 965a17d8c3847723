/**
 * Numbers that stand in the journal for words. A number is never changed and never re-used: a retired word keeps its
 * number, a new one takes the next. `satisfies` makes a missing word a type error.
 */
import type { ExecutionReportKind } from './execution-report.ts'
import type { OrderType, ReasonCode, RiskRule, SelfTradePrevention, Side } from './order.ts'
import type { AlgoName, ParentState } from './parent-order.ts'

export const sideNumber = { buy: 0, sell: 1 } as const satisfies Record<Side, number>

export const riskRuleCode = {
  halted: 1,
  reducing: 2,
  'price-deviation': 3,
  'no-reference-price': 4,
  'min-qty': 5,
  'max-qty': 6,
  'min-value': 7,
  'max-value': 8,
  'tick-grid': 9,
  'open-orders': 10,
  'max-positions': 11,
  'position-value-share': 12,
  balance: 13,
  'message-rate': 14,
  duplicate: 15,
  'daily-loss': 16,
  drawdown: 17,
  'stale-data': 18,
  'reduce-only': 19,
  'linked-order': 20,
  'last-trade-deviation': 21,
  'price-drift': 22,
  'open-value': 23,
  'position-size': 24,
  'self-cross': 25,
  'unresolved-order': 26,
  disconnected: 27,
  'not-allowed': 28,
  'repeated-fills': 29,
  'repeated-rejects': 30,
  'repeated-losses': 31,
  'position-mismatch': 32,
} as const satisfies Record<RiskRule, number>

export const reasonNumber = {
  'post-only-would-take': 1,
  'no-liquidity': 2,
  'ioc-remainder': 3,
  'fok-not-fillable': 4,
  'not-marketable': 5,
  'below-min-notional': 6,
  'unknown-order': 7,
  'too-many-orders': 8,
  'canceled-by-strategy': 9,
  'canceled-by-algo': 10,
  'canceled-by-timeout': 11,
  'canceled-by-emergency-stop': 12,
  'amended-below-filled': 13,
  'end-of-data': 14,
  'trigger-reached': 15,
  'already-triggered': 16,
  'no-position-to-reduce': 17,
  'cut-to-position': 18,
  'oco-filled': 19,
  'linked-order-over': 20,
  'sized-by-entry': 21,
  'exit-filled': 22,
  'self-trade': 23,
  'expire-time': 24,
  'not-supported': 25,
  'no-mark-price': 26,
  'refused-before-engine': 40,
  maintenance: 41,
  'venue-down': 42,
  'rate-limited': 43,
  banned: 44,
  'off-tick-grid': 45,
  'off-lot-grid': 46,
  'below-min-qty': 47,
  'max-qty': 48,
  'price-band': 49,
  liquidation: 60,
  'never-sent': 70,
  'never-arrived': 80,
  'canceled-at-venue': 81,
  'insufficient-balance': 82,
  'refused-by-venue': 83,
  'not-authorized': 84,
  'not-trading': 85,
  'paper-restarted': 90,
} as const satisfies Record<ReasonCode, number>

/** Part of `sub` of a report record. */
export const reportKindCode = {
  accepted: 0,
  rejected: 1,
  fill: 2,
  canceled: 3,
  expired: 4,
  amended: 5,
  'cancel-rejected': 6,
  'amend-rejected': 7,
  triggered: 8,
  restated: 9,
} as const satisfies Record<ExecutionReportKind, number>

export type RiskState = 'active' | 'reducing' | 'halted'

export const riskStateCode = { active: 0, reducing: 1, halted: 2 } as const satisfies Record<
  RiskState,
  number
>

export const algoCode = {
  market: 0,
  limit: 1,
  twap: 2,
  iceberg: 3,
  vwap: 4,
  pov: 5,
  is: 6,
  pegged: 7,
} as const satisfies Record<AlgoName, number>

type ParentEndReason = Extract<ParentState, { readonly kind: 'done' }>['reason']

const parentReasonCode = { 'schedule-over': 2, 'children-refused': 3 } as const satisfies Record<
  Exclude<ParentEndReason, ReasonCode>,
  number
>

/** `c` of a parentEnd record: 0 working, 1 filled, 2 schedule over, 3 children refused, 100 + reason otherwise. */
export function parentStateCode(state: ParentState): number {
  if (state.kind === 'working') return 0
  if (state.kind === 'filled') return 1
  const { reason } = state
  return reason === 'schedule-over' || reason === 'children-refused'
    ? parentReasonCode[reason]
    : 100 + reasonNumber[reason]
}

/** `sub` of submit and denied records. */
export const orderFlag = {
  sell: 1,
  limit: 2,
  ioc: 4,
  fok: 8,
  postOnly: 16,
  reduceOnly: 32,
  gtd: 64,
} as const

/** Parts of `sub` of a terms record: type + 16 × self-trade prevention or 0 + 128 × trigger source or 0 + 512 when the offset is in bps. */
export const orderTypeCode = {
  market: 0,
  limit: 1,
  stop: 2,
  'stop-limit': 3,
  'take-profit': 4,
  'take-profit-limit': 5,
  'trailing-stop': 6,
} as const satisfies Record<OrderType, number>

export const selfTradeCode = {
  'cancel-newest': 1,
  'cancel-oldest': 2,
  'cancel-both': 3,
  decrement: 4,
} as const satisfies Record<SelfTradePrevention, number>

export const triggerSourceCode = { last: 1, touch: 2, mark: 3 } as const
