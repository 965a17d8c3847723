/**
 * What a venue is told when a session goes on after its process died: the orders as the engine knows them, so that the
 * venue can find out what became of each. It asks by client order id and answers with reports, as for any other order;
 * the engine applies each once, so asking twice does no harm.
 */
import type { TimeUs } from '../core/units.ts'
import type { AmendCommand } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import type { Order, ReasonCode } from '../model/order.ts'
import type { Epoch } from '../model/session-record.ts'
import type { Venue } from './venue.ts'

export interface RecoveredOrder {
  readonly order: Order
  /** Of the process that sent it; part of its id at the venue. */
  readonly fence: number
  /** A cancel was decided: it may have arrived, or never have left. The engine will not ask again. Undefined: none. */
  readonly cancelReason: ReasonCode | undefined
  /** An amend without an answer: it may have arrived, or never have left. Undefined: none. */
  readonly amend: Omit<AmendCommand, 'clientOrderId' | 'instrument'> | undefined
}

export interface Recovery {
  readonly sessionId: string
  /** Fencing token of this process: higher than any before. */
  readonly fence: number
  /** Which process sent which orders, in their order; the last one is this process, which has sent none yet. */
  readonly epochs: readonly Epoch[]
  /**
   * Every order whose end is not known, in order of submission, and every order that is over but has filled more at the
   * venue than we have heard the fills of. Each may have arrived at the venue; those that certainly never left are not here.
   */
  readonly orders: readonly RecoveredOrder[]
  /** All that we know of, in the order in which we heard of them: what a venue of our own died with. */
  readonly fills: readonly Fill[]
  /** Newest exchange time of any report that we know; undefined before the first. Fills are missing from about here on. */
  readonly lastReportTime: TimeUs | undefined
}

/** A venue on which a session can go on. */
export interface RecoverableVenue extends Venue {
  /**
   * Called once, before anything else, and only when the session has run before. What must come of it, by reports:
   * each order's fills that are not known yet; then its end, or `accepted` when it works. A cancel that was decided is
   * asked for again while the order works. An amend is answered with `amended` (what holds now) or `amend-rejected`. An
   * order that the venue certainly never got is `rejected`.
   */
  recover(recovery: Recovery): void
}
