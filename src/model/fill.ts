/** One execution of our order (FIX 31, 32, 851), as applied to the position. */
import type { MoneyQuanta, PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { Liquidity } from './execution-report.ts'
import type { ClientOrderId, Side } from './order.ts'

export interface Fill {
  readonly clientOrderId: ClientOrderId
  readonly parentOrderId: number | undefined
  readonly instrument: number
  readonly tradeId: number
  readonly side: Side
  readonly price: PriceTicks
  /** > 0. */
  readonly qty: QtyLots
  readonly liquidity: Liquidity
  /** Positive is a cost, negative a rebate. */
  readonly fee: MoneyQuanta
  readonly exchangeTime: TimeUs
  /** When we knew. */
  readonly time: TimeUs
}
