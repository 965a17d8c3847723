/**
 * Our position against what the venue says, instrument by instrument. Fills under way explain a difference for a moment;
 * one that lasts means that somebody else trades on the account, or that we have missed something.
 */
import type { DurationUs, QtyLots, TimeUs } from '../core/units.ts'

interface Mismatch {
  /** Venue's position less ours, lots. */
  readonly difference: number
  readonly since: TimeUs
}

export class PositionWatch {
  private readonly grace: DurationUs
  private readonly mismatches: (Mismatch | undefined)[] = []

  constructor(grace: DurationUs) {
    this.grace = grace
  }

  /** The same difference must be seen twice, at least the grace apart. @returns true when it lasts too long */
  isBroken(instrument: number, ours: QtyLots, venues: QtyLots, now: TimeUs): boolean {
    const difference = venues - ours
    const before = this.mismatches[instrument]
    if (difference === 0) this.mismatches[instrument] = undefined
    else if (before?.difference !== difference) this.mismatches[instrument] = { difference, since: now }
    else return now - before.since >= this.grace
    return false
  }
}
