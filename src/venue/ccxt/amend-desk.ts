/** Changes of orders that work. At most one is on its way; without a clear answer, what the venue shows decides. */
import { unreachable } from '../../core/errors.ts'
import { qtyLots, timeUs } from '../../core/units.ts'
import type { AmendCommand } from '../../model/execution-report.ts'
import type { ExchangeWire, WireOrderState, WireOutcome } from './exchange-wire.ts'
import type { LiveOrder, PendingAmend } from './live-order.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderInquiry } from './order-inquiry.ts'
import type { OrderMerger } from './order-merger.ts'

export interface AmendDeskOptions {
  readonly wire: ExchangeWire
  readonly window: AnswerWindow
  readonly merger: OrderMerger
  readonly inquiry: OrderInquiry
}

export class AmendDesk {
  private readonly options: AmendDeskOptions

  constructor(options: AmendDeskOptions) {
    this.options = options
  }

  send(order: LiveOrder, { price, qty, triggerPrice }: AmendCommand): void {
    const { wire, window } = this.options
    const amend: PendingAmend = {
      price,
      qty: qty ?? qtyLots(order.qty),
      triggerPrice,
      sentAt: timeUs(window.clock.now()),
      isInDoubt: false,
    }
    order.amend = amend
    const take = (outcome: WireOutcome<WireOrderState | undefined>): void => {
      if (order.amend === amend) this.answered(order, amend, outcome)
    }
    wire.amendOrder({ ...order.ref, price, qty: amend.qty, triggerPrice }, onceWithin(window, take, take))
  }

  private answered(
    order: LiveOrder,
    amend: PendingAmend,
    outcome: WireOutcome<WireOrderState | undefined>,
  ): void {
    const { merger, inquiry, window } = this.options
    switch (outcome.kind) {
      case 'ok': {
        // Amended to what is filled already: that ends it.
        const isEnd = outcome.value?.status === 'canceled' || outcome.value?.status === 'expired'
        if (!isEnd) merger.settleAmended(order, outcome.value?.exchangeTime ?? timeUs(window.clock.now()))
        if (outcome.value !== undefined) merger.applyState(outcome.value)
        return
      }
      case 'refused':
      case 'not-sent':
        return merger.refuseAmend(order, outcome.reason)
      case 'not-found':
        merger.refuseAmend(order, 'unknown-order')
        return inquiry.doubt(order)
      case 'unknown':
        amend.isInDoubt = true
        return inquiry.doubt(order)
      default:
        unreachable(outcome)
    }
  }
}
