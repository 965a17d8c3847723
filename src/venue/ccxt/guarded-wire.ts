/**
 * The wire behind the rate budget: a call that may not be made now is answered as not sent. What the venue says about
 * limits and about itself in any answer counts for all calls that follow.
 */
import { type DurationUs, durationUs } from '../../core/units.ts'
import type {
  Done,
  ExchangeWire,
  FillsSince,
  NotSentReason,
  WireAmend,
  WireEvents,
  WireOrder,
  WireOrderState,
  WireRef,
} from './exchange-wire.ts'
import type { RateBudget } from './rate-budget.ts'

/** Told when the venue as a whole cannot be used. */
export interface VenueTrouble {
  banned(duration: DurationUs): void
  /** Closed for maintenance, or not reachable. */
  closed(): void
}

/** When a venue bans without saying for how long: Binance's shortest is two minutes. */
const banDefault = durationUs(120_000_000)
const warningDefault = durationUs(1_000_000)

/** Tokens per call. */
const cost = { order: 1, query: 1, list: 2 } as const

export class GuardedWire implements ExchangeWire {
  private readonly wire: ExchangeWire
  private readonly budget: RateBudget
  private readonly trouble: VenueTrouble
  readonly armDeadMan: ExchangeWire['armDeadMan']

  constructor(wire: ExchangeWire, budget: RateBudget, trouble: VenueTrouble) {
    this.wire = wire
    this.budget = budget
    this.trouble = trouble
    const arm = wire.armDeadMan?.bind(wire)
    this.armDeadMan =
      arm && ((timeout, done) => this.guard(cost.query, true, done, (heard) => arm(timeout, heard)))
  }

  listen(events: WireEvents): void {
    this.wire.listen(events)
  }

  createOrder(order: WireOrder, done: Done<WireOrderState>): void {
    this.guard(cost.order, false, done, (heard) => this.wire.createOrder(order, heard))
  }

  amendOrder(amend: WireAmend, done: Done<WireOrderState | undefined>): void {
    this.guard(cost.order, false, done, (heard) => this.wire.amendOrder(amend, heard))
  }

  cancelOrder(ref: WireRef, done: Done<WireOrderState | undefined>): void {
    this.guard(cost.order, true, done, (heard) => this.wire.cancelOrder(ref, heard))
  }

  cancelAll(instrument: number, done: Done<undefined>): void {
    this.guard(cost.order, true, done, (heard) => this.wire.cancelAll(instrument, heard))
  }

  fetchOrder(ref: WireRef, done: Done<WireOrderState>): void {
    this.guard(cost.query, false, done, (heard) => this.wire.fetchOrder(ref, heard))
  }

  fetchOpenOrders(instrument: number, done: Done<readonly WireOrderState[]>): void {
    this.guard(cost.list, false, done, (heard) => this.wire.fetchOpenOrders(instrument, heard))
  }

  fetchFills(instrument: number, since: FillsSince, done: Parameters<ExchangeWire['fetchFills']>[2]): void {
    this.guard(cost.list, false, done, (heard) => this.wire.fetchFills(instrument, since, heard))
  }

  fetchPositions(done: Parameters<ExchangeWire['fetchPositions']>[0]): void {
    this.guard(cost.list, false, done, (heard) => this.wire.fetchPositions(heard))
  }

  fetchTime(done: Parameters<ExchangeWire['fetchTime']>[0]): void {
    this.guard(cost.query, false, done, (heard) => this.wire.fetchTime(heard))
  }

  private guard<T>(tokens: number, isCancel: boolean, done: Done<T>, call: (heard: Done<T>) => void): void {
    const refusal = this.budget.take(tokens, isCancel)
    if (refusal !== undefined)
      return done({ kind: 'not-sent', text: 'held back by the rate budget', ...refusal })
    call((outcome) => {
      if (outcome.kind === 'not-sent') this.note(outcome.reason, outcome.retryAfterUs)
      done(outcome)
    })
  }

  private note(reason: NotSentReason, retryAfterUs: DurationUs | undefined): void {
    if (reason === 'rate-limited') this.budget.warn(retryAfterUs ?? warningDefault)
    if (reason === 'banned') {
      const duration = retryAfterUs ?? banDefault
      this.budget.ban(duration)
      this.trouble.banned(duration)
    }
    if (reason === 'maintenance' || reason === 'venue-down') this.trouble.closed()
  }
}
