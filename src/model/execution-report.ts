/** Any venue message on an order's life (FIX 35=8), and the commands that cause them. */
import type { PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { ClientOrderId, OrderTerms, ReasonCode, Side, TimeInForce } from './order.ts'

/** What leaves the engine. `price` is absent for an order without a limit. Returns nothing: the answer is a report. */
export interface SubmitCommand {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  readonly side: Side
  readonly qty: QtyLots
  readonly price: PriceTicks | undefined
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  /** Absent for a plain market or limit order. */
  readonly terms?: OrderTerms | undefined
  /** With `ocoWith`: lots of that order that we know to be filled. Those filled since count for both. Default 0. */
  readonly ocoFilled?: QtyLots | undefined
  /** In one message with the orders that it is linked with: they do not outlive it when it is lost. Default false. */
  readonly isJoint?: boolean | undefined
}

export interface AmendCommand {
  readonly clientOrderId: ClientOrderId
  readonly instrument: number
  /** Undefined for an order without a limit. */
  readonly price: PriceTicks | undefined
  /** New total quantity, filled part included. Undefined: as it is at the venue, which may have changed it meanwhile. */
  readonly qty?: QtyLots | undefined
  /**
   * With `qty`: exchange time of the last restatement that we know, 0 for none. What self-trade prevention took off the
   * order after it comes off `qty`, too. Undefined: we know of all.
   */
  readonly restatedAt?: TimeUs | undefined
  /** Undefined: as it is. */
  readonly triggerPrice?: PriceTicks | undefined
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
  | (ReportBase & {
      readonly kind: 'amended'
      /** Undefined for an order without a limit. */
      readonly price: PriceTicks | undefined
      readonly qty: QtyLots
      /** Of an order that waits for its trigger. */
      readonly triggerPrice?: PriceTicks | undefined
    })
  /** The trigger price was reached: from now on it is a market or limit order. */
  | (ReportBase & { readonly kind: 'triggered' })
  /** The venue itself changed the total quantity (FIX 150 = D). */
  | (ReportBase & { readonly kind: 'restated'; readonly qty: QtyLots; readonly reason: ReasonCode })
  /** A cancel or an amend came too late or was not allowed; the order itself is unchanged. */
  | (ReportBase & { readonly kind: 'cancel-rejected' | 'amend-rejected'; readonly reason: ReasonCode })

export type ExecutionReportKind = ExecutionReport['kind']
