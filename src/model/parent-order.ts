/** An algorithm's goal; the child orders it sends carry its id. */
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../core/units.ts'
import type { ReasonCode, Side } from './order.ts'

export type ParentOrderId = number

/** What algorithms share that send one child per slice of time. */
export interface SliceSpec {
  readonly duration: DurationUs
  /** ≥ 1; slice k starts at k × duration / slices, moved by the jitter. */
  readonly slices: number
  readonly childType: 'market' | 'limit'
  /** Limit children only: ticks from the touch of our own side towards the market; negative is less aggressive. */
  readonly priceOffset?: number
  /** Part of a slice by which its start may move, 0 ≤ jitter < 1, seeded. */
  readonly jitter?: number
}

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
  | ({ readonly algo: 'twap' } & SliceSpec)
  | {
      readonly algo: 'iceberg'
      readonly price: PriceTicks
      /** Share of the parent quantity shown at once, 0–1. */
      readonly visiblePct: number
      readonly minVisibleSize: QtyLots
      /** The next piece is shown at the latest this long after the last one was gone. */
      readonly maxRefreshTime: DurationUs
    }
  | ({
      readonly algo: 'vwap'
      /** Expected volume of bins of equal time over the duration, in any unit; ≥ 0, not all 0. One bin is flat. */
      readonly weights: readonly number[]
    } & SliceSpec)
  | {
      readonly algo: 'pov'
      readonly duration: DurationUs
      /** Aimed at and never exceeded: our lots ÷ the market's lots since the start, 0–1, above 0. */
      readonly rate: number
      /** When behind: a child's lots ÷ the market's since the last child, rate ≤ maxRate ≤ 1. */
      readonly maxRate: number
      /** Between two looks at the market's volume. */
      readonly interval: DurationUs
      /** Smallest child in lots, ≥ 1; the rest of the parent may be smaller. */
      readonly minChild: QtyLots
      readonly childType: 'market' | 'limit'
      /** As in `SliceSpec`. */
      readonly priceOffset?: number
    }
  /** Implementation shortfall: the schedule of Almgren and Chriss, see almgren-chriss.ts. */
  | ({
      readonly algo: 'is'
      /** λ, per tick·lot of cost, ≥ 0; 0 is even slices. */
      readonly riskAversion: number
      /** σ, in ticks per √second, ≥ 0. */
      readonly volatility: number
      /** η, in ticks per lot a second: what trading at that rate costs while it lasts. */
      readonly temporaryImpact: number
      /** γ, in ticks per lot: what stays, ≥ 0. */
      readonly permanentImpact: number
    } & SliceSpec)
  | {
      readonly algo: 'pegged'
      /** What the price follows, whatever the side. */
      readonly peg: 'bid' | 'ask' | 'mid'
      /** Ticks from it towards the market; negative is less aggressive. */
      readonly offset: number
      /** The child never stands beyond it; undefined: no limit. */
      readonly limit?: PriceTicks
      /** Between two looks at the touch, so the least time between two moves. */
      readonly interval: DurationUs
      readonly replace: 'amend' | 'cancel'
      readonly postOnly: boolean
      readonly timeout: DurationUs
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
