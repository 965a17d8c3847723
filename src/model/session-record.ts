/** Inputs of a session about the session itself, as journal records, there and back. */
import { DataError } from '../core/errors.ts'
import { type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import { nameOfCode } from './code-names.ts'
import { type JournalSink, type RecordBody, recordKind } from './journal-record.ts'
import type { ClientOrderId } from './order.ts'

/** `market`: the feed of an instrument. `orders`: the way that its orders and their reports take. */
export type Channel = 'market' | 'orders'

/** A connection of an instrument went down, or came back. */
export interface ConnectionChange {
  readonly channel: Channel
  readonly instrument: number
  readonly isUp: boolean
}

/** What the venue says we hold. */
export interface VenuePosition {
  readonly instrument: number
  /** Signed. */
  readonly qty: QtyLots
}

/** What one process sends: every order from the first one on until the next epoch. */
export interface Epoch {
  /** Fencing token of the process. */
  readonly fence: number
  readonly firstOrderId: ClientOrderId
}

/** Numbers in the journal: never changed, never re-used. */
export const channelCode = { market: 0, orders: 1 } as const satisfies Record<Channel, number>

/** @param time when we knew */
export function writeConnection(
  journal: JournalSink,
  time: TimeUs,
  { channel, instrument, isUp }: ConnectionChange,
): void {
  journal.record(recordKind.connection, time, instrument, channelCode[channel] * 2 + (isUp ? 1 : 0))
}

/** @throws {DataError} JOURNAL_DAMAGED when there is no such channel */
export function readConnection({ instrument, sub }: Omit<RecordBody, 'fields'>): ConnectionChange {
  const channel = nameOfCode(channelCode, Math.floor(sub / 2))
  if (channel === undefined) {
    throw new DataError('JOURNAL_DAMAGED', `a connection of kind ${sub}, which does not exist`)
  }
  return { channel, instrument, isUp: sub % 2 === 1 }
}

/** @param time when we knew */
export function writeVenuePosition(
  journal: JournalSink,
  time: TimeUs,
  { instrument, qty }: VenuePosition,
): void {
  journal.record(recordKind.venuePosition, time, instrument, 0, qty)
}

export function readVenuePosition({ instrument, fields }: RecordBody): VenuePosition {
  return { instrument, qty: qtyLots(fields[0] ?? 0) }
}
