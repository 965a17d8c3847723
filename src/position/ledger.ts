/**
 * Double-entry ledger of one instrument, in tick·lots. Every fill moves value between three accounts, and what leaves
 * one arrives in another: they always add up to zero.
 */
import { InvariantError } from '../core/errors.ts'

export class Ledger {
  /** Paid (−) and received (+) for what was traded. */
  private cash = 0
  /** What is held, at cost. */
  private holding = 0
  /** Gains booked so far, as a source of value: a gain is negative here. */
  private gains = 0

  /** @throws {InvariantError} when the posting, or all of them together, are not balanced */
  post(cash: number, holding: number, realized: number): void {
    this.cash += cash
    this.holding += holding
    this.gains -= realized
    const isExact =
      Number.isSafeInteger(this.cash) &&
      Number.isSafeInteger(this.holding) &&
      Number.isSafeInteger(this.gains)
    const isBalanced = cash + holding - realized === 0 && this.cash + this.holding + this.gains === 0
    if (isExact && isBalanced) return
    throw new InvariantError(
      `ledger is out of balance: posted cash ${cash}, holding ${holding}, realized ${realized}; ` +
        `stands at cash ${this.cash}, holding ${this.holding}, gains ${this.gains}`,
    )
  }
}
