/** Values the account now and then while a position is open: so that the circuit breaker trips without an order or a fill. */
import type { Clock, Timers } from '../clock/clock.ts'
import { type DurationUs, timeUs } from '../core/units.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'
import type { PositionBook } from './position-book.ts'

export interface AccountValuationOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly risk: RiskGuard
  readonly positions: PositionBook
  /** One entry per instrument. */
  readonly markets: readonly unknown[]
  /** Undefined: never. */
  readonly valuationInterval?: DurationUs
}

export class AccountValuation {
  private readonly options: AccountValuationOptions
  private isOn = false
  /** One for all timers: there is one each bar. */
  private readonly value = (): void => {
    const { risk, clock } = this.options
    this.isOn = false
    risk.revalue(clock.now())
    this.keepUp()
  }

  constructor(options: AccountValuationOptions) {
    this.options = options
  }

  /** After a fill. */
  keepUp(): void {
    const { valuationInterval, clock, timers } = this.options
    if (valuationInterval === undefined || this.isOn || !this.hasPosition()) return
    this.isOn = true
    timers.set(timeUs(clock.now() + valuationInterval), this.value)
  }

  private hasPosition(): boolean {
    const { markets, positions } = this.options
    for (let instrument = 0; instrument < markets.length; instrument++) {
      if (positions.position(instrument).qty !== 0) return true
    }
    return false
  }
}
