/** One of our orders as far as the venue has told. */
import type { TimerId } from '../../clock/clock.ts'
import type { PriceTicks, QtyLots, TimeUs } from '../../core/units.ts'
import type { ExecutionReport, SubmitCommand } from '../../model/execution-report.ts'
import type { Backoff } from './backoff.ts'
import type { WireRef } from './exchange-wire.ts'

/**
 * - `sent`: no answer yet
 * - `unknown`: it may or may not be at the venue; ends only by what the venue says
 * - `live`: the venue has it
 * - `over`: filled, canceled, expired, rejected, or shown never to have arrived
 */
export type OrderStage = 'sent' | 'unknown' | 'live' | 'over'

export interface PendingAmend {
  readonly price: PriceTicks | undefined
  readonly qty: QtyLots
  readonly triggerPrice: PriceTicks | undefined
  readonly sentAt: TimeUs
  /** No clear answer came: what the venue shows decides. */
  isInDoubt: boolean
}

/** A question that goes on until it is answered: at most one of its kind is under way, or waits for its timer. */
export interface Pursuit {
  isUnderWay: boolean
  timer: TimerId | undefined
  readonly backoff: Backoff
}

export class LiveOrder {
  readonly command: SubmitCommand
  readonly clientId: string
  readonly sentAt: TimeUs
  venueOrderId: string | undefined = undefined
  stage: OrderStage = 'sent'
  /** The engine was told that it is at the venue. */
  isAcceptTold = false
  isTriggerTold = false
  /** It is over, which is told once the fills that are missing have been. */
  heldEnd: ExecutionReport | undefined = undefined
  /** The venue has had it at some time. */
  hasExisted = false
  /** Ticks and total lots as last confirmed. */
  price: PriceTicks | undefined
  qty: number
  triggerPrice: PriceTicks | undefined
  wasAmended = false
  /** Lots in the fills that the engine was told of. */
  cumTold = 0
  /** Most lots that the venue said are filled; above `cumTold` while a fill is missing. */
  cumVenue = 0
  /** When the venue last showed it, on our clock; the time of sending before that. */
  seenAt: TimeUs
  isCancelWanted = false
  amend: PendingAmend | undefined = undefined
  readonly query: Pursuit
  readonly cancel: Pursuit

  constructor(command: SubmitCommand, clientId: string, sentAt: TimeUs, createBackoff: () => Backoff) {
    this.command = command
    this.clientId = clientId
    this.sentAt = sentAt
    this.seenAt = sentAt
    this.price = command.price
    this.qty = command.qty
    const trigger = command.terms?.trigger
    this.triggerPrice = trigger === undefined || trigger.kind === 'trailing-stop' ? undefined : trigger.price
    this.query = { isUnderWay: false, timer: undefined, backoff: createBackoff() }
    this.cancel = { isUnderWay: false, timer: undefined, backoff: createBackoff() }
  }

  get instrument(): number {
    return this.command.instrument
  }

  get isOver(): boolean {
    return this.stage === 'over'
  }

  /** Nothing is missing that the venue said there is. */
  get isSettled(): boolean {
    return this.isOver && this.cumTold >= this.cumVenue
  }

  /** The most it can come to, an amend on its way included. */
  get qtyMax(): number {
    return Math.max(this.qty, this.amend?.qty ?? 0)
  }

  get ref(): WireRef {
    const { clientId, venueOrderId, command } = this
    return {
      instrument: command.instrument,
      clientId,
      venueOrderId,
      side: command.side,
      isConditional: command.terms?.trigger !== undefined,
    }
  }
}
