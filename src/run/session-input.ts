/** What comes into a session from outside, one at a time; each is journaled before it is applied. */
import type { TimerId } from '../clock/clock.ts'
import type { VenueReport } from '../model/account-report.ts'
import type { OperatorCommand } from '../model/journal-record.ts'
import type { MarketRow } from '../model/market-row.ts'
import type { ConnectionChange, VenuePosition } from '../model/session-record.ts'

export type SessionInput =
  /** One whole message of a feed: the last row, and no other, is marked as last. */
  | { readonly kind: 'market'; readonly instrument: number; readonly rows: readonly MarketRow[] }
  | { readonly kind: 'report'; readonly report: VenueReport }
  | { readonly kind: 'timer'; readonly id: TimerId }
  /** A feed or the order channel of an instrument went down, or came back. */
  | ({ readonly kind: 'connection' } & ConnectionChange)
  /** A process takes the session over: the first thing it says. */
  | { readonly kind: 'epoch'; readonly fence: number }
  /** What the venue says we hold. */
  | ({ readonly kind: 'venue-position' } & VenuePosition)
  /** An operator's commands. `stop` and `kill` cancel everything and let nothing new out. */
  | { readonly kind: OperatorCommand }
  /** The session is over. */
  | { readonly kind: 'end' }

export type PostInput = (input: SessionInput) => void
