/** How a live venue is, for whoever watches it. */
import type { MachineHealth } from './ccxt-venue.ts'

export interface VenueHealth extends MachineHealth {
  readonly exchangeId: string
  /** The venue's clock minus ours, milliseconds; undefined where it has none to ask. */
  readonly clockOffsetMs: number | undefined
  /** Round trip of the last reading of the clock, and how long ago that was, milliseconds. */
  readonly lastPingMs: number | undefined
  readonly lastPingAgeMs: number | undefined
}
