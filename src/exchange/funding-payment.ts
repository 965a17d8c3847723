/** What an account paid or received as funding of one position. */
import type { PublicMarket } from './public-market.ts'

export interface FundingPayment {
  readonly market: PublicMarket
  /** Units of 1e-18 of `asset`; negative: paid. */
  readonly amount: bigint
  readonly asset: string
  readonly time: number
}
