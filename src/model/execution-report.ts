/** Any venue message on an order's life (FIX 35=8), and the commands that cause them. */
import type { PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { ClientOrderId, ReasonCode, Side, TimeInForce } from './order.ts'

/** What leaves the engine. `price` is absent for a market order. Returns nothing: the answer is a report. */
export interface SubmitCommand {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  readonly side: Side
  readonly qty: QtyLots
  readonly price: PriceTicks | undefined
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
}

export interface AmendCommand {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  readonly price: PriceTicks
  /** New total quantity, filled part included. */
  readonly qty: QtyLots
}

export interface CancelCommand {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  /** Why, when the venue itself cancels. Default: we asked for it. */
  readonly reason?: ReasonCode
}

export type Liquidity = 'maker' | 'taker'

interface ReportBase {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  /** When the venue did it, on the venue's clock. */
  readonly exchangeTime: TimeUs
  /** Filled so far (FIX 14), after this report. */
  readonly cumQty: QtyLots
}

export type ExecutionReport =
  | (ReportBase & { readonly kind: 'accepted' })
  | (ReportBase & { readonly kind: 'rejected'; readonly reason: ReasonCode })
  | (ReportBase & {
      readonly kind: 'fill'
      /** Venue's trade id: unique per venue and instrument; fills are deduplicated by it. */
      readonly tradeId: number
      /** FIX 31 and 32. */
      readonly lastPrice: PriceTicks
      readonly lastQty: QtyLots
      readonly liquidity: Liquidity
    })
  | (ReportBase & { readonly kind: 'canceled'; readonly reason: ReasonCode })
  | (ReportBase & { readonly kind: 'expired'; readonly reason: ReasonCode })
  | (ReportBase & { readonly kind: 'amended'; readonly price: PriceTicks; readonly qty: QtyLots })
  /** A cancel or an amend came too late or was not allowed; the order itself is unchanged. */
  | (ReportBase & { readonly kind: 'cancel-rejected' | 'amend-rejected'; readonly reason: ReasonCode })

export type ExecutionReportKind = ExecutionReport['kind']
