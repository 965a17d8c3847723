/**
 * The port between the order machine and an exchange: what can be asked of it, and what it says by itself. Callbacks
 * instead of promises, so that a simulated clock and a faulty wire can drive the machine step by step. All numbers are
 * integers of the instrument's grid; the adapter parses them.
 *
 * A `done` is called at most once, in the call itself or later, or never: an answer may be lost.
 */
import type { DurationUs, PriceTicks, QtyLots, TimeUs } from '../../core/units.ts'
import type { Liquidity, SubmitCommand } from '../../model/execution-report.ts'
import type { ReasonCode, Side } from '../../model/order.ts'

/** Why a call is certain not to have reached the matching engine. */
export type NotSentReason = Extract<
  ReasonCode,
  'rate-limited' | 'banned' | 'maintenance' | 'venue-down' | 'refused-before-engine'
>

export type WireOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The venue said no, and means it: of a new order, that it does not exist. */
  | { readonly kind: 'refused'; readonly reason: ReasonCode; readonly text: string }
  /** Certain not to have reached the matching engine. */
  | {
      readonly kind: 'not-sent'
      readonly reason: NotSentReason
      readonly text: string
      /** What the venue asks us to wait before the next call; undefined when it does not say. */
      readonly retryAfterUs: DurationUs | undefined
    }
  /** Queries, cancel, amend: the venue knows no such order, or no such live order. */
  | { readonly kind: 'not-found' }
  /** It may have been done. Also every query that got no answer. */
  | { readonly kind: 'unknown'; readonly text: string }

export type Done<T> = (outcome: WireOutcome<T>) => void

/** A new order under the client order id that the venue is to know it by. */
export interface WireOrder {
  readonly clientId: string
  readonly command: SubmitCommand
}

/** An order as the venue can be asked about it: by at least one of the two ids. */
export interface WireRef {
  readonly instrument: number
  /** Undefined for an order that somebody else may have sent. */
  readonly clientId: string | undefined
  /** Undefined until the venue has told. */
  readonly venueOrderId: string | undefined
  readonly side: Side
  /** Waits for a trigger, or did: some venues keep such orders apart. */
  readonly isConditional: boolean
}

export interface WireAmend extends WireRef {
  /** As it shall be; undefined for an order without a limit. */
  readonly price: PriceTicks | undefined
  /** Total, filled part included, as it shall be. */
  readonly qty: QtyLots
  /** Undefined: as it is. */
  readonly triggerPrice: PriceTicks | undefined
}

/** Every venue's words come down to these; the tables are in order-status.ts. */
export type WireStatus = 'open' | 'filled' | 'canceled' | 'expired' | 'rejected'

/** What the venue says of one order, as of some moment: it may be an old one. */
export interface WireOrderState {
  readonly instrument: number
  /** Undefined where the venue does not tell, or the order is not ours. */
  readonly clientId: string | undefined
  readonly venueOrderId: string
  readonly side: Side
  readonly status: WireStatus
  /** Why it is over; undefined where the venue does not say. */
  readonly reason: ReasonCode | undefined
  /** Undefined for an order without a limit. */
  readonly price: PriceTicks | undefined
  /** Total; undefined where the venue does not say (market orders by value). */
  readonly qty: QtyLots | undefined
  /** Filled so far. */
  readonly cumQty: QtyLots
  /** Of an order that waits for its trigger, or did. */
  readonly triggerPrice: PriceTicks | undefined
  /** Its trigger was reached; false also where the venue does not say. */
  readonly isTriggered: boolean
  /** On the venue's clock. */
  readonly exchangeTime: TimeUs
  /** Executions that came with it. */
  readonly fills: readonly WireFill[]
}

export interface WireFill {
  readonly instrument: number
  /** As the venue writes it; unique per instrument, but for two orders of ours that trade with each other. */
  readonly tradeId: string
  readonly venueOrderId: string
  /** Undefined where the venue does not tell: then the order is found by its venue order id. */
  readonly clientId: string | undefined
  readonly side: Side
  readonly price: PriceTicks
  /** > 0. */
  readonly qty: QtyLots
  readonly liquidity: Liquidity
  readonly exchangeTime: TimeUs
}

/** Where a sweep of fills starts: everything since is wanted, and more does no harm. */
export interface FillsSince {
  /** On the venue's clock. */
  readonly time: TimeUs
}

/** Signed lots that the venue says the account holds. */
export interface WirePosition {
  readonly instrument: number
  readonly qty: QtyLots
}

/** What the venue says by itself, in whatever order and as often as it likes. */
export interface WireEvents {
  onOrder(state: WireOrderState): void
  onFill(fill: WireFill): void
  /** The stream of our orders and fills broke, or is there again: what happened meanwhile was not told. */
  onConnection(isUp: boolean): void
}

export interface ExchangeWire {
  /** Called once, before anything else. */
  listen(events: WireEvents): void
  createOrder(order: WireOrder, done: Done<WireOrderState>): void
  /** `ok` without a state: the venue took note, and has to be asked what became of it. */
  amendOrder(amend: WireAmend, done: Done<WireOrderState | undefined>): void
  cancelOrder(ref: WireRef, done: Done<WireOrderState | undefined>): void
  /** All orders of an instrument, whoever sent them. */
  cancelAll(instrument: number, done: Done<undefined>): void
  /** Live or over. */
  fetchOrder(ref: WireRef, done: Done<WireOrderState>): void
  fetchOpenOrders(instrument: number, done: Done<readonly WireOrderState[]>): void
  fetchFills(instrument: number, since: FillsSince, done: Done<readonly WireFill[]>): void
  fetchPositions(done: Done<readonly WirePosition[]>): void
  /** The venue's clock. */
  fetchTime(done: Done<TimeUs>): void
  /** The venue cancels everything when it is not called again within the timeout; 0 disarms. Undefined: it has none. */
  readonly armDeadMan: ((timeout: DurationUs, done: Done<undefined>) => void) | undefined
}
