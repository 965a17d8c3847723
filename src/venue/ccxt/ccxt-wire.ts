/** The wire port over a real exchange, by ccxt: calls, their outcomes, and what the venue says by itself. */
import { unreachable } from '../../core/errors.ts'
import { type TimeUs, timeUs } from '../../core/units.ts'
import { CallRunner, notFound, unreadable } from './call-runner.ts'
import { type CcxtExchange, isRecord, textOf } from './ccxt-exchange.ts'
import { armDeadMan } from './dead-man-call.ts'
import type {
  Done,
  ExchangeWire,
  FillsSince,
  WireAmend,
  WireEvents,
  WireFill,
  WireOrder,
  WireOrderState,
  WirePosition,
  WireRef,
} from './exchange-wire.ts'
import type { HttpTransport } from './http-transport.ts'
import type { LiveMarket } from './market-specs.ts'
import { NumberGrid } from './number-grid.ts'
import { type LaneAnswer, type OrderLane, openOrderLane } from './order-lane.ts'
import { OrderLookup } from './order-lookup.ts'
import { fillOf, newOrderStateOf, orderStateOf, type ParseContext } from './order-parser.ts'
import { createArguments } from './order-request.ts'
import { fetchPages } from './page-fills.ts'
import { readBalances, readPositions } from './read-positions.ts'
import { redact, type VenueKeys } from './secret.ts'
import { UserStream } from './user-stream.ts'
import { profileOf, type VenueProfile } from './venue-profiles.ts'
import { all, named, unwrapped } from './wire-answers.ts'

export interface CcxtWireOptions {
  readonly exchange: CcxtExchange
  readonly transport: HttpTransport
  /** In the order of the session's instruments. */
  readonly markets: readonly LiveMarket[]
  readonly keys: VenueKeys | undefined
  /** The present time. */
  readonly now: () => TimeUs
  /** The venue's clock minus ours, microseconds. */
  readonly offsetUs: () => number
  readonly recvWindowMs: number
  /** Told of what should be looked at. */
  readonly onNotice: (text: string) => void
  /** A request was refused for its time. */
  readonly onClockOff: () => void
}

export class CcxtWire implements ExchangeWire {
  readonly armDeadMan: ExchangeWire['armDeadMan']
  private readonly options: CcxtWireOptions
  private readonly profile: VenueProfile
  private readonly contexts: readonly ParseContext[]
  private readonly grids: readonly NumberGrid[]
  private readonly calls: CallRunner
  private readonly lookup: OrderLookup
  private readonly lane: OrderLane | undefined
  private stream: UserStream | undefined

  constructor(options: CcxtWireOptions) {
    const { exchange, markets, now } = options
    this.options = options
    this.profile = profileOf(exchange.id)
    this.calls = new CallRunner(options)
    this.lookup = new OrderLookup(exchange, this.profile)
    this.grids = markets.map(({ spec }) => new NumberGrid(spec))
    this.contexts = this.grids.map((grid, instrument) => ({
      ...{ exchangeId: exchange.id, instrument, grid, now },
      ownId: exchange.id === 'gate' ? (id: string) => id.replace(/^t-/, '') : (id: string) => id,
    }))
    this.armDeadMan = this.deadMan()
    this.lane = openOrderLane({
      ...{ exchangeId: exchange.id, urls: exchange.urls, kind: markets[0]?.spec.kind, keys: options.keys },
      recvWindowMs: options.recvWindowMs,
      venueTimeMs: () => (now() + options.offsetUs()) / 1000,
    })
  }

  /** Whether the venue tells of our orders by itself. */
  get hasStream(): boolean {
    return this.options.exchange.has.watchOrders === true
  }

  listen(events: WireEvents): void {
    if (!this.hasStream) return
    const { exchange, markets, keys, onNotice } = this.options
    this.stream = new UserStream({
      exchange,
      symbols: markets.map(({ symbol }) => symbol),
      events,
      readOrder: (order) => this.read(order, orderStateOf),
      readFill: (trade) => this.read(trade, fillOf),
      describe: (error) => redact(String(error), keys),
      onNotice,
    })
    this.stream.start()
  }

  async close(): Promise<void> {
    this.stream?.close()
    this.lane?.close()
    await this.options.exchange.close()
    this.options.transport.close()
  }

  createOrder(order: WireOrder, done: Done<WireOrderState>): void {
    const { instrument } = order.command
    const { exchange } = this.options
    const market = this.market(instrument)
    const { spec, symbol } = market
    const isPlaced = this.lane?.place(order, market, this.grid(instrument), (answer) =>
      this.placed(answer, order, done),
    )
    if (isPlaced === true) return
    const request = createArguments(order, {
      profile: this.profile,
      grid: this.grid(instrument),
      kind: spec.kind,
    })
    if (typeof request === 'string') {
      return done({ kind: 'refused', reason: 'not-supported', text: `${exchange.id} has ${request}` })
    }
    const { type, side, amount, price, params } = request
    this.calls.run(
      'create',
      () => exchange.createOrder(symbol, type, side, amount, price, params),
      (answer) => newOrderStateOf(answer, order, this.context(instrument)),
      done,
    )
  }

  amendOrder(amend: WireAmend, done: Done<WireOrderState | undefined>): void {
    const { exchange } = this.options
    const { venueOrderId, instrument, side, price, qty, triggerPrice } = amend
    if (!this.profile.amends || price === undefined || triggerPrice !== undefined) {
      return done({
        kind: 'refused',
        reason: 'not-supported',
        text: `${exchange.id} does not amend such orders`,
      })
    }
    if (venueOrderId === undefined) {
      const text = 'the venue has not numbered the order yet'
      return done({ kind: 'not-sent', reason: 'refused-before-engine', text, retryAfterUs: undefined })
    }
    const grid = this.grid(instrument)
    const { symbol } = this.market(instrument)
    const numbers = [grid.qtyNumber(qty), grid.priceNumber(price)] as const
    this.calls.run(
      'amend',
      () => exchange.editOrder(venueOrderId, symbol, 'limit', side, ...numbers, {}),
      (answer) => ({ state: named(orderStateOf(answer, this.context(instrument)), amend) }),
      unwrapped(done),
    )
  }

  cancelOrder(ref: WireRef, done: Done<WireOrderState | undefined>): void {
    const { exchange } = this.options
    const { symbol } = this.market(ref.instrument)
    this.calls.run(
      'cancel',
      async () => {
        const asked = await this.lookup.address(ref, symbol, this.context(ref.instrument))
        return asked === undefined ? notFound : exchange.cancelOrder(asked.id, symbol, asked.params)
      },
      (answer) =>
        answer === notFound
          ? undefined
          : { state: named(orderStateOf(answer, this.context(ref.instrument)), ref) },
      unwrapped(done),
      { kind: 'not-found' },
    )
  }

  cancelAll(instrument: number, done: Done<undefined>): void {
    const { exchange } = this.options
    const { symbol } = this.market(instrument)
    const state = { state: undefined }
    this.calls.run(
      'cancel',
      () => exchange.cancelAllOrders(symbol),
      () => state,
      unwrapped(done),
    )
  }

  fetchOrder(ref: WireRef, done: Done<WireOrderState>): void {
    const context = this.context(ref.instrument)
    this.calls.run(
      'query',
      () => this.lookup.find(ref, this.market(ref.instrument).symbol, context),
      (answer) => (answer === notFound ? undefined : named(orderStateOf(answer, context), ref)),
      done,
    )
  }

  fetchOpenOrders(instrument: number, done: Done<readonly WireOrderState[]>): void {
    const { exchange } = this.options
    const { symbol } = this.market(instrument)
    this.calls.run(
      'query',
      () => exchange.fetchOpenOrders(symbol),
      (answer) => all(answer, (order) => orderStateOf(order, this.context(instrument))),
      done,
    )
  }

  fetchFills(instrument: number, since: FillsSince, done: Done<readonly WireFill[]>): void {
    const { exchange, offsetUs } = this.options
    const { symbol } = this.market(instrument)
    this.calls.run(
      'query',
      () => fetchPages(exchange, symbol, Math.floor((since.time + offsetUs()) / 1000)),
      (answer) => all(answer, (trade) => fillOf(trade, this.context(instrument))),
      done,
    )
  }

  fetchPositions(done: Done<readonly WirePosition[]>): void {
    const { exchange, markets } = this.options
    const isSpot = markets.every(({ spec }) => spec.kind === 'spot')
    const symbols = markets.map(({ symbol }) => symbol)
    const held = markets.map((market, instrument) => ({ market, grid: this.grid(instrument) }))
    this.calls.run(
      'query',
      () => (isSpot ? exchange.fetchBalance() : exchange.fetchPositions(symbols)),
      (answer) => (isSpot ? readBalances(answer, held) : readPositions(answer, held)),
      done,
    )
  }

  fetchTime(done: Done<TimeUs>): void {
    const { exchange } = this.options
    this.calls.run(
      'query',
      () => exchange.fetchTime(),
      (answer) => (typeof answer === 'number' ? timeUs(Math.round(answer * 1000)) : undefined),
      done,
    )
  }

  private placed(answer: LaneAnswer, order: WireOrder, done: Done<WireOrderState>): void {
    const { exchange } = this.options
    switch (answer.kind) {
      case 'ok': {
        const { instrument } = order.command
        const parsed = exchange.parseOrder(answer.order, exchange.market(this.market(instrument).symbol))
        const value = newOrderStateOf(parsed, order, this.context(instrument))
        return done(value === undefined ? unreadable : { kind: 'ok', value })
      }
      case 'failed':
        return done(this.calls.refusal('create', answer.facts, answer.text))
      case 'lost':
        return done({ kind: 'unknown', text: 'the connection closed before an answer came' })
      default:
        unreachable(answer)
    }
  }

  private deadMan(): ExchangeWire['armDeadMan'] {
    const { exchange, markets } = this.options
    const way = this.profile.deadMan
    if (way === undefined) return undefined
    const state = { state: undefined }
    return (timeout, done) =>
      this.calls.run(
        'cancel',
        () => armDeadMan(exchange, way, markets, Math.floor(timeout / 1000)),
        () => state,
        unwrapped(done),
      )
  }

  /** A message of a stream: its symbol tells the instrument. Undefined for one that is not of this session. */
  private read<T>(
    message: unknown,
    parse: (message: unknown, context: ParseContext) => T | undefined,
  ): T | undefined {
    const symbol = isRecord(message) ? textOf(message.symbol) : undefined
    const instrument = this.options.markets.findIndex((market) => market.symbol === symbol)
    if (instrument < 0) return undefined
    const parsed = parse(message, this.context(instrument))
    if (parsed === undefined) this.options.onNotice(`a message on ${symbol} that cannot be read`)
    return parsed
  }

  private market(instrument: number): LiveMarket {
    return at(this.options.markets, instrument)
  }

  private grid(instrument: number): NumberGrid {
    return at(this.grids, instrument)
  }

  private context(instrument: number): ParseContext {
    return at(this.contexts, instrument)
  }
}

function at<T>(list: readonly T[], instrument: number): T {
  const found = list[instrument]
  if (found === undefined) throw new RangeError(`no instrument ${instrument}`)
  return found
}
