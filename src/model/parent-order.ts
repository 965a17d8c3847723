/** An algorithm's goal; the child orders it sends carry its id. */
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { ReasonCode, Side } from './order.ts'

export type ParentOrderId = number

export type AlgoSpec =
  | { readonly algo: 'market' }
  /** Works at `price` (default: the touch of its own side at the start); after `timeout` takes the rest if `fallbackToMarket`. */
  | {
      readonly algo: 'limit'
      readonly price?: PriceTicks
      readonly timeout: DurationUs
      readonly fallbackToMarket: boolean
      readonly postOnly?: boolean
    }
  | {
      readonly algo: 'twap'
      readonly duration: DurationUs
      /** ≥ 1; slice k starts at k × duration / slices, moved by the jitter. */
      readonly slices: number
      readonly childType: 'market' | 'limit'
      /** Limit children only: ticks from the touch of our own side towards the market; negative is less aggressive. */
      readonly priceOffset?: number
      /** Part of a slice by which its start may move, 0 ≤ jitter < 1, seeded. */
      readonly jitter?: number
    }
  | {
      readonly algo: 'iceberg'
      readonly price: PriceTicks
      /** Share of the parent quantity shown at once, 0–1. */
      readonly visiblePct: number
      readonly minVisibleSize: QtyLots
      /** The next piece is shown at the latest this long after the last one was gone. */
      readonly maxRefreshTime: DurationUs
    }

export type AlgoName = AlgoSpec['algo']

export interface ParentOrderRequest {
  readonly instrument: number
  readonly side: Side
  readonly qty: QtyLots
  readonly algo: AlgoSpec
  readonly tag?: string
}

export type ParentState =
  | { readonly kind: 'working' }
  | { readonly kind: 'filled' }
  | { readonly kind: 'done'; readonly reason: ReasonCode | 'schedule-over' | 'children-refused' }

export interface ParentOrder {
  readonly parentOrderId: ParentOrderId
  readonly instrument: number
  readonly side: Side
  readonly qty: QtyLots
  readonly cumQty: QtyLots
  /** In tick·lots. */
  readonly cumNotional: number
  readonly algo: AlgoSpec
  readonly state: ParentState
  readonly createdAt: TimeUs
  readonly doneAt: TimeUs | undefined
  /** Mid when it was created, times two; undefined without a market. */
  readonly arrivalMidTimes2: number | undefined
  readonly childOrderIds: readonly number[]
  readonly tag: string | undefined
}
