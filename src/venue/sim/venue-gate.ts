/** What a command meets before the matching engine: nothing by default, else the venue's conditions, one after another. */
import type { ReasonCode } from '../../model/order.ts'
import type { VenueCommand } from './venue-command.ts'

/** `undefined`: it passes. `lost`: nobody ever answers it. Else why it is refused. */
export type Verdict = ReasonCode | 'lost' | undefined

export interface VenueCondition {
  /** As it is printed among the assumptions of the run. */
  readonly description: string
  /**
   * The command arrives at exchange time `at`; times never go back. Asked once per command.
   *
   * @param referenceTimes2 what the venue holds prices against, in half ticks; undefined without a market
   */
  check(command: VenueCommand, at: number, referenceTimes2: number | undefined): Verdict
}

export interface VenueGate {
  /** The first that does not let the command pass decides; those behind it do not see it. */
  readonly conditions: readonly VenueCondition[]
  /** Exchange times at which the venue cancels all open orders, ascending, microseconds. */
  readonly sweeps: readonly number[]
}
