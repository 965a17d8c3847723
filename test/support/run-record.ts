/**
 * A run as `run/` leaves it behind, generated from a seed: a TWAP of limit children that finishes, an iceberg that
 * does not, a quoting strategy with fills on both sides, and orders denied, rejected, expired and canceled. Prices
 * and times fit together the way those of a real run do; numbers that a test asserts are set by the test itself.
 */
import { createPrng, type Prng } from '../../src/core/prng.ts'
import {
  type DurationUs,
  durationUs,
  moneyQuanta,
  type PriceTicks,
  priceTicks,
  qtyLots,
  timeUs,
} from '../../src/core/units.ts'
import type { Fill } from '../../src/model/fill.ts'
import { Instrument, type InstrumentSpec } from '../../src/model/instrument.ts'
import type { Order, OrderState, Side } from '../../src/model/order.ts'
import type { ParentOrder } from '../../src/model/parent-order.ts'
import type { MarketSamples, RunRecord } from '../../src/model/run-record.ts'
import { accountOf, drawLatencies, walkMarket } from './sampled-market.ts'
import { tapeFacts } from './tape-facts.ts'

export const btcusdt: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'binance-usdm',
  kind: 'linear',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '5',
  contractSize: '1',
  settleQuantum: '0.00000001',
}
const instrument = new Instrument(btcusdt)
export const runStart = 1_723_075_200_000_000 // 2024-08-08T00:00:00Z

export interface RunRecordOptions {
  readonly seed?: number
  /** Microseconds. */
  readonly spanUs?: number
  /** Between samples, microseconds. */
  readonly intervalUs?: number
  /** Time between two pairs of quotes, microseconds. */
  readonly quoteUs?: number
  readonly latencyUs?: number
}

export function buildRunRecord(options: RunRecordOptions = {}): RunRecord {
  const full = { seed: 7, spanUs: 345_000_000, intervalUs: 100_000, quoteUs: 5_000_000, ...options }
  const builder = new RunBuilder({ latencyUs: 2_500, ...full })
  builder.twap({ qty: 2_000, slices: 30, durationUs: full.spanUs * 0.85 })
  builder.iceberg({ qty: 600, pieces: 6, durationUs: full.spanUs * 0.5 })
  builder.quotes()
  builder.refusals()
  return builder.record()
}

type Settings = Required<RunRecordOptions>

class RunBuilder {
  private readonly settings: Settings
  private readonly prng: Prng
  private readonly market: MarketSamples
  private readonly orders: Order[] = []
  private readonly parents: ParentOrder[] = []
  private readonly fills: Fill[] = []

  constructor(settings: Settings) {
    this.settings = settings
    this.prng = createPrng(settings.seed, 'fixture')
    this.market = walkMarket({ start: runStart, ...settings }, createPrng(settings.seed, 'fixture/market'))
  }

  twap({ qty, slices, durationUs }: { qty: number; slices: number; durationUs: number }): void {
    const children: number[] = []
    const start = Math.floor(this.settings.spanUs * 0.05)
    for (let slice = 0; slice < slices; slice++) {
      const at = start + Math.floor((slice * durationUs) / slices)
      const lots = Math.floor((qty * (slice + 1)) / slices) - Math.floor((qty * slice) / slices)
      const child = {
        at,
        side: 'buy',
        qty: lots,
        parentOrderId: 1,
        offset: slice % 4 === 3 ? 1 : -1,
      } as const
      children.push(
        this.work({ ...child, liveUs: durationUs / slices, fill: true, tag: `slice ${slice + 1}` }),
      )
    }
    const algo = { algo: 'twap', duration: 0, slices, childType: 'limit' } as const
    this.parent({ id: 1, at: start, side: 'buy', qty, children, algo: { ...algo, duration: us(durationUs) } })
  }

  iceberg({ qty, pieces, durationUs }: { qty: number; pieces: number; durationUs: number }): void {
    const children: number[] = []
    const start = Math.floor(this.settings.spanUs * 0.3)
    for (let piece = 0; piece < pieces; piece++) {
      const at = start + Math.floor((piece * durationUs) / pieces)
      const fill = piece < pieces - 2
      const child = { at, side: 'sell', qty: qty / pieces, parentOrderId: 2, offset: -3, fill } as const
      children.push(this.work({ ...child, liveUs: durationUs / pieces, tag: undefined }))
    }
    const algo = { algo: 'iceberg', price: this.touch(start, 'sell'), visiblePct: 1 / pieces } as const
    const rest = { minVisibleSize: qtyLots(1), maxRefreshTime: us(1_000_000) }
    this.parent({ id: 2, at: start, side: 'sell', qty, children, algo: { ...algo, ...rest } })
  }

  quotes(): void {
    for (let at = 0; at + this.settings.quoteUs < this.settings.spanUs; at += this.settings.quoteUs) {
      for (const side of ['buy', 'sell'] as const) {
        const fill = this.prng.nextInt(3) === 0
        const quote = { at, side, qty: 10, parentOrderId: undefined, offset: -2, tag: 'quote' } as const
        this.work({ ...quote, liveUs: this.settings.quoteUs * 0.9, fill })
      }
    }
  }

  refusals(): void {
    const at = Math.floor(this.settings.spanUs * 0.6)
    const states: OrderState[] = [
      { kind: 'denied', rule: 'price-deviation' },
      { kind: 'rejected', reason: 'post-only-would-take' },
      { kind: 'expired', reason: 'ioc-remainder' },
    ]
    for (const state of states) {
      const order = this.order({
        at,
        side: 'sell',
        qty: 50,
        parentOrderId: undefined,
        offset: 2,
        tag: 'exit',
      })
      const doneAt = timeUs(order.createdAt + (state.kind === 'denied' ? 0 : 2 * this.settings.latencyUs))
      this.orders.push({ ...order, state, isWorking: false, leavesQty: qtyLots(0), doneAt })
    }
  }

  record(): RunRecord {
    const { seed, spanUs } = this.settings
    const orders = this.orders.sort((a, b) => a.createdAt - b.createdAt || a.clientOrderId - b.clientOrderId)
    const fills = this.fills.sort((a, b) => a.time - b.time || a.tradeId - b.tradeId)
    const equity = accountOf(this.market, fills)
    const last = (values: readonly number[]): string => (values.at(-1) ?? 0).toFixed(8)
    const count = (kind: string): number => orders.filter((order) => order.state.kind === kind).length
    return {
      summary: {
        fingerprint: '9f2c41d0a7b35e8846c1f0d2937ab5c4e1086f7729d3b84c5a60e2f1c97d3b58',
        strategy: 'twap',
        seed,
        rows: 2_184_311,
        orders: orders.length,
        fills: fills.length,
        denied: count('denied'),
        rejected: count('rejected'),
        position: { BTCUSDT: (this.market.position.at(-1) ?? 0).toFixed(3) },
        realizedPnl: last(equity.realizedPnl),
        unrealizedPnl: last(equity.unrealizedPnl),
        fees: last(equity.fees),
        equity: last(equity.equity),
        initialBalance: '1000000.00000000',
        spanUs,
        wallMs: 412,
        rowsPerSecond: 5_301_725,
        dataHash: '51b8e0c7f4a92d63810be5d7c29f4a60b3e817d5946f02ca8b7d3e105f96c824',
        configHash: 'e07d9a3c5b1f48267d90c4eb8a35f1627c0b9d84e6f2135a7c98d0b4e1f36a27',
        isSynthetic: false,
        isPartial: false,
        riskState: 'active',
      },
      config: {
        strategy: 'twap',
        params: { side: 'buy', quantity: '2', duration: '300s', slices: '30' },
        settings: { seed, queue: 'risk-averse', fees: { makerBps: '2', takerBps: '5' } },
        level: 'l2',
      },
      level: 'l2',
      assumptions: [
        { name: 'Fill model', value: 'honest: resting orders wait behind the displayed quantity' },
        { name: 'Queue model', value: 'risk-averse: cancels ahead of us never help' },
        { name: 'Order latency', value: 'constant 2.5 ms to the venue, 2.5 ms back' },
        { name: 'Fees', value: 'maker 2 bps, taker 5 bps, in USDT' },
        {
          name: 'Market impact',
          value: 'what we take is gone until the feed refreshes the level; no impact beyond',
        },
      ],
      instruments: [btcusdt],
      facts: [tapeFacts(btcusdt, { firstTime: runStart, spanUs })],
      orders,
      parents: this.parents,
      fills,
      accountReports: [],
      market: [this.market],
      equity,
      latency: drawLatencies(this.prng),
      log: [{ time: runStart + 17_250_000, text: 'first slice' }],
    }
  }

  private parent(input: {
    id: number
    at: number
    side: Side
    qty: number
    children: number[]
    algo: ParentOrder['algo']
  }): void {
    const own = this.fills.filter((fill) => fill.parentOrderId === input.id)
    const cumQty = own.reduce((total, fill) => total + fill.qty, 0)
    const isFilled = cumQty === input.qty
    const lastChild = this.orders.filter((order) => order.parentOrderId === input.id).at(-1)
    this.parents.push({
      parentOrderId: input.id,
      instrument: 0,
      side: input.side,
      qty: qtyLots(input.qty),
      cumQty: qtyLots(cumQty),
      cumNotional: own.reduce((total, fill) => total + fill.price * fill.qty, 0),
      algo: input.algo,
      state: isFilled ? { kind: 'filled' } : { kind: 'done', reason: 'schedule-over' },
      createdAt: timeUs(runStart + input.at),
      doneAt: lastChild?.doneAt,
      arrivalMidTimes2: this.mid2(input.at),
      childOrderIds: input.children,
      tag: input.id === 1 ? 'rebalance to target' : undefined,
    })
  }

  /** Sends an order; it fills half-way through its life, or is canceled at the end of it. */
  private work(input: OrderInput & { liveUs: number; fill: boolean }): number {
    const order = this.order(input)
    const latency = this.settings.latencyUs
    const acceptedAt = timeUs(order.createdAt + 2 * latency)
    const taker = input.offset > 0
    const doneAt = timeUs(
      order.createdAt + 2 * latency + (taker ? 0 : Math.floor(input.liveUs * (input.fill ? 0.5 : 1))),
    )
    const price = order.price ?? priceTicks(1)
    if (!input.fill) {
      const state = { kind: 'canceled', reason: 'canceled-by-strategy' } as const
      this.orders.push({ ...order, acceptedAt, doneAt, state, isWorking: false, leavesQty: qtyLots(0) })
      return order.clientOrderId
    }
    const cumNotional = price * order.qty
    const done = {
      state: { kind: 'filled' },
      isWorking: false,
      cumQty: order.qty,
      leavesQty: qtyLots(0),
    } as const
    this.orders.push({ ...order, ...done, acceptedAt, doneAt, cumNotional })
    const bps = taker ? 5 : 2
    this.fills.push({
      clientOrderId: order.clientOrderId,
      parentOrderId: order.parentOrderId,
      instrument: 0,
      tradeId: this.fills.length + 1,
      side: order.side,
      price,
      qty: order.qty,
      liquidity: taker ? 'taker' : 'maker',
      fee: moneyQuanta(Math.ceil((cumNotional * instrument.quantaPerTickLot * bps) / 10_000)),
      exchangeTime: timeUs(doneAt - latency),
      time: doneAt,
    })
    return order.clientOrderId
  }

  private order(input: OrderInput): Order {
    return {
      clientOrderId: this.orders.length + 1,
      parentOrderId: input.parentOrderId,
      instrument: 0,
      side: input.side,
      type: 'limit',
      timeInForce: 'gtc',
      postOnly: input.offset < 0,
      reduceOnly: false,
      price: priceTicks(this.touch(input.at, input.side) + (input.side === 'buy' ? 1 : -1) * input.offset),
      triggerPrice: undefined,
      triggeredAt: undefined,
      terms: undefined,
      qty: qtyLots(input.qty),
      cumQty: qtyLots(0),
      leavesQty: qtyLots(input.qty),
      cumNotional: 0,
      state: { kind: 'open' },
      isWorking: true,
      createdAt: timeUs(runStart + input.at),
      acceptedAt: undefined,
      doneAt: undefined,
      arrivalMidTimes2: this.mid2(input.at),
      tag: input.tag,
    }
  }

  private sample(at: number): number {
    return Math.min(this.market.time.length - 1, Math.floor(at / this.settings.intervalUs))
  }

  private touch(at: number, side: Side): PriceTicks {
    const prices = side === 'buy' ? this.market.bid : this.market.ask
    return priceTicks(Math.round((prices[this.sample(at)] ?? 0) / instrument.tickSize))
  }

  private mid2(at: number): number {
    return this.touch(at, 'buy') + this.touch(at, 'sell')
  }
}

interface OrderInput {
  readonly at: number
  readonly side: Side
  readonly qty: number
  readonly parentOrderId: number | undefined
  /** Ticks from the touch of the own side towards the market. */
  readonly offset: number
  readonly tag: string | undefined
}

const us = (value: number): DurationUs => durationUs(Math.round(value))
