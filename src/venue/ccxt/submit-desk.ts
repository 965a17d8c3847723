/** New orders on their way: each leaves once. No answer is no rejection: the venue is asked what it knows. */
import { unreachable } from '../../core/errors.ts'
import type { ExchangeWire, WireOrderState, WireOutcome } from './exchange-wire.ts'
import type { LiveOrder } from './live-order.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderInquiry } from './order-inquiry.ts'
import type { OrderMerger } from './order-merger.ts'

export interface SubmitDeskOptions {
  readonly wire: ExchangeWire
  readonly window: AnswerWindow
  readonly merger: OrderMerger
  readonly inquiry: OrderInquiry
  /** The venue has it: go on with what waits for that. */
  readonly onShown: (order: LiveOrder) => void
  readonly onNotice: (text: string) => void
}

export class SubmitDesk {
  private readonly options: SubmitDeskOptions

  constructor(options: SubmitDeskOptions) {
    this.options = options
  }

  send(order: LiveOrder): void {
    const { wire, window } = this.options
    const { clientId, command } = order
    const take = (outcome: WireOutcome<WireOrderState>): void => this.answered(order, outcome)
    wire.createOrder({ clientId, command }, onceWithin(window, take, take))
  }

  private answered(order: LiveOrder, outcome: WireOutcome<WireOrderState>): void {
    const { merger, onShown } = this.options
    switch (outcome.kind) {
      case 'ok':
        merger.applyState(outcome.value)
        return onShown(order)
      case 'refused':
        this.options.onNotice(`order ${order.clientId} was refused: ${outcome.text}`)
        return this.refused(order, outcome.reason)
      // It never arrived, and is not sent again: whether it still makes sense is not for us to say.
      case 'not-sent':
        return this.refused(order, outcome.reason)
      case 'not-found':
      case 'unknown':
        return this.doubt(order)
      default:
        unreachable(outcome)
    }
  }

  private refused(order: LiveOrder, reason: Parameters<OrderMerger['reject']>[1]): void {
    if (order.isOver) return
    if (order.stage === 'live') this.options.inquiry.doubt(order)
    else this.options.merger.reject(order, reason)
  }

  private doubt(order: LiveOrder): void {
    if (order.isOver) return
    if (order.stage === 'sent') order.stage = 'unknown'
    if (order.stage === 'unknown') this.options.inquiry.doubt(order)
  }
}
