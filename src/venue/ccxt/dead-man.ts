/**
 * The venue's own switch: it cancels everything when it does not hear from us. Armed while an order works, again and
 * again, and disarmed when nothing does; left armed when we cannot tell.
 */
import { type DurationUs, durationUs } from '../../core/units.ts'
import type { ExchangeWire, WireOutcome } from './exchange-wire.ts'
import type { MachineSettings } from './machine-settings.ts'
import type { OrderTable } from './order-table.ts'
import type { Pursuits } from './pursuits.ts'

export interface DeadManOptions {
  readonly wire: ExchangeWire
  readonly settings: MachineSettings
  readonly table: OrderTable
  readonly pursuits: Pursuits
  readonly onNotice: (text: string) => void
}

export class DeadMan {
  private readonly options: DeadManOptions
  private isTicking = false
  private isArmed = false
  private isRefused = false

  constructor(options: DeadManOptions) {
    this.options = options
  }

  /** An order is about to leave. */
  wake(): void {
    if (this.isTicking || this.isRefused || this.options.wire.armDeadMan === undefined) return
    this.isTicking = true
    this.tick()
  }

  /** Before a maintenance that was announced, or at the end of a session without orders. */
  disarm(): void {
    if (this.isArmed) this.arm(durationUs(0))
  }

  private tick(): void {
    const { settings, table, pursuits } = this.options
    if (table.isEmpty || this.isRefused) {
      this.isTicking = false
      return this.disarm()
    }
    this.arm(settings.deadMan)
    pursuits.after(durationUs(Math.floor(settings.deadMan / 3)), () => this.tick())
  }

  private arm(timeout: DurationUs): void {
    this.isArmed = timeout > 0
    this.options.wire.armDeadMan?.(timeout, (outcome) => this.answered(outcome))
  }

  private answered(outcome: WireOutcome<undefined>): void {
    if (outcome.kind !== 'refused' || this.isRefused) return
    this.isRefused = true
    this.options.onNotice(`the venue refuses its dead man's switch: ${outcome.text}`)
  }
}
