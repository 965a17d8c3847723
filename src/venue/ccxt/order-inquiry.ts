/**
 * Asks the venue about orders in doubt until there is evidence: what it shows, or, after a time from which that counts,
 * that open orders, fills and the order itself, each asked for anew, are without it. A failed question is no evidence.
 */
import type { Clock } from '../../clock/clock.ts'
import { unreachable } from '../../core/errors.ts'
import { timeUs } from '../../core/units.ts'
import type { Done, ExchangeWire, WireOrderState, WireOutcome } from './exchange-wire.ts'
import type { LiveOrder } from './live-order.ts'
import type { MachineSettings } from './machine-settings.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderMerger } from './order-merger.ts'
import type { Pursuits } from './pursuits.ts'

export interface InquiryOptions {
  readonly wire: ExchangeWire
  readonly clock: Clock
  readonly settings: MachineSettings
  readonly window: AnswerWindow
  readonly merger: OrderMerger
  readonly pursuits: Pursuits
  /** What the venue showed was merged: go on with what waits for it. */
  readonly onShown: (order: LiveOrder) => void
}

export class OrderInquiry {
  private readonly options: InquiryOptions

  constructor(options: InquiryOptions) {
    this.options = options
  }

  /** The order is in doubt: asks at once, and goes on asking. */
  doubt(order: LiveOrder): void {
    this.options.pursuits.start(order.query, () => this.ask(order))
  }

  /** As `doubt`, after the wait that is due. */
  doubtLater(order: LiveOrder): void {
    if (order.query.isUnderWay) return
    this.options.pursuits.again(order.query, () => this.ask(order))
  }

  private ask(order: LiveOrder): void {
    const { wire, window } = this.options
    wire.fetchOrder(
      order.ref,
      onceWithin(window, (outcome) => this.answered(order, outcome)),
    )
  }

  private answered(order: LiveOrder, outcome: WireOutcome<WireOrderState>): void {
    if (isKnown(order)) return this.options.pursuits.end(order.query)
    switch (outcome.kind) {
      case 'ok':
        return this.shown(order, outcome.value)
      case 'not-found':
        if (this.isConclusive(order)) this.checkOpenOrders(order)
        else this.again(order)
        return
      case 'not-sent':
        return this.again(order, outcome)
      // A query that is refused says nothing about the order.
      case 'refused':
      case 'unknown':
        return this.again(order)
      default:
        unreachable(outcome)
    }
  }

  private shown(order: LiveOrder, state: WireOrderState): void {
    const { merger, pursuits } = this.options
    merger.applyState(state)
    const isStillInDoubt = !order.isOver && order.amend?.isInDoubt === true
    if (isStillInDoubt && !this.giveUpAmend(order)) this.again(order)
    else pursuits.end(order.query)
    this.options.onShown(order)
  }

  /** The venue shows the order without the change, and the request is no longer valid. */
  private giveUpAmend(order: LiveOrder): boolean {
    const { clock, settings, merger } = this.options
    const { amend } = order
    if (amend === undefined) return true
    if (clock.now() - amend.sentAt < settings.conclusiveAfter) return false
    merger.refuseAmend(order, 'never-arrived')
    return true
  }

  private isConclusive(order: LiveOrder): boolean {
    const { clock, settings } = this.options
    const newest = Math.max(order.sentAt, order.seenAt, order.amend?.sentAt ?? 0)
    return clock.now() - newest >= settings.conclusiveAfter
  }

  private checkOpenOrders(order: LiveOrder): void {
    const { wire, merger, window } = this.options
    const check: Done<readonly WireOrderState[]> = (outcome) => {
      if (outcome.kind !== 'ok') return this.again(order)
      for (const state of outcome.value) merger.applyState(state)
      if (this.isConclusive(order)) this.checkFills(order)
      else this.again(order)
    }
    wire.fetchOpenOrders(order.instrument, onceWithin(window, check))
  }

  private checkFills(order: LiveOrder): void {
    const { wire, merger, settings, window } = this.options
    const since = { time: timeUs(order.sentAt - settings.sweepOverlap) }
    wire.fetchFills(
      order.instrument,
      since,
      onceWithin(window, (outcome) => {
        if (outcome.kind !== 'ok') return this.again(order)
        for (const fill of outcome.value) merger.applyFill(fill)
        if (!this.isConclusive(order)) return this.again(order)
        this.nameOrphan(order)
      }),
    )
  }

  /** Fills of an order without a name may be of this one. */
  private nameOrphan(order: LiveOrder): void {
    const { wire, merger, window } = this.options
    const { instrument } = order
    const orphan = merger.orphans.unnamed(instrument, order.command.side)
    if (orphan === undefined || order.venueOrderId !== undefined) return this.askLast(order)
    const { venueOrderId, side } = orphan
    const ref = { instrument, clientId: undefined, venueOrderId, side, isConditional: false }
    wire.fetchOrder(
      ref,
      onceWithin(window, (outcome) => {
        if (outcome.kind !== 'ok') return this.again(order)
        if (merger.applyState(outcome.value) === undefined) merger.orphans.disown(instrument, venueOrderId)
        if (this.isConclusive(order)) this.nameOrphan(order)
        else this.again(order)
      }),
    )
  }

  private askLast(order: LiveOrder): void {
    const { wire, merger, window, pursuits } = this.options
    wire.fetchOrder(
      order.ref,
      onceWithin(window, (outcome) => {
        if (isKnown(order) || outcome.kind !== 'not-found' || !this.isConclusive(order)) {
          return this.answered(order, outcome)
        }
        pursuits.end(order.query)
        if (!order.isOver) merger.presumeOver(order)
      }),
    )
  }

  private again(
    order: LiveOrder,
    outcome?: Extract<WireOutcome<unknown>, { readonly kind: 'not-sent' }>,
  ): void {
    const { pursuits } = this.options
    if (isKnown(order)) return pursuits.end(order.query)
    pursuits.again(order.query, () => this.ask(order), outcome?.retryAfterUs)
  }
}

/** It is over; and if fills of it are missing, we know the number by which they will name it. */
function isKnown(order: LiveOrder): boolean {
  return order.isOver && (order.isSettled || order.venueOrderId !== undefined)
}
