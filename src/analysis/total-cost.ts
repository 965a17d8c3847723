/** The cost of everything that was traded, over all order groups of one settlement currency. */
import type { OrderCost } from './cost-analysis.ts'
import type { Shortfall } from './shortfall.ts'

/**
 * Of all groups with a shortfall: money added up, basis points of the whole paper notional. Undefined when there are
 * none.
 */
export function totalCost(costs: readonly OrderCost[]): { money: Shortfall; bps: Shortfall } | undefined {
  const sum = (read: (shortfall: Shortfall) => number): number =>
    costs.reduce((total, { shortfall }) => total + (shortfall === undefined ? 0 : read(shortfall.money)), 0)
  const paper = costs.reduce((total, cost) => total + (cost.shortfall ? (cost.paperNotional ?? 0) : 0), 0)
  if (paper === 0) return undefined
  const money = {
    spread: sum((part) => part.spread),
    timing: sum((part) => part.timing),
    fees: sum((part) => part.fees),
    opportunity: sum((part) => part.opportunity),
    total: sum((part) => part.total),
  }
  const bps = (amount: number): number => (amount / paper) * 10_000
  return {
    money,
    bps: {
      spread: bps(money.spread),
      timing: bps(money.timing),
      fees: bps(money.fees),
      opportunity: bps(money.opportunity),
      total: bps(money.total),
    },
  }
}
