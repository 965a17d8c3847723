/** One instrument at the simulated venue: its market data, our orders in it, and the reports they cause. */
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { ReasonCode, Side } from '../../model/order.ts'

export interface MatchingMarket {
  /** Exchange time of the next market data row; Infinity at the end. */
  readonly nextTime: number
  /** True while rows can touch an order of ours. Without, the market may lie behind and catch up when asked. */
  readonly isWatching: boolean
  /** What the venue holds prices against and values positions at, in half ticks: the mid, without one the last print. As of the last row applied. */
  readonly referenceTimes2: number | undefined
  /**
   * Applies market data with exchange time ≤ until. Stops early, never within a message, when a report was made that
   * is due before `until`: what we answer to it may arrive before the next row.
   */
  advance(until: number): void
  /** The command arrives at exchange time `at`; all market data up to and including `at` has been applied. */
  submit(command: SubmitCommand, at: number): void
  /** A new order was refused at exchange time `at`, before it came here: orders linked with it must not wait for it. */
  refused(command: SubmitCommand, at: number): void
  amend(command: AmendCommand, at: number): void
  cancel(command: CancelCommand, at: number): void
  /** The venue cancels every order of ours, also those that wait for a trigger or for another order. */
  cancelAll(reason: ReasonCode, at: number): void
  /** Of a trade that has no order of ours; unique in this market. */
  takeTradeId(): number
  /**
   * The venue closes a position of ours at once, against what is displayed within the limit.
   * @returns lots that found nobody
   */
  liquidate(order: LiquidationOrder): number
  close(): void
}

export interface LiquidationOrder {
  readonly side: Side
  /** > 0. */
  readonly lots: number
  /** Worst price, in ticks. */
  readonly limit: number
  /** Once per price. */
  readonly onTrade: (tick: number, lots: number, tradeId: number) => void
}

/** What an account desk needs of a market. */
export type AccountMarket = Pick<
  MatchingMarket,
  'referenceTimes2' | 'cancelAll' | 'liquidate' | 'takeTradeId'
>
