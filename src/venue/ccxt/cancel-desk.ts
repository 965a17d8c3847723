/**
 * Cancels, which may be sent as often as needed: each goes on until the order is over, or the venue refuses. "No such
 * order" is not taken for an answer: it may be filled, or not have arrived yet, so the venue is asked.
 */
import { unreachable } from '../../core/errors.ts'
import type { DurationUs } from '../../core/units.ts'
import type { ExchangeWire, WireOrderState, WireOutcome } from './exchange-wire.ts'
import type { LiveOrder } from './live-order.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderInquiry } from './order-inquiry.ts'
import type { OrderMerger } from './order-merger.ts'
import type { Pursuits } from './pursuits.ts'

export interface CancelDeskOptions {
  readonly wire: ExchangeWire
  readonly window: AnswerWindow
  readonly merger: OrderMerger
  readonly inquiry: OrderInquiry
  readonly pursuits: Pursuits
}

export class CancelDesk {
  private readonly options: CancelDeskOptions

  constructor(options: CancelDeskOptions) {
    this.options = options
  }

  cancel(order: LiveOrder): void {
    order.isCancelWanted = true
    this.options.pursuits.start(order.cancel, () => this.send(order))
  }

  /** The venue has shown the order once more: a cancel that found nothing is sent again, after the wait that is due. */
  pursue(order: LiveOrder): void {
    const { pursuits } = this.options
    if (order.isOver) return pursuits.end(order.cancel)
    if (order.isCancelWanted && !order.cancel.isUnderWay) this.again(order, undefined)
  }

  private send(order: LiveOrder): void {
    const { wire, window } = this.options
    wire.cancelOrder(
      order.ref,
      onceWithin(window, (outcome) => this.answered(order, outcome)),
    )
  }

  private answered(order: LiveOrder, outcome: WireOutcome<WireOrderState | undefined>): void {
    const { merger, pursuits, inquiry } = this.options
    order.cancel.isUnderWay = false
    if (outcome.kind === 'ok' && outcome.value !== undefined) merger.applyState(outcome.value)
    if (order.isOver) return pursuits.end(order.cancel)
    switch (outcome.kind) {
      case 'not-sent':
        return this.again(order, outcome.retryAfterUs)
      case 'refused':
        order.isCancelWanted = false
        merger.refuseCancel(order, outcome.reason)
        return inquiry.doubt(order)
      case 'unknown':
        inquiry.doubt(order)
        return this.again(order, undefined)
      case 'ok':
      case 'not-found':
        return inquiry.doubt(order)
      default:
        unreachable(outcome)
    }
  }

  private again(order: LiveOrder, atLeast: DurationUs | undefined): void {
    this.options.pursuits.again(order.cancel, () => this.send(order), atLeast)
  }
}
