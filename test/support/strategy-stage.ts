/**
 * A stage for one strategy without engine or venue: the test moves the market and the time and answers the orders,
 * the stage writes down what the strategy asked for.
 */
import { createPrng } from '../../src/core/prng.ts'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { Instrument, type InstrumentSpec } from '../../src/model/instrument.ts'
import type { MarketView } from '../../src/model/market-data.ts'
import type { Order, OrderRequest, OrderState } from '../../src/model/order.ts'
import type { TapeFacts } from '../../src/model/tape.ts'
import { parseParams } from '../../src/run/parse-params.ts'
import type { Strategy, StrategyContext, StrategyDefinition } from '../../src/strategy/strategy.ts'

/** Tick 0.1, lot 0.001. */
export const btcusdt: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'test',
  kind: 'linear',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '0',
  contractSize: '1',
  settleQuantum: '0.00000001',
}

/** 100 s in which 50 units (50,000 lots) were traded. */
export const factsOf = (changes: Partial<TapeFacts> = {}): TapeFacts => ({
  formatVersion: 1,
  instrument: btcusdt,
  isSynthetic: false,
  sources: ['a.csv'],
  format: 'test',
  levels: ['l2', 'trades'],
  rows: 10,
  rowsByKind: {},
  firstTime: 1_000_000_000,
  lastTime: 1_100_000_000,
  hasReceiveTime: true,
  gaps: 0,
  crossedBooks: 0,
  offMarketTrades: 0,
  offLotQuantities: 0,
  touchChecks: 0,
  touchAgreed: 0,
  clock: { offsetUs: 0, driftPpm: 0 },
  tradedLots: 50_000,
  notes: [],
  dataHash: '',
  ...changes,
})

/** Its account holds 25 USDT. */
export interface Stage {
  readonly strategy: Strategy
  /** As they go into the configuration of the run. */
  readonly params: Readonly<Record<string, unknown>>
  /** Everything asked for, in order: `submit`, `cancel`, … with its arguments. */
  readonly asked: (readonly [string, ...unknown[]])[]
  /** In ticks. */
  touch(bid: number | undefined, ask: number | undefined): void
  hold(lots: number): void
  /** The market trades so many lots. */
  trade(lots: number): void
  /** Moves the time, firing timers on the way. */
  passTo(time: number): void
  setOrder(id: number, state: OrderState): Order
}

export function stage(
  definition: StrategyDefinition,
  given: Record<string, unknown> = {},
  spec: InstrumentSpec = btcusdt,
): Stage {
  const instrument = new Instrument(spec)
  const params = parseParams({ definition, given, market: { facts: factsOf(), instrument } })
  const asked: (readonly [string, ...unknown[]])[] = []
  const orders = new Map<number, Order>()
  let timers: { at: number; fire: () => void }[] = []
  let now = 1_000_000_000
  let bid: number | undefined
  let ask: number | undefined
  let held = 0
  let traded = 0
  const ticks = (price: number | undefined) => (price === undefined ? undefined : priceTicks(price))
  const market: MarketView = {
    bestBid: () => ticks(bid),
    bestAsk: () => ticks(ask),
    bestBidQty: () => undefined,
    bestAskQty: () => undefined,
    lastTradePrice: () => undefined,
    levels: () => [],
    midTimes2: () => (bid === undefined || ask === undefined ? undefined : bid + ask),
    markPrice: () => undefined,
    lastUpdate: () => undefined,
    isStale: () => false,
    tradedQty: () => traded,
    tradedNotional: () => 0,
  }
  const context: StrategyContext = {
    instruments: [instrument],
    now: () => timeUs(now),
    market: () => market,
    submit: (request) => {
      const id = orders.size + 1
      asked.push(['submit', request])
      orders.set(id, orderOf(id, request))
      return id
    },
    submitOco: () => [0, 0],
    submitBracket: () => ({ entry: 0, stopLoss: 0, takeProfit: 0 }),
    amend: (id, request) => void asked.push(['amend', id, request]),
    cancel: (id) => void asked.push(['cancel', id]),
    execute: (request) => {
      asked.push(['execute', request])
      return 1
    },
    cancelParent: (id) => void asked.push(['cancelParent', id]),
    order: (id) => orders.get(id),
    workingOrders: () => [...orders.values()].filter(({ isWorking }) => isWorking),
    position: () => ({
      instrument: 0,
      qty: qtyLots(held),
      dust: 0,
      openCost: 0,
      realizedPnl: moneyQuanta(0),
      fees: moneyQuanta(0),
      funding: moneyQuanta(0),
      tradedQty: 0,
      tradedNotional: 0,
    }),
    equity: () => moneyQuanta(25e8),
    setTimer: (at, fire) => timers.push({ at, fire }),
    cancelTimer: () => undefined,
    random: (name) => createPrng(1, name),
    log: (text) => void asked.push(['log', text]),
    emergencyStop: () => undefined,
  }
  return {
    strategy: definition.create(params.values, context),
    params: params.config,
    asked,
    touch: (newBid, newAsk) => {
      bid = newBid
      ask = newAsk
    },
    hold: (lots) => {
      held = lots
    },
    trade: (lots) => {
      traded += lots
    },
    passTo: (time) => {
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers = timers.filter((timer) => timer !== next)
        now = Math.max(now, next.at)
        next.fire()
      }
      now = time
    },
    setOrder: (id, state) => {
      const before = orders.get(id)
      if (before === undefined) throw new Error(`no order ${id}`)
      const order = { ...before, state, isWorking: ['submitted', 'open', 'canceling'].includes(state.kind) }
      orders.set(id, order)
      return order
    },
  }
}

function orderOf(clientOrderId: number, request: OrderRequest): Order {
  const isLimit = request.type === 'limit'
  return {
    clientOrderId,
    parentOrderId: undefined,
    instrument: request.instrument,
    side: request.side,
    type: request.type,
    timeInForce: (isLimit ? request.timeInForce : undefined) ?? 'gtc',
    postOnly: (isLimit ? request.postOnly : undefined) ?? false,
    reduceOnly: false,
    price: isLimit ? request.price : undefined,
    triggerPrice: undefined,
    triggeredAt: undefined,
    terms: undefined,
    qty: request.qty,
    cumQty: qtyLots(0),
    leavesQty: request.qty,
    cumNotional: 0,
    state: { kind: 'submitted', sentAt: timeUs(0) },
    isWorking: true,
    createdAt: timeUs(0),
    acceptedAt: undefined,
    doneAt: undefined,
    arrivalMidTimes2: undefined,
    tag: request.tag,
  }
}
