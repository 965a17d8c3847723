/** Times that the order machine goes by, in microseconds. */
import { type DurationUs, durationUs } from '../../core/units.ts'
import type { BackoffBounds } from './backoff.ts'

export interface MachineSettings {
  /** Between two questions about the same thing. */
  readonly backoff: BackoffBounds
  /** A request without any answer after this long counts as unanswered. */
  readonly answerTimeout: DurationUs
  /**
   * From this long after sending, that the venue does not know an order is evidence: the request is no longer valid
   * (its receive window is over) and views that lag have caught up (60 s were seen at Kraken).
   */
  readonly conclusiveAfter: DurationUs
  /** The stream may bring a fill after the order's state: only then is it asked for. */
  readonly fillGrace: DurationUs
  /** Open orders and fills are compared with the venue's this often while an order works. */
  readonly audit: DurationUs
  /** A sweep of fills starts this long before the oldest one that may be missing: longer than a view may lag. */
  readonly sweepOverlap: DurationUs
  /** Our position by the venue's account. */
  readonly positions: DurationUs
  /** Of the venue's dead man's switch; it is armed again three times as often. */
  readonly deadMan: DurationUs
  /** False where order updates have to be asked for: `audit` then goes by `backoff`. */
  readonly hasOrderStream: boolean
}

const seconds = (count: number): DurationUs => durationUs(count * 1_000_000)

export const defaultMachineSettings: MachineSettings = {
  backoff: { min: durationUs(500_000), max: seconds(5) },
  answerTimeout: seconds(10),
  conclusiveAfter: seconds(95),
  fillGrace: durationUs(500_000),
  audit: seconds(30),
  sweepOverlap: seconds(120),
  positions: seconds(60),
  deadMan: seconds(60),
  hasOrderStream: true,
}
