/**
 * The kill switch at the venue: cancels by instrument and one by one, and is done only when the venue itself says that
 * nothing is open. Goes on until then.
 */
import { Backoff } from './backoff.ts'
import type { CancelDesk } from './cancel-desk.ts'
import type { ExchangeWire, WireOrderState } from './exchange-wire.ts'
import type { MachineSettings } from './machine-settings.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderMerger } from './order-merger.ts'
import type { OrderTable } from './order-table.ts'
import type { Pursuits } from './pursuits.ts'

export interface CancelEverythingOptions {
  readonly wire: ExchangeWire
  readonly settings: MachineSettings
  readonly window: AnswerWindow
  readonly table: OrderTable
  readonly merger: OrderMerger
  readonly cancels: CancelDesk
  readonly pursuits: Pursuits
}

/** @param done told once for this instrument, when the venue lists no open order of it any more */
export function cancelEverything(
  options: CancelEverythingOptions,
  instrument: number,
  done: () => void,
): void {
  const { wire, window, table, merger, cancels, pursuits, settings } = options
  const pursuit = { isUnderWay: false, timer: undefined, backoff: new Backoff(settings.backoff) }
  const attempt = (): void => {
    for (const order of table.open(instrument)) if (!order.isOver) cancels.cancel(order)
    wire.cancelAll(
      instrument,
      onceWithin(window, () => verify()),
    )
  }
  const verify = (): void => {
    wire.fetchOpenOrders(
      instrument,
      onceWithin(window, (outcome) => {
        if (outcome.kind === 'ok') {
          for (const state of outcome.value) merger.applyState(state)
          if (outcome.value.length === 0 && !hasDoubtful(table, instrument)) return done()
          cancelStrays(options, outcome.value)
        }
        pursuits.again(pursuit, attempt, outcome.kind === 'not-sent' ? outcome.retryAfterUs : undefined)
      }),
    )
  }
  pursuits.start(pursuit, attempt)
}

/** An order that may still arrive would be open after all. */
function hasDoubtful(table: OrderTable, instrument: number): boolean {
  return table.open(instrument).some(({ stage }) => stage === 'sent' || stage === 'unknown')
}

function cancelStrays(options: CancelEverythingOptions, states: readonly WireOrderState[]): void {
  const { wire, window, table } = options
  for (const { instrument, clientId, venueOrderId, side, triggerPrice } of states) {
    if (table.match(instrument, clientId, venueOrderId) !== undefined) continue
    const ref = { instrument, clientId, venueOrderId, side, isConditional: triggerPrice !== undefined }
    wire.cancelOrder(
      ref,
      onceWithin(window, () => {}),
    )
  }
}
