/** The venue's clock against ours, by asking it: the shortest of several round trips tells best. */
import type { CcxtExchange } from './ccxt-exchange.ts'

export interface ClockReading {
  /** Milliseconds to add to our clock to get the venue's, and half of the round trip by which that may be off. */
  readonly offsetMs: number
  readonly roundTripMs: number
}

/** Beyond this much in either direction, orders may be refused for their time. */
export const offsetMsMax = 500

/**
 * @param now our time of day in milliseconds
 * @returns undefined when the venue has no clock to ask, or does not answer
 */
export async function readVenueClock(
  exchange: CcxtExchange,
  now: () => number,
  samples: number,
): Promise<ClockReading | undefined> {
  if (exchange.has.fetchTime !== true) return undefined
  let best: ClockReading | undefined
  for (let sample = 0; sample < samples; sample++) {
    const sentAt = now()
    const time = await exchange.fetchTime().catch(() => undefined)
    const roundTripMs = now() - sentAt
    if (typeof time !== 'number' || !Number.isFinite(time)) continue
    if (best === undefined || roundTripMs < best.roundTripMs) {
      best = { offsetMs: time - (sentAt + roundTripMs / 2), roundTripMs }
    }
  }
  return best
}

/** From now on requests are signed with the venue's time. */
export function signWithVenueTime(exchange: CcxtExchange, { offsetMs }: ClockReading): void {
  // ccxt subtracts it from our time when it makes a timestamp.
  exchange.options.timeDifference = Math.round(0 - offsetMs)
  exchange.options.adjustForTimeDifference = true
}
