/** What became of one order, as a journal tells it: for comparing a session with a replay of its market. */
import type { ReasonCode, RiskRule, Side } from './order.ts'

export interface OrderTrace {
  readonly id: number
  readonly instrument: number
  readonly side: Side
  /** What kind of order it is, in numbers of the journal: equal for orders that are asked for alike. */
  readonly flags: number
  /** Ticks; 0 without a limit. */
  readonly price: number
  /** Lots. */
  readonly qty: number
  /** Our clock, microseconds: when it was sent, or denied. */
  readonly sentAt: number
  /** Of our guard: it was never sent. */
  readonly denied: RiskRule | undefined
  /** The venue's clock, microseconds: its first word on the order. Undefined when it never said anything. */
  arrivedAt: number | undefined
  readonly fills: TracedFill[]
  /** Our clock, microseconds: when we asked to cancel it, or to change it. */
  cancelSentAt: number | undefined
  amendSentAt: number | undefined
  end: TracedEnd | undefined
}

export interface TracedFill {
  /** Ticks and lots. */
  readonly price: number
  readonly qty: number
  readonly isTaker: boolean
  /** The venue's clock and ours, microseconds. */
  readonly exchangeTime: number
  readonly knownAt: number
  /** Quanta of money; positive is a cost. */
  fee: number
}

export interface TracedEnd {
  readonly kind: 'rejected' | 'canceled' | 'expired'
  readonly reason: ReasonCode | undefined
  /** The venue's clock, microseconds. */
  readonly exchangeTime: number
}

/** Of one run. */
export interface RunTrace {
  readonly orders: readonly OrderTrace[]
  /** Our clock, microseconds: when an operator stopped it, or it ended. */
  readonly stoppedAt: number | undefined
  /** Our clock, microseconds: its last word. Undefined when the journal broke off. */
  readonly endedAt: number | undefined
  /** Quanta of money at the end; undefined when the journal broke off. */
  readonly totals: RunTotals | undefined
}

export interface RunTotals {
  readonly realized: number
  readonly unrealized: number
  readonly fees: number
  readonly equity: number
}
