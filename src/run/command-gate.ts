/**
 * The way of commands to the venue: intent before effect. The journal has left our memory, and is on the disk where it
 * is a durable one, before a command leaves; once it has failed only cancels do. Closed, it lets nothing out.
 */
import type { DataError } from '../core/errors.ts'
import type { JournalWriter } from '../journal/journal-writer.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../model/execution-report.ts'
import type { Order } from '../model/order.ts'
import type { Venue } from '../venue/venue.ts'

export class CommandGate implements Venue {
  private readonly journal: JournalWriter
  private readonly failure: () => DataError | undefined
  private venue: Venue | undefined
  private lastSent = 0

  /** @param failure of the journal */
  constructor(journal: JournalWriter, failure: () => DataError | undefined = () => undefined) {
    this.journal = journal
    this.failure = failure
  }

  open(venue: Venue): void {
    this.venue = venue
  }

  submit(command: SubmitCommand): void {
    if (!this.isJournaled()) return
    this.lastSent = command.clientOrderId
    this.venue?.submit(command)
  }

  amend(command: AmendCommand): void {
    if (this.isJournaled()) this.venue?.amend(command)
  }

  cancel(command: CancelCommand): void {
    this.isJournaled()
    this.venue?.cancel(command)
  }

  /** The session cannot go on: what may work at the venue is canceled, from memory. */
  cancelAll(orders: readonly Order[]): void {
    for (const { clientOrderId, instrument } of orders) {
      if (clientOrderId <= this.lastSent) this.venue?.cancel({ clientOrderId, instrument })
    }
  }

  /** Orders up to this one may be at the venue: another process sent them. */
  noteSent(clientOrderId: number): void {
    this.lastSent = clientOrderId
  }

  private isJournaled(): boolean {
    if (this.venue === undefined) return false
    if (this.failure() === undefined) this.journal.flush()
    return this.failure() === undefined
  }
}
