/** A command on its way to the venue, with what it is; and the report that refuses it. */
import { qtyLots, timeUs } from '../../core/units.ts'
import type {
  AmendCommand,
  CancelCommand,
  ExecutionReport,
  SubmitCommand,
} from '../../model/execution-report.ts'
import type { ReasonCode } from '../../model/order.ts'

export type VenueCommand =
  | { readonly kind: 'submit'; readonly command: SubmitCommand }
  | { readonly kind: 'amend'; readonly command: AmendCommand }
  | { readonly kind: 'cancel'; readonly command: CancelCommand }

const refusals = { submit: 'rejected', amend: 'amend-rejected', cancel: 'cancel-rejected' } as const

export interface Refusal {
  readonly reason: ReasonCode
  /** Exchange time, microseconds. */
  readonly at: number
  /** Lots of the order that the venue has filled. */
  readonly cumQty: number
}

/** What does not reach the matching engine is answered all the same. */
export function refuse({ kind, command }: VenueCommand, { reason, at, cumQty }: Refusal): ExecutionReport {
  return {
    kind: refusals[kind],
    clientOrderId: command.clientOrderId,
    instrument: command.instrument,
    exchangeTime: timeUs(at),
    cumQty: qtyLots(cumQty),
    reason,
  }
}
