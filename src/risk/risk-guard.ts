/**
 * The last gate before an order leaves: every order and amend passes `check`; cancels never do. Also the circuit
 * breaker: `active` lets pass what is within the limits, `reducing` only what shrinks a position, `halted` nothing.
 *
 * Its work per check does not grow with the number of orders or fills before.
 */
import { InvariantError } from '../core/errors.ts'
import { type MoneyQuanta, type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import { type RiskState, riskRuleCode, riskStateCode } from '../model/codes.ts'
import type { Instrument } from '../model/instrument.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type { Order, ReasonCode, RiskRule, Side } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import { DuplicateFilter } from './duplicate-filter.ts'
import { Exposure } from './exposure.ts'
import { LossMonitor } from './loss-monitor.ts'
import { MessageWindow } from './message-window.ts'
import { brokenOrderLimit, type Candidate } from './order-limits.ts'
import { brokenPositionLimit } from './position-limits.ts'
import { PositionWatch } from './position-watch.ts'
import { PriceDrift } from './price-drift.ts'
import { RepeatThrottle } from './repeat-throttle.ts'
import type { RiskLimits } from './risk-limits.ts'

/** What the guard reads of the account. */
export interface RiskAccount {
  position(instrument: number): Position
  /** At current mids. */
  equity(): MoneyQuanta
  /** Signed market value of one position at the mark that `equity` uses. */
  value(instrument: number): MoneyQuanta
}

/** What the guard reads of a market. */
export type RiskMarket = Pick<MarketView, 'midTimes2' | 'lastUpdate' | 'lastTradePrice' | 'isStale'> &
  Partial<Pick<MarketView, 'levels'>>

export interface RiskGuardOptions {
  readonly limits: RiskLimits
  readonly account: RiskAccount
  readonly instruments: readonly Instrument[]
  /** By instrument. */
  readonly markets: readonly RiskMarket[]
  readonly journal: JournalSink
  /** The first day and the first peak of equity begin here. */
  readonly now: TimeUs
}

export class RiskGuard {
  readonly limits: RiskLimits
  private readonly account: RiskAccount
  private readonly instruments: readonly Instrument[]
  private readonly markets: readonly RiskMarket[]
  private readonly journal: JournalSink
  private readonly exposures: readonly Exposure[]
  private readonly messages: MessageWindow | undefined
  private readonly duplicates: DuplicateFilter | undefined
  private readonly losses: LossMonitor
  private readonly repeats: RepeatThrottle
  private readonly drifts: readonly PriceDrift[]
  private readonly positionWatch: PositionWatch | undefined
  /** By instrument: the way that its orders take is down. */
  private readonly cutOff: boolean[] = []
  private currentState: RiskState = 'active'
  private stateRule: RiskRule = 'halted'
  private openOrders = 0
  private reserved = 0

  constructor(options: RiskGuardOptions) {
    const { limits, account, instruments } = options
    this.limits = limits
    this.account = account
    this.instruments = instruments
    this.markets = options.markets
    this.journal = options.journal
    this.exposures = instruments.map((instrument) => new Exposure(instrument, limits.leverage))
    const { messageRate, duplicateWindowUs, priceDrift, positionGraceUs } = limits
    this.messages =
      messageRate && new MessageWindow(messageRate.count, messageRate.windowUs, messageRate.cancelReserve)
    this.duplicates = duplicateWindowUs === undefined ? undefined : new DuplicateFilter(duplicateWindowUs)
    this.losses = new LossMonitor(limits, account.equity(), options.now)
    this.repeats = new RepeatThrottle(limits)
    this.drifts = priceDrift === undefined ? [] : instruments.map(() => new PriceDrift(priceDrift))
    this.positionWatch = positionGraceUs === undefined ? undefined : new PositionWatch(positionGraceUs)
  }

  get state(): RiskState {
    return this.currentState
  }

  /** The rule that brought the present state about. */
  get rule(): RiskRule {
    return this.stateRule
  }

  /** Balance reserved by all working orders, in quanta. */
  get reservedQuanta(): number {
    return this.reserved
  }

  /**
   * @param leaves lots of it that may still trade and that no other order already accounts for
   * @returns the first rule that a new order breaks; undefined lets it pass
   */
  check(order: Order, now: TimeUs, leaves: number = order.qty): RiskRule | undefined {
    const rule = this.checkCandidate(order, leaves, now)
    if (rule !== undefined) return rule
    if (this.duplicates?.hasLike(order, now)) return 'duplicate'
    const { openOrdersMax } = this.limits
    return openOrdersMax !== undefined && this.openOrders >= openOrdersMax ? 'open-orders' : undefined
  }

  /**
   * @param changed the order as it would be
   * @param held what it holds now: taken out while the changed order is looked at
   */
  checkAmend(
    changed: Candidate,
    held: { readonly heldQty: number; readonly heldPrice: number; readonly cumQty: QtyLots },
    now: TimeUs,
    leaves = Math.max(0, changed.qty - held.cumQty),
  ): RiskRule | undefined {
    this.hold(changed.instrument, changed.side, -held.heldQty, held.heldPrice)
    const rule = this.checkCandidate(changed, leaves, now)
    this.hold(changed.instrument, changed.side, held.heldQty, held.heldPrice)
    return rule
  }

  /** A submit, an amend or a cancel leaves now. */
  countMessage(now: TimeUs): void {
    this.messages?.add(now)
  }

  /** The order has passed and leaves now; `hold` its quantity as well. */
  orderOpened(order: Order): void {
    this.openOrders++
    this.exposure(order.instrument).orders++
    this.duplicates?.add(order)
  }

  /** It is over; what it held is released by `hold`. */
  orderClosed(instrument: number): void {
    this.openOrders--
    this.exposure(instrument).orders--
  }

  /**
   * Reserves (`lots` > 0) or releases (`lots` < 0) what an order may still trade. Release at the price reserved at.
   */
  hold(instrument: number, side: Side, lots: number, price: number): void {
    const exposure = this.exposure(instrument)
    exposure.add(side, lots, price)
    this.reserved += exposure.refresh(this.account.position(instrument).qty)
  }

  /** A fill has moved the position: reserves that only shrank it may now add to it, and equity has changed. */
  positionChanged(instrument: number, now: TimeUs): void {
    const exposure = this.exposure(instrument)
    const position = this.account.position(instrument)
    this.reserved += exposure.refresh(position.qty)
    const rule = this.repeats.filled(position, now)
    if (rule !== undefined) this.halt(rule, now)
    this.revalue(now)
  }

  /** The venue refused an order. */
  orderRejected(reason: ReasonCode, now: TimeUs): void {
    const rule = this.repeats.rejected(reason, now)
    if (rule !== undefined) this.halt(rule, now)
  }

  /** The way that orders of the instrument take went down, or came back. */
  setReachable(instrument: number, isUp: boolean): void {
    this.cutOff[instrument] = !isUp
  }

  isReachable(instrument: number): boolean {
    return this.cutOff[instrument] !== true
  }

  /** What the venue says we hold: a difference to our fills that lasts halts everything. */
  comparePosition(instrument: number, venues: QtyLots, now: TimeUs): void {
    const ours = qtyLots(this.account.position(instrument).qty)
    if (this.positionWatch?.isBroken(instrument, ours, venues, now)) this.halt('position-mismatch', now)
  }

  /** True when the order, filled on top of every working one of its side, would add to a position. */
  isIncreasing({ instrument, side }: Candidate, leaves: number): boolean {
    const position = this.account.position(instrument).qty
    return leaves > 0 && this.exposure(instrument).increasingLots(side, position, leaves) > 0
  }

  /** Values the account and trips the circuit breaker when it has lost too much. Call now and then when nothing trades. */
  revalue(now: TimeUs): void {
    if (!this.losses.isOff) this.observe(this.account.equity(), now)
  }

  /** Nothing leaves any more. */
  halt(rule: RiskRule, now: TimeUs): void {
    this.setState('halted', rule, now)
  }

  /** Only what shrinks a position leaves. */
  reduce(rule: RiskRule, now: TimeUs): void {
    this.setState('reducing', rule, now)
  }

  /** An operator's decision; a limit that is still broken trips again at the next check. */
  resume(now: TimeUs): void {
    this.repeats.reset()
    this.setState('active', this.stateRule, now)
  }

  private checkCandidate(candidate: Candidate, leaves: number, now: TimeUs): RiskRule | undefined {
    if (this.currentState === 'halted') return 'halted'
    const { instrument } = candidate
    const market = this.markets[instrument]
    const traded = this.instruments[instrument]
    if (market === undefined || traded === undefined) throw new InvariantError(`no instrument ${instrument}`)
    if (this.limits.instruments?.[instrument]?.isForbidden) return 'not-allowed'
    if (!this.isReachable(instrument)) return 'disconnected'
    if (this.messages?.isFull(now)) return 'message-rate'
    const rule = brokenOrderLimit(candidate, this.limits, traded, market, now)
    if (rule !== undefined) return rule
    const equity = this.account.equity()
    const stateBefore = this.currentState
    this.observe(equity, now)
    const exposure = this.exposure(instrument)
    const position = this.account.position(instrument).qty
    const increasing = leaves === 0 ? 0 : exposure.increasingLots(candidate.side, position, leaves)
    if (candidate.reduceOnly && increasing > 0) return 'reduce-only'
    const { state } = this
    // The order that trips the breaker is told the loss, those after it the state.
    if (state === 'halted') return this.stateRule
    if (state === 'reducing' && increasing > 0) return state === stateBefore ? 'reducing' : this.stateRule
    if (increasing > 0 && market.isStale()) return 'stale-data'
    if (this.hasDrifted(instrument, market.midTimes2() ?? 0, now) && increasing > 0) return 'price-drift'
    return brokenPositionLimit({
      candidate,
      leaves,
      limits: this.limits,
      instruments: this.instruments,
      exposures: this.exposures,
      account: this.account,
      equity,
      midTimes2: market.midTimes2() ?? 0,
      reserved: this.reserved,
    })
  }

  private hasDrifted(instrument: number, midTimes2: number, now: TimeUs): boolean {
    const drift = this.drifts[instrument]
    if (drift === undefined) return false
    drift.observe(midTimes2, now)
    return drift.isBroken(midTimes2, now)
  }

  private observe(equity: MoneyQuanta, now: TimeUs): void {
    const isNewDay = this.losses.observe(equity, now)
    if (isNewDay && this.currentState === 'reducing' && this.stateRule === 'daily-loss') {
      this.setState('active', 'daily-loss', now)
    }
    const broken = this.losses.broken(equity)
    if (broken === 'drawdown' && this.currentState !== 'halted') this.setState('halted', broken, now)
    if (broken === 'daily-loss' && this.currentState === 'active') this.setState('reducing', broken, now)
  }

  private setState(state: RiskState, rule: RiskRule, now: TimeUs): void {
    if (state === this.currentState) return
    this.currentState = state
    this.stateRule = rule
    this.journal.record(recordKind.riskState, now, 0, riskStateCode[state], riskRuleCode[rule])
  }

  private exposure(instrument: number): Exposure {
    const found = this.exposures[instrument]
    if (found === undefined) throw new InvariantError(`no instrument ${instrument}`)
    return found
  }
}
