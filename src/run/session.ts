/**
 * One strategy on one engine: takes inputs one at a time, in order, and lets nothing else in. Replay, paper, live and
 * offline re-execution differ only in who calls the inputs, and with which clock, timers and venue.
 */
import type { SubscriptionHandler } from '../book/subscription-cursor.ts'
import type { Clock } from '../clock/clock.ts'
import type { TimerTable } from '../clock/timer-table.ts'
import { InvariantError, unreachable } from '../core/errors.ts'
import { createPrng } from '../core/prng.ts'
import type { ExecutionEngine } from '../execution/execution-engine.ts'
import type { Notification } from '../execution/notification.ts'
import { isAccountReport, type VenueReport, writeAccountReport } from '../model/account-report.ts'
import type { Instrument } from '../model/instrument.ts'
import {
  type JournalSink,
  type OperatorCommand,
  operatorCommand,
  recordKind,
} from '../model/journal-record.ts'
import type { Bar, MarketView, Trade } from '../model/market-data.ts'
import type { OrderRequest } from '../model/order.ts'
import { writeReport } from '../model/report-record.ts'
import type { VenuePosition } from '../model/session-record.ts'
import type { PositionTracker } from '../position/position-tracker.ts'
import type { Strategy, StrategyContext } from '../strategy/strategy.ts'
import { checkBracket, checkOco, checkOrderRequest } from './order-request-checks.ts'
import { checkAmendRequest, InstantGuard, refuseAsync } from './strategy-gate.ts'

export interface SessionOptions {
  readonly seed: number
  readonly clock: Clock
  readonly timers: TimerTable
  readonly instruments: readonly Instrument[]
  readonly markets: readonly MarketView[]
  readonly engine: ExecutionEngine
  readonly positions: PositionTracker
  readonly journal: JournalSink
  /** Of limit orders that name none. Default: gtc. */
  readonly defaultTimeInForce?: 'gtc' | 'ioc' | 'fok' | undefined
  /** Called once, before the first input. */
  readonly createStrategy: (context: StrategyContext) => Strategy
  readonly onLog?: (time: number, text: string) => void
}

export class Session implements SubscriptionHandler {
  private readonly options: SessionOptions
  // What every input asks for, in fields: an object put together by whoever wires it has no shape that lasts from run to run.
  private readonly clock: Clock
  private readonly timers: TimerTable
  private readonly engine: ExecutionEngine
  private readonly journal: JournalSink
  private readonly strategy: Strategy

  constructor(options: SessionOptions) {
    this.options = options
    this.clock = options.clock
    this.timers = options.timers
    this.engine = options.engine
    this.journal = options.journal
    this.strategy = options.createStrategy(this.createContext())
    refuseAsync(this.strategy)
  }

  start(): void {
    this.strategy.onStart?.()
    this.settle()
  }

  applyReport(report: VenueReport): void {
    const { journal, clock, engine } = this
    if (isAccountReport(report)) writeAccountReport(journal, clock.now(), report)
    else writeReport(journal, clock.now(), report)
    engine.applyReport(report)
    this.settle()
  }

  fireTimer(id: number): void {
    const { timers, journal, clock } = this
    if (!timers.isPending(id)) return
    journal.record(recordKind.timer, clock.now(), 0, 0, id)
    timers.fire(id)
    this.settle()
  }

  onTrade(trade: Trade): void {
    this.strategy.onTrade?.(trade)
    this.settle()
  }

  onBar(bar: Bar): void {
    this.strategy.onBar?.(bar)
    this.settle()
  }

  onBook(instrument: number): void {
    this.strategy.onBook?.(instrument)
    this.settle()
  }

  /** What the venue says we hold: journaled by who received it. */
  applyVenuePosition({ instrument, qty }: VenuePosition): void {
    this.engine.comparePosition(instrument, qty)
    this.settle()
  }

  /** A process takes the session over. @param fence its fencing token, higher than any before */
  beginEpoch(fence: number): void {
    const { journal, clock, engine } = this.options
    journal.record(recordKind.epoch, clock.now(), 0, 0, fence)
    engine.beginEpoch()
    this.settle()
  }

  /** An operator's command. */
  operate(command: OperatorCommand): void {
    const { journal, clock, engine } = this
    journal.record(recordKind.operator, clock.now(), 0, operatorCommand[command])
    switch (command) {
      case 'stop':
      case 'kill':
        engine.emergencyStop()
        break
      case 'resume':
        engine.resume()
        break
      case 'reduce':
        engine.reduce()
        break
      default:
        unreachable(command)
    }
    this.settle()
  }

  /** The data is over: what still works ends with that reason, and the strategy is told. */
  end(): void {
    this.engine.endOfData()
    this.settle()
    this.strategy.onEnd?.()
    this.settle()
    this.engine.endOfData()
    this.settle()
  }

  /** Hands on what the input caused, and what that causes in turn, until it is quiet. */
  private settle(): void {
    const { engine } = this
    for (let next = engine.takeNotification(); next !== undefined; next = engine.takeNotification()) {
      this.notify(next)
    }
  }

  private notify(notification: Notification): void {
    switch (notification.kind) {
      case 'order':
      case 'amend-refused':
        this.strategy.onOrder?.(notification.order)
        return
      case 'fill':
        this.strategy.onFill?.(notification.fill, notification.order)
        return
      case 'liquidation':
        this.strategy.onLiquidation?.(notification.fill)
        return
      case 'parent':
        this.strategy.onParent?.(notification.parent)
        return
      default:
        unreachable(notification)
    }
  }

  private createContext(): StrategyContext {
    const { clock, engine, timers, instruments, markets, positions, journal, seed, onLog } = this.options
    const market = (instrument = 0): MarketView => {
      const view = markets[instrument]
      if (view === undefined) throw new InvariantError(`no instrument ${instrument}`)
      return view
    }
    return {
      instruments,
      now: () => clock.now(),
      market,
      ...this.createCommands(),
      cancelParent: (id) => engine.cancelParent(id),
      order: (id) => engine.order(id),
      workingOrders: (instrument) => engine.workingOrders(instrument),
      position: (instrument = 0) => positions.position(instrument),
      equity: () => positions.equity(),
      cancelTimer: (id) => timers.cancel(id),
      random: (name) => createPrng(seed, `strategy/${name}`),
      log: (text) => {
        journal.text(recordKind.log, clock.now(), text)
        onLog?.(clock.now(), text)
      },
      emergencyStop: () => engine.emergencyStop(),
    }
  }

  private createSubmits(
    guard: InstantGuard,
  ): Pick<StrategyContext, 'submit' | 'submitOco' | 'submitBracket'> {
    const { clock, engine, instruments, defaultTimeInForce } = this.options
    const timed = (request: OrderRequest): OrderRequest => withTimeInForce(request, defaultTimeInForce)
    const check = (request: OrderRequest): void => {
      guard.count(clock.now())
      checkOrderRequest(request, instruments.length)
    }
    return {
      submit: (request) => {
        check(request)
        return engine.submit(timed(request))
      },
      submitOco: (first, second) => {
        check(first)
        check(second)
        checkOco(first, second)
        return engine.submitOco(first, second)
      },
      submitBracket: (request) => {
        check(request.entry)
        check(request.stopLoss)
        check(request.takeProfit)
        checkBracket(request)
        return engine.submitBracket(request)
      },
    }
  }

  /** What a strategy asks for, looked at on the way. */
  private createCommands(): Pick<
    StrategyContext,
    'submit' | 'submitOco' | 'submitBracket' | 'amend' | 'cancel' | 'execute' | 'setTimer'
  > {
    const { clock, engine, timers } = this.options
    const guard = new InstantGuard()
    return {
      ...this.createSubmits(guard),
      amend: (id, request) => {
        guard.count(clock.now())
        checkAmendRequest(request)
        engine.amend(id, request)
      },
      cancel: (id) => engine.cancel(id),
      execute: (request) => {
        guard.count(clock.now())
        return engine.execute(request)
      },
      setTimer: (at, fire) => {
        guard.count(clock.now())
        return timers.set(at, fire)
      },
    }
  }
}

/** An order that has to stand in the book to mean anything keeps the usual one. */
function withTimeInForce(
  request: OrderRequest,
  timeInForce: SessionOptions['defaultTimeInForce'],
): OrderRequest {
  if (timeInForce === undefined || request.type !== 'limit' || request.timeInForce !== undefined)
    return request
  return request.postOnly === true || request.displayQty !== undefined ? request : { ...request, timeInForce }
}
