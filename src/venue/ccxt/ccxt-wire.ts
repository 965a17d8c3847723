/** The wire port over a real exchange, by ccxt: calls, their outcomes, and what the venue says by itself. */
import { unreachable } from '../../core/errors.ts'
import { type DurationUs, qtyLots, type TimeUs, timeUs } from '../../core/units.ts'
import { type CcxtExchange, implicitMethod, isRecord, type Params, textOf } from './ccxt-exchange.ts'
import { type CallKind, type FailedOutcome, type HttpFacts, outcomeOf } from './error-outcome.ts'
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
import { type LaneAnswer, laneUrl, OrderLane } from './order-lane.ts'
import { fillOf, orderStateOf, type ParseContext } from './order-parser.ts'
import { createArguments } from './order-request.ts'
import { fetchPages } from './page-fills.ts'
import { redact, type VenueKeys } from './secret.ts'
import { UserStream } from './user-stream.ts'
import { profileOf, type VenueProfile } from './venue-profiles.ts'

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
  private readonly lane: OrderLane | undefined
  private stream: UserStream | undefined

  constructor(options: CcxtWireOptions) {
    const { exchange, markets, now } = options
    this.options = options
    this.profile = profileOf(exchange.id)
    this.grids = markets.map(({ spec }) => new NumberGrid(spec))
    this.contexts = this.grids.map((grid, instrument) => ({
      ...{ exchangeId: exchange.id, instrument, grid, now },
      ownId: exchange.id === 'gate' ? (id: string) => id.replace(/^t-/, '') : (id: string) => id,
    }))
    this.armDeadMan = this.deadMan()
    this.lane = this.openLane()
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
    this.run(
      'create',
      () => exchange.createOrder(symbol, type, side, amount, price, params),
      (answer) => this.newOrder(answer, order),
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
    this.run(
      'amend',
      () => exchange.editOrder(venueOrderId, symbol, 'limit', side, ...numbers, {}),
      (answer) => ({ state: named(orderStateOf(answer, this.context(instrument)), amend) }),
      unwrapped(done),
    )
  }

  cancelOrder(ref: WireRef, done: Done<WireOrderState | undefined>): void {
    const { exchange } = this.options
    const { symbol } = this.market(ref.instrument)
    this.run(
      'cancel',
      async () => {
        const asked = await this.address(ref)
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
    this.run(
      'cancel',
      () => exchange.cancelAllOrders(symbol),
      () => state,
      unwrapped(done),
    )
  }

  fetchOrder(ref: WireRef, done: Done<WireOrderState>): void {
    const context = this.context(ref.instrument)
    this.run(
      'query',
      () => this.find(ref),
      (answer) => (answer === notFound ? undefined : named(orderStateOf(answer, context), ref)),
      done,
    )
  }

  fetchOpenOrders(instrument: number, done: Done<readonly WireOrderState[]>): void {
    const { exchange } = this.options
    const { symbol } = this.market(instrument)
    this.run(
      'query',
      () => exchange.fetchOpenOrders(symbol),
      (answer) => all(answer, (order) => orderStateOf(order, this.context(instrument))),
      done,
    )
  }

  fetchFills(instrument: number, since: FillsSince, done: Done<readonly WireFill[]>): void {
    const { exchange, offsetUs } = this.options
    const { symbol } = this.market(instrument)
    this.run(
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
    this.run(
      'query',
      () => (isSpot ? exchange.fetchBalance() : exchange.fetchPositions(symbols)),
      (answer) => (isSpot ? this.balances(answer) : this.positions(answer)),
      done,
    )
  }

  fetchTime(done: Done<TimeUs>): void {
    const { exchange } = this.options
    this.run(
      'query',
      () => exchange.fetchTime(),
      (answer) => (typeof answer === 'number' ? timeUs(Math.round(answer * 1000)) : undefined),
      done,
    )
  }

  private openLane(): OrderLane | undefined {
    const { exchange, markets, keys, recvWindowMs, now, offsetUs } = this.options
    const kind = markets[0]?.spec.kind
    const url = keys && kind && laneUrl(exchange.id, exchange.urls, kind, keys)
    if (keys === undefined || url === undefined) return undefined
    const venueTimeMs = (): number => (now() + offsetUs()) / 1000
    const lane = new OrderLane({ url, keys, recvWindowMs, venueTimeMs })
    lane.open()
    return lane
  }

  private placed(answer: LaneAnswer, order: WireOrder, done: Done<WireOrderState>): void {
    const { exchange, keys } = this.options
    switch (answer.kind) {
      case 'ok': {
        const { symbol } = this.market(order.command.instrument)
        const value = this.newOrder(exchange.parseOrder(answer.order, exchange.market(symbol)), order)
        return done(value === undefined ? unreadable : { kind: 'ok', value })
      }
      case 'failed':
        return done(this.outcome('create', new ExchangeError(), answer.facts, redact(answer.text, keys)))
      case 'lost':
        return done({ kind: 'unknown', text: 'the connection closed before an answer came' })
      default:
        unreachable(answer)
    }
  }

  /** The answer to a new order may be no more than its number. */
  private newOrder(answer: unknown, { clientId, command }: WireOrder): WireOrderState | undefined {
    if (!isRecord(answer)) return undefined
    const { side, qty, price, instrument } = command
    const grid = this.grid(instrument)
    const asked = {
      ...{ side, amount: grid.qtyNumber(qty), filled: 0, status: 'open', clientOrderId: clientId },
      ...(price === undefined ? { type: 'market' } : { type: 'limit', price: grid.priceNumber(price) }),
    }
    const told = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))
    return orderStateOf({ ...asked, ...told }, this.context(instrument))
  }

  private async find(ref: WireRef): Promise<unknown> {
    const { exchange } = this.options
    const { symbol } = this.market(ref.instrument)
    const { venueOrderId, clientId } = ref
    if (venueOrderId !== undefined) return exchange.fetchOrder(venueOrderId, symbol, this.profile.fetchParams)
    if (clientId === undefined) return notFound
    const asked = this.profile.byClientId?.(clientId)
    if (asked !== undefined) return exchange.fetchOrder(asked.id, symbol, asked.params)
    return this.seek(ref.instrument, clientId)
  }

  /** For venues that cannot be asked by client order id. */
  private async seek(instrument: number, clientId: string): Promise<unknown> {
    const { exchange } = this.options
    const { symbol } = this.market(instrument)
    const lists = [await exchange.fetchOpenOrders(symbol), await exchange.fetchClosedOrders(symbol)]
    const context = this.context(instrument)
    for (const order of lists.flat()) if (orderStateOf(order, context)?.clientId === clientId) return order
    return notFound
  }

  private async address(
    ref: WireRef,
  ): Promise<{ readonly id: string | undefined; readonly params: Params } | undefined> {
    if (ref.venueOrderId !== undefined) return { id: ref.venueOrderId, params: {} }
    if (ref.clientId === undefined) return undefined
    const asked = this.profile.byClientId?.(ref.clientId)
    if (asked !== undefined) return asked
    const found = orderStateOf(await this.seek(ref.instrument, ref.clientId), this.context(ref.instrument))
    return found === undefined ? undefined : { id: found.venueOrderId, params: {} }
  }

  private balances(answer: unknown): readonly WirePosition[] | undefined {
    const total = isRecord(answer) ? answer.total : undefined
    if (!isRecord(total)) return undefined
    return this.options.markets.map(({ spec }, instrument) => ({
      instrument,
      qty: this.grid(instrument).qty(total[spec.baseCurrency] ?? 0) ?? qtyLots(0),
    }))
  }

  private positions(answer: unknown): readonly WirePosition[] | undefined {
    if (!Array.isArray(answer)) return undefined
    return this.options.markets.map(({ symbol }, instrument) => {
      const found: unknown = answer.find(
        (position: unknown) => isRecord(position) && position.symbol === symbol,
      )
      const held = isRecord(found) ? this.grid(instrument).qty(found.contracts ?? 0) : undefined
      const isShort = isRecord(found) && found.side === 'short'
      return { instrument, qty: qtyLots((isShort ? -1 : 1) * (held ?? 0) + 0) }
    })
  }

  private deadMan(): ExchangeWire['armDeadMan'] {
    const { exchange, markets } = this.options
    const way = this.profile.deadMan
    if (way === undefined) return undefined
    const arm = async (timeout: DurationUs): Promise<unknown> => {
      const ms = Math.floor(timeout / 1000)
      if (way === 'unified') return implicitCall(exchange, 'cancelAllOrdersAfter', ms)
      const countdown = implicitMethod(exchange, 'fapiPrivatePostCountdownCancelAll')
      for (const { id } of markets) await countdown?.({ symbol: id, countdownTime: ms })
      return undefined
    }
    const state = { state: undefined }
    return (timeout, done) =>
      this.run(
        'cancel',
        () => arm(timeout),
        () => state,
        unwrapped(done),
      )
  }

  /** @param absent the outcome when nothing can be read of the answer; default: unknown */
  private run<T>(
    call: CallKind,
    ask: () => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
    done: Done<T>,
    absent?: FailedOutcome,
  ): void {
    let asked: Promise<unknown>
    try {
      asked = ask()
    } catch (error) {
      return done(this.failure(call, error))
    }
    asked.then(
      (answer) => {
        const value = read(answer)
        if (value !== undefined) return done({ kind: 'ok', value })
        if (answer === notFound) return done({ kind: 'not-found' })
        done(absent ?? unreadable)
      },
      (error: unknown) => done(this.failure(call, error)),
    )
  }

  private failure(call: CallKind, error: unknown): FailedOutcome {
    const { transport, keys } = this.options
    const text = redact(error instanceof Error ? error.message : String(error), keys)
    return this.outcome(call, error, transport.factsOf(error), text)
  }

  private outcome(call: CallKind, error: unknown, facts: HttpFacts | undefined, text: string): FailedOutcome {
    const { exchange, onClockOff } = this.options
    const outcome = outcomeOf({ exchangeId: exchange.id, call, error, facts, text })
    if (outcome.kind === 'not-sent' && outcome.reason === 'refused-before-engine') onClockOff()
    return outcome
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

/** As ccxt calls what a venue refuses for a reason of its own: see error-outcome.ts. */
class ExchangeError extends Error {}

const unreadable: FailedOutcome = { kind: 'unknown', text: 'an answer that cannot be read' }

/** Stands for an answer that would have the order in it, and has not. */
const notFound = Symbol('not found')

/** Some venues answer with the client order id of the request, not of the order. */
function named(state: WireOrderState | undefined, { clientId }: WireRef): WireOrderState | undefined {
  return state === undefined || clientId === undefined ? state : { ...state, clientId }
}

interface MaybeState<T> {
  readonly state: T
}

/** An answer without a state is an answer all the same. */
function unwrapped<T>(done: Done<T>): Done<MaybeState<T>> {
  return (outcome) => done(outcome.kind === 'ok' ? { kind: 'ok', value: outcome.value.state } : outcome)
}

/** Undefined when one of them cannot be read: the list would lack it. */
function all<T>(answer: unknown, read: (value: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(answer)) return undefined
  const values: T[] = []
  for (const one of answer) {
    const value = read(one)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

async function implicitCall(exchange: CcxtExchange, name: string, argument: unknown): Promise<unknown> {
  const method: unknown = Reflect.get(exchange, name)
  return typeof method === 'function' ? Reflect.apply(method, exchange, [argument]) : undefined
}

function at<T>(list: readonly T[], instrument: number): T {
  const found = list[instrument]
  if (found === undefined) throw new RangeError(`no instrument ${instrument}`)
  return found
}
