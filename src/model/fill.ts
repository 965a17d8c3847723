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
  /** Positive is a cost, negative a rebate. In settlement currency: of a fee in base currency, its value at `price`. */
  readonly fee: MoneyQuanta
  /** What the venue kept of the bought quantity in place of money, in quanta of the base currency (`baseQuantumOf`). */
  readonly feeBase?: number | undefined
  readonly exchangeTime: TimeUs
  /** When we knew. */
  readonly time: TimeUs
}
