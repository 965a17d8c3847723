/**
 * Double-entry ledger of one instrument. Every fill moves value between three accounts, in units of `Instrument.costOf`,
 * and every charge between the wallet and its own account, in quanta: what leaves one arrives in another, so each group
 * always adds up to zero.
 */
import { InvariantError } from '../core/errors.ts'

export class Ledger {
  /** Paid (−) and received (+) for what was traded. */
  private cash = 0
  /** What is held, at cost. */
  private holding = 0
  /** Gains booked so far, as a source of value: a gain is negative here. */
  private gains = 0
  /** Charged (−) and credited (+), and where it went. */
  private wallet = 0
  private readonly charges = { fees: 0, funding: 0 }
  /** What is held below one lot at cost, and the gains booked on it as a source of value; in quanta. */
  private dust = 0
  private dustGains = 0

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

  /** @throws {InvariantError} when the accounts are not balanced */
  charge(what: 'fees' | 'funding', amount: number): void {
    this.wallet -= amount
    this.charges[what] += amount
    this.requireBalancedWallet(`charged ${amount} of ${what}`)
  }

  /** From the wallet into what is held below one lot, or back. @throws {InvariantError} when not balanced */
  moveDust(moved: number, costChange: number, realized: number): void {
    this.wallet -= moved
    this.dust += costChange
    this.dustGains -= realized
    this.requireBalancedWallet(`moved ${moved} of dust, cost ${costChange}, realized ${realized}`)
  }

  private requireBalancedWallet(posted: string): void {
    const { fees, funding } = this.charges
    const sum = this.wallet + fees + funding + this.dust + this.dustGains
    if (Number.isSafeInteger(this.wallet) && Number.isSafeInteger(this.dust) && sum === 0) return
    throw new InvariantError(
      `ledger is out of balance: ${posted}; stands at wallet ${this.wallet}, fees ${fees}, ` +
        `funding ${funding}, dust ${this.dust}, gains on it ${this.dustGains}`,
    )
  }
}
