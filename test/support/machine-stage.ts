/** The order machine over a fake exchange and a stepped clock, and what the engine would make of its reports. */
import { type PriceTicks, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { ExecutionReport, SubmitCommand } from '../../src/model/execution-report.ts'
import { type Order, type Side, signOf } from '../../src/model/order.ts'
import { CcxtVenue } from '../../src/venue/ccxt/ccxt-venue.ts'
import { ClientOrderIds } from '../../src/venue/ccxt/client-order-ids.ts'
import { defaultMachineSettings, type MachineSettings } from '../../src/venue/ccxt/machine-settings.ts'
import { RateBudget, type RateSettings } from '../../src/venue/ccxt/rate-budget.ts'
import type { Recovery } from '../../src/venue/recovery.ts'
import { FakeExchange, type FakeOptions, type FakeOrder } from './fake-exchange-wire.ts'
import { SteppedTime } from './stepped-time.ts'

export const second = 1_000_000
const start = 1_700_000_000_000_000

export interface StageOptions extends Omit<FakeOptions, 'time'> {
  readonly settings?: Partial<MachineSettings>
  readonly rate?: RateSettings
  readonly instruments?: number
  /** Goes on with the exchange, the clock and the orders of another stage, as a new process would. */
  readonly after?: MachineStage
}

/** An order as the engine counts it: fills once each, and always; an end once. */
export interface SeenOrder {
  readonly command: SubmitCommand
  readonly sentAt: number
  /** Of the process that sent it. */
  readonly fence: number
  accepted: boolean
  cumQty: number
  /** Most that any report said. */
  venueCumQty: number
  end: string | undefined
}

export class MachineStage {
  readonly time: SteppedTime
  readonly exchange: FakeExchange
  readonly venue: CcxtVenue
  readonly ids = new ClientOrderIds('session-1')
  readonly reports: ExecutionReport[]
  readonly connections: string[] = []
  readonly notices: string[] = []
  readonly positions: number[] = []
  readonly orders: Map<number, SeenOrder>
  readonly trades: Set<string>
  readonly fence: number
  private isDead = false

  constructor(options: StageOptions = {}) {
    const { after, settings, rate, instruments = 1 } = options
    this.time = after?.time ?? new SteppedTime(start)
    this.exchange = after?.exchange ?? new FakeExchange({ ...options, time: this.time })
    this.orders = after?.orders ?? new Map()
    this.trades = after?.trades ?? new Set()
    this.reports = after?.reports ?? []
    this.fence = (after?.fence ?? 0) + 1
    this.venue = new CcxtVenue({
      wire: this.exchange,
      clock: this.time,
      timers: this.time,
      output: {
        report: (report) => this.take(report),
        connection: (instrument, isUp) => this.connections.push(`${instrument} ${isUp ? 'up' : 'down'}`),
        position: (_instrument, qty) => this.positions.push(qty),
        notice: (text) => this.notices.push(text),
      },
      budget: new RateBudget(this.time, rate ?? { burst: 1000, perSecond: 1000, cancelReserve: 0.3 }),
      ids: this.ids,
      fence: this.fence,
      instruments,
      settings: { ...defaultMachineSettings, ...settings },
    })
  }

  /** The stream is there and everything was compared. */
  start(): this {
    this.venue.start()
    this.exchange.connect(true)
    this.time.pass(second)
    return this
  }

  /** The process is gone: nothing that comes later reaches it. */
  die(): void {
    this.isDead = true
    this.venue.close()
  }

  /** What a session would tell a new process of its orders. */
  recovery(canceled: readonly number[] = []): Recovery {
    const orders = [...this.orders.entries()]
      .filter(([, { end, cumQty, venueCumQty }]) => end === undefined || cumQty < venueCumQty)
      .map(([id, seen]) => ({
        order: orderOf(seen),
        fence: seen.fence,
        cancelReason: canceled.includes(id) ? ('canceled-by-strategy' as const) : undefined,
        amend: undefined,
      }))
    return {
      sessionId: 'session-1',
      fence: this.fence,
      epochs: [],
      orders,
      fills: [],
      lastReportTime: undefined,
    }
  }

  submit(id: number, qty: number, more: Partial<SubmitCommand> = {}): void {
    const command: SubmitCommand = {
      clientOrderId: id,
      instrument: 0,
      side: 'buy',
      qty: qtyLots(qty),
      price: priceTicks(100),
      timeInForce: 'gtc',
      postOnly: false,
      ...more,
    }
    const { fence } = this
    this.orders.set(id, {
      command,
      fence,
      sentAt: this.time.now(),
      accepted: false,
      cumQty: 0,
      venueCumQty: 0,
      end: undefined,
    })
    this.venue.submit(command)
  }

  amend(id: number, price: number, qty: number): void {
    this.venue.amend({ clientOrderId: id, instrument: 0, price: priceTicks(price), qty: qtyLots(qty) })
  }

  cancel(id: number): void {
    this.venue.cancel({ clientOrderId: id, instrument: 0 })
  }

  /** The order as the exchange has it. */
  there(id: number, fence = this.fence): FakeOrder {
    const order = this.exchange.orders.get(this.ids.format(id, fence))
    if (order === undefined) throw new Error(`the exchange has no order ${id}`)
    return order
  }

  /** What was told of one order, in a word each. */
  told(id: number): string[] {
    return this.reports
      .filter(({ clientOrderId }) => clientOrderId === id)
      .map((report) => {
        if (report.kind === 'fill') return `fill ${report.lastQty}`
        return 'reason' in report ? `${report.kind} ${report.reason}` : report.kind
      })
  }

  /** By the fills that were told. */
  position(instrument = 0): number {
    let sum = 0
    for (const { command, cumQty } of this.orders.values()) {
      if (command.instrument === instrument) sum += signOf(command.side) * cumQty
    }
    return sum
  }

  private take(report: ExecutionReport): void {
    if (this.isDead) return
    this.reports.push(report)
    const order = this.orders.get(report.clientOrderId)
    if (order === undefined)
      throw new Error(`a report on order ${report.clientOrderId}, which was never sent`)
    order.venueCumQty = Math.max(order.venueCumQty, report.cumQty)
    if (report.kind === 'accepted') order.accepted = true
    else if (report.kind === 'fill') {
      const key = `${report.instrument}:${report.tradeId}`
      if (this.trades.has(key)) return
      this.trades.add(key)
      order.cumQty += report.lastQty
      if (order.cumQty >= order.command.qty) order.end ??= 'filled'
    } else if (report.kind === 'canceled' || report.kind === 'expired' || report.kind === 'rejected') {
      order.end ??= `${report.kind} ${report.reason}`
    }
  }
}

export const at = (price: number): { readonly price: PriceTicks; readonly side: Side } => ({
  price: priceTicks(price),
  side: price > 100 ? 'sell' : 'buy',
})

function orderOf({ command, sentAt, accepted, cumQty, end }: SeenOrder): Order {
  const { terms, ...same } = command
  const createdAt = timeUs(sentAt)
  return {
    ...same,
    ...{
      parentOrderId: undefined,
      type: command.price === undefined ? 'market' : 'limit',
      reduceOnly: false,
    },
    ...{
      triggerPrice: undefined,
      triggeredAt: undefined,
      terms,
      cumQty: qtyLots(cumQty),
      leavesQty: qtyLots(0),
    },
    ...{ cumNotional: 0, state: { kind: 'open' }, isWorking: end === undefined, createdAt },
    acceptedAt: accepted ? createdAt : undefined,
    ...{ doneAt: undefined, arrivalMidTimes2: undefined, tag: undefined },
  }
}
