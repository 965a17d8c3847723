/**
 * What the venue says → what the engine is told. Messages may come in any order, again, or late: filled quantity only
 * grows, an order that is over stays over, each fill is told once, and none is ever dropped. Only fills move positions.
 */
import type { Clock } from '../../clock/clock.ts'
import { unreachable } from '../../core/errors.ts'
import { qtyLots, type TimeUs, timeUs } from '../../core/units.ts'
import type { ReasonCode } from '../../model/order.ts'
import { endOf } from './end-of-order.ts'
import type { WireFill, WireOrderState } from './exchange-wire.ts'
import type { LiveOrder } from './live-order.ts'
import type { OrderTable } from './order-table.ts'
import { OrphanFills } from './orphan-fills.ts'
import { SeenTrades } from './trade-numbers.ts'
import type { VenueOutput } from './venue-output.ts'

/** What has to be done about it, by whoever can ask and send. */
export interface MergeFollowUp {
  /** The venue says that more is filled than it has told us fills of. */
  fillsMissing(order: LiveOrder): void
  /** It is over: nothing has to be asked about it any more. */
  orderOver(order: LiveOrder): void
  /** The venue shows an order as live that was shown not to exist. */
  orderRevived(order: LiveOrder): void
}

export class OrderMerger {
  readonly orphans = new OrphanFills()
  private readonly clock: Clock
  private readonly table: OrderTable
  private readonly output: VenueOutput
  private readonly followUp: MergeFollowUp
  private readonly trades: SeenTrades[] = []
  /** Orders that are over because the venue refused or did not know them, not because it showed them to be over. */
  private readonly presumed = new Set<LiveOrder>()

  constructor(clock: Clock, table: OrderTable, output: VenueOutput, followUp: MergeFollowUp) {
    this.clock = clock
    this.table = table
    this.output = output
    this.followUp = followUp
  }

  /** @returns our order; undefined for one that is not ours */
  applyState(state: WireOrderState): LiveOrder | undefined {
    const order = this.table.match(state.instrument, state.clientId, state.venueOrderId)
    if (order === undefined) return undefined
    order.seenAt = this.clock.now()
    this.name(order, state.venueOrderId)
    for (const fill of state.fills) this.applyFill(fill)
    const isOld = state.cumQty < order.cumVenue
    order.cumVenue = Math.max(order.cumVenue, state.cumQty)
    if (this.presumed.delete(order) && state.status === 'open') this.revive(order)
    if (!order.isOver) {
      this.settleBeforeEnd(order, state)
      this.applyStatus(order, state, isOld)
    }
    this.afterChange(order)
    return order
  }

  applyFill(fill: WireFill): void {
    const order = this.table.match(fill.instrument, fill.clientId, fill.venueOrderId)
    if (order === undefined) {
      if (!this.orphans.isForeign(fill)) this.orphans.add(fill)
      return
    }
    order.seenAt = this.clock.now()
    this.name(order, fill.venueOrderId)
    const { instrument, exchangeTime, liquidity } = fill
    const { clientOrderId } = order.command
    const tradeId = this.seen(instrument).take(fill.tradeId, clientOrderId)
    if (tradeId === undefined) return
    if (this.presumed.delete(order)) this.revive(order)
    if (!order.isOver) this.confirm(order, exchangeTime)
    // What has filled has triggered, whether or not the venue said so.
    if (order.command.terms?.trigger !== undefined) this.trigger(order, exchangeTime)
    // More than it was over before: the change to more is in force, whatever became of its answer.
    if (order.cumTold + fill.qty > order.qty) this.settleAmended(order, exchangeTime)
    order.cumTold += fill.qty
    order.cumVenue = Math.max(order.cumVenue, order.cumTold)
    this.output.report({
      kind: 'fill',
      clientOrderId,
      instrument,
      exchangeTime,
      cumQty: qtyLots(order.cumVenue),
      tradeId,
      lastPrice: fill.price,
      lastQty: fill.qty,
      liquidity,
    })
    this.closeIfFilled(order)
    this.releaseEnd(order)
    this.afterChange(order)
  }

  /** The venue has it. Told once. */
  confirm(order: LiveOrder, exchangeTime: TimeUs): void {
    if (order.stage === 'sent' || order.stage === 'unknown') order.stage = 'live'
    order.hasExisted = true
    if (order.isAcceptTold) return
    order.isAcceptTold = true
    this.output.report({ kind: 'accepted', ...this.base(order, exchangeTime) })
  }

  /** The venue's answer is final: no such order. */
  reject(order: LiveOrder, reason: ReasonCode): void {
    this.presumed.add(order)
    this.finish(order, { kind: 'rejected', reason }, this.clock.now())
  }

  /** It was shown that the venue does not have it. Should it turn up all the same, it is canceled. */
  presumeOver(order: LiveOrder): void {
    this.presumed.add(order)
    if (!order.hasExisted && order.cumVenue === 0) {
      this.finish(order, { kind: 'rejected', reason: 'never-arrived' }, this.clock.now())
      return
    }
    const reason = order.isCancelWanted ? 'canceled-by-strategy' : 'canceled-at-venue'
    this.finish(order, { kind: 'canceled', reason }, this.clock.now())
  }

  /** An amend was confirmed, or is seen to be in force. */
  settleAmended(order: LiveOrder, exchangeTime: TimeUs): void {
    const { amend } = order
    if (amend === undefined) return
    order.amend = undefined
    order.wasAmended = true
    order.price = amend.price
    order.qty = amend.qty
    order.triggerPrice = amend.triggerPrice ?? order.triggerPrice
    const { price, qty, triggerPrice } = amend
    this.output.report({ kind: 'amended', ...this.base(order, exchangeTime), price, qty, triggerPrice })
    this.closeIfFilled(order)
    this.afterChange(order)
  }

  refuseAmend(order: LiveOrder, reason: ReasonCode): void {
    if (order.amend === undefined) return
    order.amend = undefined
    this.output.report({ kind: 'amend-rejected', ...this.base(order, this.clock.now()), reason })
    this.closeIfFilled(order)
    this.afterChange(order)
  }

  refuseCancel(order: LiveOrder, reason: ReasonCode): void {
    this.output.report({ kind: 'cancel-rejected', ...this.base(order, this.clock.now()), reason })
  }

  private applyStatus(order: LiveOrder, state: WireOrderState, isOld: boolean): void {
    const { status, exchangeTime } = state
    switch (status) {
      case 'open':
        this.confirm(order, exchangeTime)
        if (!isOld) this.applyOpen(order, state)
        return
      case 'filled':
        this.confirm(order, exchangeTime)
        if (!isOld) this.applyOpen(order, state)
        this.over(order)
        return
      case 'canceled':
      case 'expired':
      case 'rejected':
        if (state.isTriggered) this.trigger(order, exchangeTime)
        this.finish(order, endOf(order, { status, reason: state.reason, cumQty: state.cumQty }), exchangeTime)
        return
      default:
        unreachable(status)
    }
  }

  /**
   * What became of a change that has no answer, now that the order is over. The engine waits for more fills of one that
   * is filled, while it may have become larger.
   */
  private settleBeforeEnd(order: LiveOrder, state: WireOrderState): void {
    const { amend } = order
    if (amend === undefined || state.status === 'open') return
    const isFilled = state.status === 'filled'
    if (isInForce(amend, state) || (isFilled && state.cumQty === amend.qty)) {
      this.settleAmended(order, state.exchangeTime)
    } else if (isFilled) this.refuseAmend(order, 'unknown-order')
  }

  private applyOpen(order: LiveOrder, state: WireOrderState): void {
    if (state.isTriggered) this.trigger(order, state.exchangeTime)
    const { amend } = order
    if (amend?.isInDoubt && isInForce(amend, state)) this.settleAmended(order, state.exchangeTime)
    else if (amend === undefined && !order.wasAmended) this.restate(order, state)
  }

  private trigger(order: LiveOrder, exchangeTime: TimeUs): void {
    if (order.isTriggerTold) return
    order.isTriggerTold = true
    this.confirm(order, exchangeTime)
    this.output.report({ kind: 'triggered', ...this.base(order, exchangeTime) })
  }

  /** The venue has made it smaller by itself, as it does with orders that may only reduce. */
  private restate(order: LiveOrder, { qty, exchangeTime }: WireOrderState): void {
    if (qty === undefined || qty >= order.qty) return
    order.qty = qty
    const base = this.base(order, exchangeTime)
    this.output.report({ kind: 'restated', ...base, qty, reason: 'cut-to-position' })
  }

  private finish(order: LiveOrder, end: ReturnType<typeof endOf>, exchangeTime: TimeUs): void {
    // A rejection after an accept is the venue's way to say that it took the order out again.
    const isLate = end.kind === 'rejected' && (order.isAcceptTold || order.cumVenue > 0)
    const kind = isLate ? 'canceled' : end.kind
    if (kind !== 'rejected') this.confirm(order, exchangeTime)
    this.over(order)
    order.heldEnd = { kind, ...this.base(order, exchangeTime), reason: end.reason }
    this.releaseEnd(order)
  }

  /** An order ends after its last fill: the engine lets go of what has ended. */
  private releaseEnd(order: LiveOrder): void {
    const { heldEnd } = order
    if (heldEnd === undefined || order.cumTold < order.cumVenue) return
    order.heldEnd = undefined
    this.output.report({ ...heldEnd, cumQty: qtyLots(order.cumVenue) })
  }

  private over(order: LiveOrder): void {
    order.stage = 'over'
    order.amend = undefined
    this.followUp.orderOver(order)
  }

  private closeIfFilled(order: LiveOrder): void {
    if (!order.isOver && order.cumTold >= order.qtyMax) this.over(order)
  }

  private revive(order: LiveOrder): void {
    order.stage = 'live'
    order.isAcceptTold = true
    this.followUp.orderRevived(order)
  }

  private afterChange(order: LiveOrder): void {
    this.table.refresh(order)
    if (order.cumTold < order.cumVenue) this.followUp.fillsMissing(order)
  }

  /** Its venue order id is known: what waited for that is applied. */
  private name(order: LiveOrder, venueOrderId: string): void {
    if (!this.table.bind(order, venueOrderId)) return
    for (const fill of this.orphans.take(order.instrument, venueOrderId)) this.applyFill(fill)
  }

  private seen(instrument: number): SeenTrades {
    let trades = this.trades[instrument]
    if (trades === undefined) {
      trades = new SeenTrades()
      this.trades[instrument] = trades
    }
    return trades
  }

  private base(order: LiveOrder, exchangeTime: TimeUs) {
    const { clientOrderId, instrument } = order.command
    return { clientOrderId, instrument, exchangeTime: timeUs(exchangeTime), cumQty: qtyLots(order.cumVenue) }
  }
}

function isInForce(
  amend: {
    readonly price: number | undefined
    readonly qty: number
    readonly triggerPrice: number | undefined
  },
  state: WireOrderState,
): boolean {
  const isTriggerSet = amend.triggerPrice === undefined || amend.triggerPrice === state.triggerPrice
  return amend.price === state.price && amend.qty === state.qty && isTriggerSet
}
