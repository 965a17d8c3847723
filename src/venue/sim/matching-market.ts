/** One instrument at the simulated venue: its market data, our orders in it, and the reports they cause. */
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'

export interface MatchingMarket {
  /** Exchange time of the next market data row; Infinity at the end. */
  readonly nextTime: number
  /** True while rows can touch an order of ours. Without, the market may lie behind and catch up when asked. */
  readonly isWatching: boolean
  /** What the venue holds prices against, in half ticks: the mid, without one the last print. As of the last row applied. */
  readonly referenceTimes2: number | undefined
  /**
   * Applies market data with exchange time ≤ until. Stops early, never within a message, when a report was made that
   * is due before `until`: what we answer to it may arrive before the next row.
   */
  advance(until: number): void
  /** The command arrives at exchange time `at`; all market data up to and including `at` has been applied. */
  submit(command: SubmitCommand, at: number): void
  amend(command: AmendCommand, at: number): void
  cancel(command: CancelCommand, at: number): void
  close(): void
}
