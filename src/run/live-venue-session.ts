/** A venue of ccxt as the venue of a session: what it says becomes inputs, and its last word is asked for at the end. */
import { VenueError } from '../core/errors.ts'
import { type QtyLots, qtyLots } from '../core/units.ts'
import type { ExecutionReport } from '../model/execution-report.ts'
import type { LiveVenue } from '../venue/ccxt/live-venue.ts'
import type { VenueOutput } from '../venue/ccxt/venue-output.ts'
import type { SessionVenue, VenueWiring } from './trade-session.ts'

/** Milliseconds: for the way of orders to come up, for the venue's last word, and for cancels when a session has failed. */
const upMs = 30_000
export const lastWordMs = 25_000
const lastCancelsMs = 10_000
const lookMs = 250

/** Between a venue that is opened first and a session that is there later. */
export class OutputRelay implements VenueOutput {
  target: VenueOutput | undefined
  private readonly onNotice: (text: string) => void

  constructor(onNotice: (text: string) => void) {
    this.onNotice = onNotice
  }

  report(report: ExecutionReport): void {
    this.target?.report(report)
  }

  connection(instrument: number, isUp: boolean): void {
    this.target?.connection(instrument, isUp)
  }

  position(instrument: number, qty: QtyLots): void {
    this.target?.position(instrument, qty)
  }

  notice(text: string): void {
    this.onNotice(text)
  }
}

export interface LiveWiring {
  readonly live: LiveVenue
  readonly relay: OutputRelay
  /** By instrument, signed lots that the account held before the session: not the session's. */
  readonly held: readonly number[]
}

export function connectLive(wiring: LiveWiring, session: VenueWiring): SessionVenue {
  const { live, relay } = wiring
  const { post } = session
  let onUp: (() => void) | undefined
  let isSettled = false
  relay.target = inputsOf(wiring, session, () => onUp?.())
  return {
    venue: live.venue,
    receive: (instrument, rows) => post({ kind: 'market', instrument, rows }),
    lose: () => {},
    open: () => {
      const isUp = new Promise<void>((resolve) => {
        onUp = resolve
      })
      live.venue.start()
      return within(isUp, upMs, () => {
        throw new VenueError(
          'ORDERS_UNREACHABLE',
          `${live.health().exchangeId}: the way of orders did not come up`,
        )
      })
    },
    settle: async (command) => {
      if (command === 'kill') await cancelAll(live, lastWordMs)
      const open = await openAtLast(live, lastWordMs)
      isSettled = open.length === 0
      return open
    },
    health: () => describeHealth(live),
    close: async () => {
      // The session failed: cancels of its orders have just been handed over.
      if (!isSettled) await openAtLast(live, lastCancelsMs)
      await live.close()
    },
  }
}

/** @param onUp orders have a way to every instrument */
function inputsOf(
  { held }: LiveWiring,
  { post, instruments, ourQty }: VenueWiring,
  onUp: () => void,
): VenueOutput {
  const up = new Set<number>()
  return {
    report: (report) => post({ kind: 'report', report }),
    connection: (instrument, isUp) => {
      post({ kind: 'connection', channel: 'orders', instrument, isUp })
      if (isUp) up.add(instrument)
      else up.delete(instrument)
      if (up.size === instruments.length) onUp()
    },
    position: (instrument, qty) => {
      const isSpot = instruments[instrument]?.spec.kind === 'spot'
      const told = ofSession({ told: qty - (held[instrument] ?? 0), ours: ourQty(instrument), isSpot })
      post({ kind: 'venue-position', instrument, qty: qtyLots(told) })
    },
    notice: () => {},
  }
}

/**
 * On spot, what the account held below a lot before, and what our fees left of one, can make a lot together: a difference
 * of one is no news. All in signed lots.
 */
function ofSession({ told, ours, isSpot }: { told: number; ours: number; isSpot: boolean }): number {
  return isSpot && Math.abs(told - ours) === 1 ? ours : told
}

/** @returns when the venue lists nothing any more, or the time is over */
export function cancelAll(live: LiveVenue, ms: number): Promise<void> {
  return within(new Promise<void>((resolve) => live.venue.cancelEverything(resolve)), ms, () => {})
}

/** Asks until nothing of ours is open, or the time is over. @returns ids at the venue of what is open still */
export async function openAtLast(live: LiveVenue, ms: number): Promise<readonly string[]> {
  let open: readonly string[] = ['unknown']
  for (let waited = 0; waited < ms; waited += lookMs) {
    try {
      open = (await live.openOrders()).map(({ venueOrderId }) => venueOrderId)
      if (open.length === 0 && live.venue.health().unknownOrders === 0) return []
    } catch (error) {
      if (!(error instanceof VenueError)) throw error
    }
    await pause(lookMs)
  }
  return open.length === 0 ? ['unknown'] : open
}

function describeHealth(live: LiveVenue): string {
  const { exchangeId, isUp, troubles, openOrders, unknownOrders, remainingCalls, lastPingMs } = live.health()
  const state = isUp ? 'up' : `DOWN (${troubles.join(', ') || 'comparing'})`
  const ping = lastPingMs === undefined ? '' : `, ping ${Math.round(lastPingMs)} ms`
  const unknown = unknownOrders === 0 ? '' : `, ${unknownOrders} UNKNOWN`
  return `${exchangeId} ${state}, ${openOrders} open${unknown}${ping}, ${Math.floor(remainingCalls)} calls left`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

async function within(work: Promise<void>, ms: number, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<'over'>((resolve) => {
    timer = setTimeout(() => resolve('over'), ms)
  })
  const first = await Promise.race([work, over])
  clearTimeout(timer)
  if (first === 'over') late()
}
