/**
 * Stops a strategy that repeats itself (RTS 6 Art. 15, repeated automated execution throttle): so many fills, rejects or
 * losing round trips within a while, and only a person lets it go on.
 */
import type { TimeUs } from '../core/units.ts'
import type { ReasonCode, RiskRule } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import { MessageWindow } from './message-window.ts'
import type { RepeatLimit, RiskLimits } from './risk-limits.ts'

export class RepeatThrottle {
  private readonly fills: MessageWindow | undefined
  private readonly rejects: MessageWindow | undefined
  private readonly losses: MessageWindow | undefined
  /** By instrument: of the round trip under way. */
  private readonly trips: { sign: number; result: number }[] = []

  constructor({ fillRate, rejectRate, lossRate }: RiskLimits) {
    this.fills = windowOf(fillRate)
    this.rejects = windowOf(rejectRate)
    this.losses = windowOf(lossRate)
  }

  /** A fill that left this position. @returns the rule that it breaks */
  filled(position: Position, now: TimeUs): RiskRule | undefined {
    if (this.losses !== undefined && this.endsInLoss(position) && isBeyond(this.losses, now)) {
      return 'repeated-losses'
    }
    return isBeyond(this.fills, now) ? 'repeated-fills' : undefined
  }

  /** A post-only order that would have taken is a miss, not a mistake. @returns the rule that it breaks */
  rejected(reason: ReasonCode, now: TimeUs): RiskRule | undefined {
    if (reason === 'post-only-would-take') return undefined
    return isBeyond(this.rejects, now) ? 'repeated-rejects' : undefined
  }

  /** A person has looked: counting starts anew. */
  reset(): void {
    this.fills?.clear()
    this.rejects?.clear()
    this.losses?.clear()
  }

  /** True when the fill closed or turned a position and the trip came to less than nothing, fees included. */
  private endsInLoss({ instrument, qty, realizedPnl, fees, funding }: Position): boolean {
    const result = realizedPnl - fees - funding
    const sign = Math.sign(qty)
    const trip = this.trips[instrument]
    const isOver = trip !== undefined && trip.sign !== 0 && trip.sign !== sign
    const isLoss = isOver && result < trip.result
    // Until a trip is over its result counts from where the one before has left it.
    this.trips[instrument] = { sign, result: trip === undefined ? 0 : isOver ? result : trip.result }
    return isLoss
  }
}

/** Full with the first one beyond the limit. */
function windowOf(limit: RepeatLimit | undefined): MessageWindow | undefined {
  return limit && new MessageWindow(limit.count + 1, limit.windowUs)
}

function isBeyond(window: MessageWindow | undefined, now: TimeUs): boolean {
  window?.add(now)
  return window?.isFull(now) ?? false
}
