/**
 * A venue that does what a test tells it: it notes the commands, and the test answers when and how it likes. With it
 * come a market with a price one can set, timers one can run, and an engine over all of these.
 */
import { SimulatedClock } from '../../src/clock/simulated-clock.ts'
import { TimerTable } from '../../src/clock/timer-table.ts'
import { EventQueue } from '../../src/core/event-queue.ts'
import { createPrng } from '../../src/core/prng.ts'
import {
  type MoneyQuanta,
  moneyQuanta,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  timeUs,
} from '../../src/core/units.ts'
import { ExecutionEngine, type ExecutionEngineOptions } from '../../src/execution/execution-engine.ts'
import type { Notification } from '../../src/execution/notification.ts'
import type {
  AmendCommand,
  CancelCommand,
  ExecutionReport,
  Liquidity,
  SubmitCommand,
} from '../../src/model/execution-report.ts'
import { Instrument, type InstrumentSpec } from '../../src/model/instrument.ts'
import { type JournalSink, type RecordKind, recordKind } from '../../src/model/journal-record.ts'
import type { MarketView } from '../../src/model/market-data.ts'
import type { ClientOrderId, ReasonCode } from '../../src/model/order.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { RiskGuard } from '../../src/risk/risk-guard.ts'
import type { RiskLimits } from '../../src/risk/risk-limits.ts'
import type { Venue } from '../../src/venue/venue.ts'

export type Command =
  | ({ readonly kind: 'submit' } & SubmitCommand)
  | ({ readonly kind: 'amend' } & AmendCommand)
  | ({ readonly kind: 'cancel' } & CancelCommand)

/** One tick is 0.1, one lot 0.001: a tick·lot is worth 0.0001, or 100 quanta of 0.000001. */
export function testInstrument(changes: Partial<InstrumentSpec> = {}): Instrument {
  return new Instrument({
    id: 'BTCUSDT',
    venue: 'test',
    kind: 'linear',
    baseCurrency: 'BTC',
    settleCurrency: 'USDT',
    tickSize: '0.1',
    lotSize: '0.001',
    minNotional: '0',
    contractSize: '1',
    settleQuantum: '0.000001',
    ...changes,
  })
}

export class FakeMarket implements MarketView {
  readonly markPrice = (): undefined => undefined
  bid: PriceTicks | undefined = priceTicks(999)
  ask: PriceTicks | undefined = priceTicks(1001)
  /** Undefined: always as new as can be. */
  updatedAt: number | undefined
  isSilent = false
  stale = false
  /** Lots traded so far. */
  volume = 0
  private readonly clock: SimulatedClock

  constructor(clock: SimulatedClock) {
    this.clock = clock
  }

  quote(bid: number | undefined, ask: number | undefined): void {
    this.bid = bid === undefined ? undefined : priceTicks(bid)
    this.ask = ask === undefined ? undefined : priceTicks(ask)
  }

  bestBid = (): PriceTicks | undefined => this.bid
  bestAsk = (): PriceTicks | undefined => this.ask
  bestBidQty = (): QtyLots => qtyLots(1)
  bestAskQty = (): QtyLots => qtyLots(1)
  lastTradePrice = (): PriceTicks | undefined => this.bid
  levels = () => []
  midTimes2 = (): number | undefined =>
    this.bid === undefined || this.ask === undefined ? undefined : this.bid + this.ask
  lastUpdate = () =>
    this.isSilent ? undefined : this.updatedAt === undefined ? this.clock.now() : timeUs(this.updatedAt)
  isStale = (): boolean => this.stale
  tradedQty = (): number => this.volume
  tradedNotional = (): number => 0
}

export interface FakeRecord {
  readonly kind: string
  readonly time: number
  readonly instrument: number
  readonly sub: number
  readonly fields: readonly number[]
}

export class FakeJournal implements JournalSink {
  readonly records: FakeRecord[] = []

  record(kind: RecordKind, time: number, instrument: number, sub: number, ...fields: number[]): void {
    const name = Object.entries(recordKind).find(([, code]) => code === kind)?.[0] ?? String(kind)
    this.records.push({ kind: name, time, instrument, sub, fields })
  }

  text(): void {}

  ofKind(kind: keyof typeof recordKind): FakeRecord[] {
    return this.records.filter((record) => record.kind === kind)
  }
}

export interface BenchOptions {
  readonly instruments?: readonly Instrument[]
  readonly balance?: MoneyQuanta
  readonly limits?: Partial<RiskLimits>
  readonly fees?: { readonly maker: number; readonly taker: number }
  readonly seed?: number
  readonly engine?: Partial<
    Pick<ExecutionEngineOptions, 'orderTimeout' | 'answerTimeout' | 'valuationInterval'>
  >
}

export const startTime = timeUs(1_700_000_000_000_000)

export class FakeVenue implements Venue {
  readonly commands: Command[] = []

  submit(command: SubmitCommand): void {
    this.commands.push({ kind: 'submit', ...command })
  }

  amend(command: AmendCommand): void {
    this.commands.push({ kind: 'amend', ...command })
  }

  cancel(command: CancelCommand): void {
    this.commands.push({ kind: 'cancel', ...command })
  }

  /** Commands since the last call. */
  take(): Command[] {
    return this.commands.splice(0)
  }
}

/** An engine on a fake venue. No limits but those given; a balance that is never short. */
export class Bench {
  readonly clock = new SimulatedClock(startTime)
  readonly venue = new FakeVenue()
  readonly journal = new FakeJournal()
  readonly markets: readonly FakeMarket[]
  readonly positions: PositionTracker
  readonly risk: RiskGuard
  readonly engine: ExecutionEngine
  readonly timers: TimerTable
  /** Everything `takeNotification` gave, in order. */
  readonly notifications: Notification[] = []
  private readonly queue = new EventQueue<number>()
  private readonly cumQty: number[] = []
  private lastTradeId = 0

  constructor(options: BenchOptions = {}) {
    const instruments = options.instruments ?? [testInstrument()]
    const { clock, queue, journal, venue } = this
    this.markets = instruments.map(() => new FakeMarket(clock))
    this.timers = new TimerTable({
      schedule: (at, id) => queue.push(Math.max(at, clock.now()), 0, id),
      unschedule: () => {},
    })
    this.positions = new PositionTracker({
      instruments,
      balance: options.balance ?? moneyQuanta(1e12),
      fees: instruments.map(() => options.fees ?? { maker: 0, taker: 0 }),
      markets: this.markets,
    })
    this.risk = new RiskGuard({
      limits: { leverage: 1, isBalanceChecked: false, ...options.limits },
      account: this.positions,
      instruments,
      markets: this.markets,
      journal,
      now: clock.now(),
    })
    this.engine = new ExecutionEngine({
      clock,
      timers: this.timers,
      venue,
      risk: this.risk,
      positions: this.positions,
      journal,
      markets: this.markets,
      random: (name) => createPrng(options.seed ?? 1, name),
      ...options.engine,
    })
  }

  get market(): FakeMarket {
    const [market] = this.markets
    if (market === undefined) throw new Error('no market')
    return market
  }

  /** Lets time pass, firing timers on the way. @param until microseconds since `startTime` */
  runTo(until: number): void {
    const end = startTime + until
    while (this.queue.nextTime <= end) {
      this.clock.advanceTo(timeUs(this.queue.nextTime))
      this.timers.fire(this.queue.pop())
      this.drain()
    }
    this.clock.advanceTo(timeUs(end))
  }

  drain(): Notification[] {
    const fresh: Notification[] = []
    for (let n = this.engine.takeNotification(); n !== undefined; n = this.engine.takeNotification()) {
      fresh.push(n)
    }
    this.notifications.push(...fresh)
    return fresh
  }

  apply(report: ExecutionReport): void {
    this.engine.applyReport(report)
    this.drain()
  }

  accept(id: ClientOrderId): void {
    this.apply({ kind: 'accepted', ...this.base(id) })
  }

  reject(id: ClientOrderId, reason: ReasonCode = 'post-only-would-take'): void {
    this.apply({ kind: 'rejected', ...this.base(id), reason })
  }

  cancel(id: ClientOrderId, reason: ReasonCode = 'canceled-by-strategy'): void {
    this.apply({ kind: 'canceled', ...this.base(id), reason })
  }

  expire(id: ClientOrderId, reason: ReasonCode = 'ioc-remainder'): void {
    this.apply({ kind: 'expired', ...this.base(id), reason })
  }

  /** Fills in the order in which the venue trades; `fillReport` makes one without sending it. */
  fill(id: ClientOrderId, qty: number, price: number, liquidity: Liquidity = 'maker'): void {
    this.apply(this.fillReport(id, qty, price, liquidity))
  }

  fillReport(id: ClientOrderId, qty: number, price: number, liquidity: Liquidity = 'maker'): ExecutionReport {
    this.cumQty[id] = (this.cumQty[id] ?? 0) + qty
    return {
      kind: 'fill',
      ...this.base(id),
      tradeId: ++this.lastTradeId,
      lastPrice: priceTicks(price),
      lastQty: qtyLots(qty),
      liquidity,
    }
  }

  base(id: ClientOrderId) {
    return {
      clientOrderId: id,
      instrument: this.engine.order(id)?.instrument ?? 0,
      exchangeTime: this.clock.now(),
      cumQty: qtyLots(this.cumQty[id] ?? 0),
    }
  }
}
