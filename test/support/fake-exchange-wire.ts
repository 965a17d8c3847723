/**
 * An exchange in memory behind the wire port, which knows the truth and can be told to misbehave: requests and answers
 * get lost, late or refused, views lag, and the stream repeats, drops and breaks.
 */
import {
  durationUs,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  timeUs,
} from '../../src/core/units.ts'
import type { Liquidity } from '../../src/model/execution-report.ts'
import { type Side, signOf, type TimeInForce } from '../../src/model/order.ts'
import type {
  Done,
  ExchangeWire,
  FillsSince,
  WireAmend,
  WireEvents,
  WireFill,
  WireOrder,
  WireOrderState,
  WireOutcome,
  WirePosition,
  WireRef,
} from '../../src/venue/ccxt/exchange-wire.ts'
import type { SteppedTime } from './stepped-time.ts'

export type WireCall =
  | 'create'
  | 'amend'
  | 'cancel'
  | 'cancelAll'
  | 'fetchOrder'
  | 'fetchOpenOrders'
  | 'fetchFills'
  | 'fetchPositions'
  | 'fetchTime'
  | 'deadMan'

/** What happens to one call. Nothing named: it works. */
export interface CallFault {
  /** `before`: never arrives; `after`: done, but the answer is lost. Told as unknown, or not at all. */
  readonly lost?: 'before' | 'after'
  /** With `lost`: the client is told that it does not know, after this long; never when undefined. */
  readonly unknownAfter?: number
  /** Answered with this instead of being done. */
  readonly answer?: Exclude<WireOutcome<never>, { readonly kind: 'ok' }>
  /** Microseconds on top of the usual way there, and back. */
  readonly thereUs?: number
  readonly backUs?: number
  /** How old the view is that it gives, microseconds; as `FakeOptions.lagUs` when undefined. */
  readonly lagUs?: number
}

export interface StreamFault {
  readonly copies: number
  /** Of each copy, microseconds. */
  readonly delaysUs: readonly number[]
}

interface Version {
  readonly at: number
  readonly state: WireOrderState
}

export interface FakeOrder {
  readonly clientId: string
  readonly venueOrderId: string
  readonly side: Side
  readonly instrument: number
  readonly postOnly: boolean
  readonly timeInForce: TimeInForce
  price: PriceTicks | undefined
  qty: number
  cumQty: number
  status: WireOrderState['status']
  readonly versions: Version[]
}

/** Left out: a maker, at the order's price. */
export interface FillTerms {
  readonly price?: PriceTicks
  readonly liquidity?: Liquidity
}

export interface FakeOptions {
  readonly time: SteppedTime
  /** @param index counts the calls of that kind from 0 */
  readonly fault?: (call: WireCall, index: number) => CallFault
  /** @param index counts stream messages from 0 */
  readonly stream?: (index: number) => StreamFault
  /** How old a view is that a query gives, microseconds. */
  readonly lagUs?: () => number
  readonly hasDeadMan?: boolean
  /** Requests that arrive later than this after they were sent are refused: the receive window. */
  readonly recvWindowUs?: number
  /** What the exchange says to an order before it takes it. Undefined: it takes it. */
  readonly admit?: (order: WireOrder) => WireOutcome<WireOrderState> | undefined
  /** An order has come, or was changed: the market meets it before the answer leaves. */
  readonly arrived?: (order: FakeOrder) => void
  /** Fills of queries do not name the client order id, as Binance's do not. */
  readonly hidesClientId?: boolean
}

const wayUs = 1000

export class FakeExchange implements ExchangeWire {
  readonly orders = new Map<string, FakeOrder>()
  readonly fills: WireFill[] = []
  /** Every call, in order of sending: what and when. */
  readonly calls: { readonly call: WireCall; readonly at: number; readonly what: string }[] = []
  isStreamUp = false
  readonly armDeadMan: ExchangeWire['armDeadMan']
  deadManTimeout: number | undefined
  private readonly options: FakeOptions
  private events: WireEvents | undefined
  /** Of the call that is being done. */
  private lagUs: number | undefined
  private armings = 0
  private readonly counts = new Map<WireCall, number>()
  private messages = 0

  constructor(options: FakeOptions) {
    this.options = options
    this.armDeadMan =
      options.hasDeadMan === true
        ? (timeout, done) =>
            this.call('deadMan', String(timeout), done, () => {
              this.armed(timeout)
              return { kind: 'ok', value: undefined }
            })
        : undefined
  }

  position(instrument: number): number {
    let sum = 0
    for (const fill of this.fills) if (fill.instrument === instrument) sum += signOf(fill.side) * fill.qty
    return sum
  }

  count(call: WireCall): number {
    return this.counts.get(call) ?? 0
  }

  listen(events: WireEvents): void {
    this.events = events
  }

  connect(isUp: boolean): void {
    this.isStreamUp = isUp
    this.events?.onConnection(isUp)
  }

  /** Something that the stream says at once. */
  say(message: (events: WireEvents) => void): void {
    if (this.events !== undefined) message(this.events)
  }

  createOrder({ clientId, command }: WireOrder, done: Done<WireOrderState>): void {
    const { side, instrument, price, qty, postOnly, timeInForce } = command
    const sentAt = this.options.time.now()
    this.call('create', clientId, done, () => {
      const late = this.options.time.now() - sentAt > (this.options.recvWindowUs ?? 5_000_000)
      if (late)
        return { kind: 'refused', reason: 'refused-before-engine', text: 'outside of the receive window' }
      if (this.orders.has(clientId)) return { kind: 'unknown', text: 'duplicate' }
      const refusal = this.options.admit?.({ clientId, command })
      if (refusal !== undefined) return refusal
      const venueOrderId = String(1000 + this.orders.size)
      const order: FakeOrder = {
        ...{ clientId, venueOrderId, side, instrument, price, postOnly, timeInForce },
        ...{ qty, cumQty: 0, status: 'open', versions: [] },
      }
      this.orders.set(clientId, order)
      this.changed(order)
      this.options.arrived?.(order)
      return { kind: 'ok', value: stateOf(order, this.options.time.now()) }
    })
  }

  amendOrder(amend: WireAmend, done: Done<WireOrderState | undefined>): void {
    this.call('amend', String(amend.clientId), done, () => {
      const order = this.find(amend)
      if (order === undefined || order.status !== 'open') return { kind: 'not-found' }
      order.price = amend.price
      order.qty = amend.qty
      if (order.cumQty >= order.qty) order.status = 'canceled'
      this.changed(order)
      if (order.status === 'open') this.options.arrived?.(order)
      return { kind: 'ok', value: stateOf(order, this.options.time.now()) }
    })
  }

  cancelOrder(ref: WireRef, done: Done<WireOrderState | undefined>): void {
    this.call('cancel', String(ref.clientId), done, () => {
      const order = this.find(ref)
      if (order === undefined || order.status !== 'open') return { kind: 'not-found' }
      this.end(order, 'canceled')
      return { kind: 'ok', value: stateOf(order, this.options.time.now()) }
    })
  }

  cancelAll(instrument: number, done: Done<undefined>): void {
    this.call('cancelAll', String(instrument), done, () => {
      for (const order of this.orders.values()) {
        if (order.instrument === instrument && order.status === 'open') this.end(order, 'canceled')
      }
      return { kind: 'ok', value: undefined }
    })
  }

  fetchOrder(ref: WireRef, done: Done<WireOrderState>): void {
    this.call('fetchOrder', String(ref.clientId ?? ref.venueOrderId), done, () => {
      const seen = this.find(ref) && this.view(this.find(ref))
      return seen === undefined ? { kind: 'not-found' } : { kind: 'ok', value: seen }
    })
  }

  fetchOpenOrders(instrument: number, done: Done<readonly WireOrderState[]>): void {
    this.call('fetchOpenOrders', String(instrument), done, () => {
      const states = [...this.orders.values()].flatMap((order) => this.view(order) ?? [])
      const open = states.filter((state) => state.instrument === instrument && state.status === 'open')
      return { kind: 'ok', value: open }
    })
  }

  fetchFills(instrument: number, since: FillsSince, done: Done<readonly WireFill[]>): void {
    this.call('fetchFills', String(instrument), done, () => {
      const until = this.options.time.now() - this.lag()
      const wanted = this.fills.filter(
        (fill) =>
          fill.instrument === instrument && fill.exchangeTime >= since.time && fill.exchangeTime <= until,
      )
      const { hidesClientId } = this.options
      return {
        kind: 'ok',
        value: hidesClientId ? wanted.map((fill) => ({ ...fill, clientId: undefined })) : wanted,
      }
    })
  }

  fetchPositions(done: Done<readonly WirePosition[]>): void {
    this.call('fetchPositions', '', done, () => {
      const instruments = new Set([...this.orders.values()].map(({ instrument }) => instrument))
      const value = [...instruments].map((instrument) => ({
        instrument,
        qty: qtyLots(this.position(instrument)),
      }))
      return { kind: 'ok', value }
    })
  }

  fetchTime(done: Done<ReturnType<typeof timeUs>>): void {
    this.call('fetchTime', '', done, () => ({ kind: 'ok', value: this.options.time.now() }))
  }

  /** The market meets an order: at most what is left of it. */
  fill(order: FakeOrder, lots: number, { price, liquidity = 'maker' }: FillTerms = {}): void {
    if (order.status !== 'open') return
    const qty = Math.min(lots, order.qty - order.cumQty)
    if (qty <= 0) return
    order.cumQty += qty
    if (order.cumQty === order.qty) order.status = 'filled'
    const fill: WireFill = {
      instrument: order.instrument,
      tradeId: String(5000 + this.fills.length),
      venueOrderId: order.venueOrderId,
      clientId: order.clientId,
      side: order.side,
      price: price ?? order.price ?? priceTicks(100),
      qty: qtyLots(qty),
      liquidity,
      exchangeTime: timeUs(this.options.time.now()),
    }
    this.fills.push(fill)
    this.tell((events) => events.onFill(fill))
    this.changed(order)
  }

  end(order: FakeOrder, status: 'canceled' | 'expired'): void {
    order.status = status
    this.changed(order)
  }

  private lag(): number {
    return this.lagUs ?? this.options.lagUs?.() ?? 0
  }

  /** Unless it is armed again in time, everything is canceled. */
  private armed(timeout: number): void {
    this.deadManTimeout = timeout
    const arming = ++this.armings
    if (timeout === 0) return
    this.options.time.set(timeUs(this.options.time.now() + timeout), () => {
      if (arming !== this.armings) return
      for (const order of this.orders.values()) if (order.status === 'open') this.end(order, 'canceled')
    })
  }

  private changed(order: FakeOrder): void {
    const state = stateOf(order, this.options.time.now())
    order.versions.push({ at: this.options.time.now(), state })
    this.tell((events) => events.onOrder(state))
  }

  private tell(say: (events: WireEvents) => void): void {
    const { time, stream } = this.options
    const fault = stream?.(this.messages++) ?? { copies: 1, delaysUs: [wayUs] }
    for (let copy = 0; copy < fault.copies; copy++) {
      time.set(timeUs(time.now() + (fault.delaysUs[copy] ?? wayUs)), () => {
        if (this.events !== undefined && this.isStreamUp) say(this.events)
      })
    }
  }

  private find({ clientId, venueOrderId }: WireRef): FakeOrder | undefined {
    if (clientId !== undefined) return this.orders.get(clientId)
    return [...this.orders.values()].find((order) => order.venueOrderId === venueOrderId)
  }

  private view(order: FakeOrder | undefined): WireOrderState | undefined {
    const until = this.options.time.now() - this.lag()
    return order?.versions.findLast(({ at }) => at <= until)?.state
  }

  private call<T>(call: WireCall, what: string, done: Done<T>, act: () => WireOutcome<T>): void {
    const { time, fault } = this.options
    const index = this.count(call)
    this.counts.set(call, index + 1)
    this.calls.push({ call, at: time.now(), what })
    const { lost, unknownAfter, answer, thereUs = 0, backUs = 0, lagUs } = fault?.(call, index) ?? {}
    const later = (delay: number, then: () => void) => time.set(timeUs(time.now() + delay), then)
    const unknown = (): void => done({ kind: 'unknown', text: 'lost' })
    if (unknownAfter !== undefined) later(unknownAfter, unknown)
    if (lost === 'before') return
    if (answer !== undefined) {
      later(wayUs + backUs, () => done(answer))
      return
    }
    later(wayUs + thereUs, () => {
      this.lagUs = lagUs
      const outcome = act()
      this.lagUs = undefined
      if (lost === undefined) later(wayUs + backUs, () => done(outcome))
    })
  }
}

function stateOf(order: FakeOrder, now: number): WireOrderState {
  const { instrument, clientId, venueOrderId, side, status, price, qty, cumQty } = order
  return {
    ...{ instrument, clientId, venueOrderId, side, status, price },
    ...{ reason: undefined, triggerPrice: undefined, isTriggered: false, fills: [] },
    qty: qtyLots(qty),
    cumQty: qtyLots(cumQty),
    exchangeTime: timeUs(now),
  }
}

export const banned = (seconds: number): CallFault => ({
  answer: {
    kind: 'not-sent',
    reason: 'banned',
    text: '418',
    retryAfterUs: durationUs(Math.round(seconds * 1_000_000)),
  },
})

export type { QtyLots }
