/** Announced windows in which the venue is closed: every command is refused, cancels too. */
import type { VenueCondition } from './venue-gate.ts'

export interface MaintenanceWindow {
  /** Exchange time, microseconds. */
  readonly from: number
  /** The first moment after it. */
  readonly to: number
  /** What becomes of orders that are open when it begins. What is kept fills as the recorded market data say. */
  readonly openOrders: 'keep' | 'cancel'
}

export function maintenanceCondition(windows: readonly MaintenanceWindow[]): VenueCondition {
  return {
    description: `commands are refused in ${windows.length} maintenance windows; market data go on as recorded`,
    check: (_command, at) =>
      windows.some(({ from, to }) => at >= from && at < to) ? 'maintenance' : undefined,
  }
}

/** When the venue cancels all open orders: ascending, each moment once. */
export function sweepsOf(windows: readonly MaintenanceWindow[]): number[] {
  const times = windows.filter(({ openOrders }) => openOrders === 'cancel').map(({ from }) => from)
  return [...new Set(times)].sort((a, b) => a - b)
}
