/**
 * The wire of one process: what the exchange hears and says passes here, each call, answer and message a point at which
 * a fault may happen. A dead process sends nothing and hears nothing.
 */
import { durationUs, timeUs } from '../../src/core/units.ts'
import type { Done, ExchangeWire, WireEvents } from '../../src/venue/ccxt/exchange-wire.ts'
import {
  banned,
  type CallFault,
  type FakeExchange,
  type StreamFault,
  type WireCall,
} from '../support/fake-exchange-wire.ts'
import type { SteppedTime } from '../support/stepped-time.ts'
import type { FaultKind } from './fault-plan.ts'
import type { FaultSource } from './fault-source.ts'

const second = 1_000_000
/** One way of a message of the stream, as in the fake exchange. */
const wayUs = 1000
const banUs = 20 * second
const closedUs = 2 * second
const reconnectUs = second / 2

export interface WireHost {
  readonly time: SteppedTime
  readonly faults: FaultSource
  die(options: { readonly power: boolean }): void
  broken(text: string): void
}

/** What the faults have done to the exchange as a whole. Outlives the processes. */
export class WireWeather {
  private readonly host: WireHost
  private exchange: FakeExchange | undefined
  private next: CallFault = {}
  private closedUntil = 0
  private isOrderToLose = false
  bannedUntil = 0

  constructor(host: WireHost) {
    this.host = host
  }

  attach(exchange: FakeExchange): void {
    this.exchange = exchange
  }

  /** For the call that is made right now. */
  prepare(fault: CallFault): void {
    this.next = fault
  }

  takeCall(call: WireCall): CallFault {
    const now = this.host.time.now()
    const fault = this.next
    this.next = {}
    if (now < this.bannedUntil) return banned((this.bannedUntil - now) / second)
    if (now < this.closedUntil && call !== 'deadMan') return closed
    if (call !== 'create' || !this.isOrderToLose) return fault
    this.isOrderToLose = false
    this.cut()
    return { lost: 'after', unknownAfter: 10 * wayUs, ...fault }
  }

  /** The next order is done, and nothing is heard of it: its answer is lost and the stream broken. */
  loseNextOrder(): void {
    this.isOrderToLose = true
  }

  ban(): void {
    this.bannedUntil = this.host.time.now() + banUs
  }

  close(): void {
    this.closedUntil = this.host.time.now() + closedUs
  }

  /** A message of the stream leaves the exchange. */
  takeMessage(): StreamFault {
    const { host, exchange } = this
    if (exchange?.isStreamUp !== true) return { copies: 0, delaysUs: [] }
    const fault = host.faults.pass('stream', 'message')
    switch (fault) {
      case 'dropped':
        return { copies: 0, delaysUs: [] }
      case 'doubled':
        return { copies: 2, delaysUs: [wayUs, wayUs * 3] }
      case 'late':
        return { copies: 1, delaysUs: [700_000] }
      case 'cut':
        this.cut()
        return { copies: 0, delaysUs: [] }
      case 'kill-before':
        host.time.set(later(host, wayUs), () => host.die({ power: false }))
        break
      case 'kill-after':
        host.time.set(later(host, wayUs + 1), () => host.die({ power: false }))
        break
      default:
    }
    return { copies: 1, delaysUs: [wayUs] }
  }

  /** The stream breaks; it is there again after a while. */
  cut(): void {
    const { host, exchange } = this
    if (exchange?.isStreamUp !== true) return
    exchange.isStreamUp = false
    host.time.set(later(host, wayUs), () => exchange.connect(false))
    host.time.set(later(host, reconnectUs), () => exchange.connect(true))
  }
}

const closed: CallFault = {
  answer: { kind: 'not-sent', reason: 'maintenance', text: 'closed', retryAfterUs: undefined },
}

const later = ({ time }: WireHost, us: number) => timeUs(time.now() + us)

export interface FaultyWireOptions {
  readonly host: WireHost
  readonly weather: WireWeather
  readonly exchange: FakeExchange
  readonly isAlive: () => boolean
}

export class FaultyWire implements ExchangeWire {
  readonly armDeadMan: ExchangeWire['armDeadMan']
  private readonly options: FaultyWireOptions
  /** This process has been told of a ban that lasts until then. */
  private knownBan = 0

  constructor(options: FaultyWireOptions) {
    this.options = options
    const arm = options.exchange.armDeadMan
    this.armDeadMan =
      arm && ((timeout, done) => this.call('deadMan', '', done, (heard) => arm(timeout, heard)))
  }

  listen(events: WireEvents): void {
    const { exchange, isAlive } = this.options
    exchange.listen({
      onOrder: (state) => isAlive() && events.onOrder(state),
      onFill: (fill) => isAlive() && events.onFill(fill),
      onConnection: (isUp) => isAlive() && events.onConnection(isUp),
    })
  }

  readonly createOrder: ExchangeWire['createOrder'] = (order, done) =>
    this.call('create', order.clientId, done, (heard) => this.options.exchange.createOrder(order, heard))
  readonly amendOrder: ExchangeWire['amendOrder'] = (amend, done) =>
    this.call('amend', `${amend.clientId}`, done, (heard) => this.options.exchange.amendOrder(amend, heard))
  readonly cancelOrder: ExchangeWire['cancelOrder'] = (ref, done) =>
    this.call('cancel', `${ref.clientId}`, done, (heard) => this.options.exchange.cancelOrder(ref, heard))
  readonly cancelAll: ExchangeWire['cancelAll'] = (instrument, done) =>
    this.call('cancelAll', '', done, (heard) => this.options.exchange.cancelAll(instrument, heard))
  readonly fetchOrder: ExchangeWire['fetchOrder'] = (ref, done) =>
    this.call('fetchOrder', `${ref.clientId}`, done, (heard) => this.options.exchange.fetchOrder(ref, heard))
  readonly fetchOpenOrders: ExchangeWire['fetchOpenOrders'] = (instrument, done) =>
    this.call('fetchOpenOrders', '', done, (heard) =>
      this.options.exchange.fetchOpenOrders(instrument, heard),
    )
  readonly fetchFills: ExchangeWire['fetchFills'] = (instrument, since, done) =>
    this.call('fetchFills', '', done, (heard) => this.options.exchange.fetchFills(instrument, since, heard))
  readonly fetchPositions: ExchangeWire['fetchPositions'] = (done) =>
    this.call('fetchPositions', '', done, (heard) => this.options.exchange.fetchPositions(heard))
  readonly fetchTime: ExchangeWire['fetchTime'] = (done) =>
    this.call('fetchTime', '', done, (heard) => this.options.exchange.fetchTime(heard))

  private call<T>(call: WireCall, what: string, done: Done<T>, send: (heard: Done<T>) => void): void {
    const { host, weather, isAlive } = this.options
    if (!isAlive()) return
    if (host.time.now() < this.knownBan) host.broken(`${call} was sent while we were banned`)
    const request = host.faults.pass(call, what)
    if (request === 'kill-before') return host.die({ power: false })
    const answer = host.faults.pass(`${call}-answer`, what)
    if (request === 'banned') weather.ban()
    if (request === 'closed') weather.close()
    weather.prepare({ ...answerFault(answer), ...requestFault(request) })
    send((outcome) => {
      if (!isAlive()) return
      if (answer === 'kill-before') return host.die({ power: false })
      if (outcome.kind === 'not-sent' && outcome.reason === 'banned') this.knownBan = weather.bannedUntil
      done(outcome)
      if (answer === 'kill-after') host.die({ power: false })
    })
    if (request === 'kill-after' || request === 'power-after') host.die({ power: request === 'power-after' })
  }
}

function requestFault(fault: FaultKind | undefined): CallFault {
  switch (fault) {
    case 'lost':
      return { lost: 'before', unknownAfter: 3 * second }
    case 'swallowed':
      return { lost: 'before' }
    case 'late':
      return { thereUs: 3 * second }
    case 'too-late':
      return { thereUs: 7 * second }
    case 'refused':
      return { answer: { kind: 'refused', reason: 'refused-by-venue', text: 'no' } }
    case 'rate-limited':
      return {
        answer: {
          kind: 'not-sent',
          reason: 'rate-limited',
          text: '429',
          retryAfterUs: durationUs(2 * second),
        },
      }
    case 'skewed':
      return {
        answer: { kind: 'not-sent', reason: 'refused-before-engine', text: '-1021', retryAfterUs: undefined },
      }
    case 'not-found':
      return { answer: { kind: 'not-found' } }
    default:
      return {}
  }
}

function answerFault(fault: FaultKind | undefined): CallFault {
  switch (fault) {
    case 'lost':
      return { lost: 'after', unknownAfter: 3 * second }
    case 'swallowed':
      return { lost: 'after' }
    case 'server-error':
      return { lost: 'after', unknownAfter: 2 * wayUs }
    case 'late':
      return { backUs: 3 * second }
    case 'too-late':
      return { backUs: 15 * second }
    case 'stale-5s':
      return { lagUs: 5 * second }
    case 'stale-60s':
      return { lagUs: 60 * second }
    default:
      return {}
  }
}
