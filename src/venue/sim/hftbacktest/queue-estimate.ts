/**
 * How much stands ahead of a resting order, as hftbacktest 2.4.4 estimates it (VENUE.md B5, B7): both quantities of a
 * place in units of the instrument, as doubles, operation by operation, because its rounding decides which trade fills an order. Unlike the
 * queue of the honest profile, the estimate may go below zero, and every order has one of its own.
 */
import type { BehindProbability, QueuePlace } from '../queue-model.ts'

/** A print of `qty` at our price. */
export function applyTrade(place: QueuePlace, qty: number): void {
  place.ahead -= qty
  place.tradedSinceUpdate += qty
}

/**
 * The level at our price changed from `previous` to `next`.
 *
 * @param probability undefined for the risk-averse model
 */
export function applyDepth(
  place: QueuePlace,
  previous: number,
  next: number,
  probability: BehindProbability | undefined,
): void {
  const front = place.ahead
  const change = previous - next - place.tradedSinceUpdate
  place.tradedSinceUpdate = 0
  if (probability === undefined || change < 0) {
    place.ahead = Math.min(front, next)
    return
  }
  const behind = previous - front
  const found = probability(front, behind)
  const p = Math.abs(found) === Number.POSITIVE_INFINITY ? 1 : found
  const estimated = front - (1 - p) * change + smaller(behind - p * change, 0)
  place.ahead = smaller(estimated, next)
}

/** Whole lots by which trades have gone through the queue ahead: 0 until they are half a lot beyond it. */
export function takeExcessLots(place: QueuePlace, lotSize: number): number {
  const lots = roundHalfAway(-place.ahead / lotSize)
  if (lots <= 0) return 0
  place.ahead = 0
  return lots
}

/** IEEE minNum: a number wins over NaN. */
function smaller(value: number, limit: number): number {
  return Number.isNaN(value) ? limit : Math.min(value, limit)
}

/** Of a value that matters only above zero. `Math.floor(x + 0.5)` would be wrong just below a half. */
function roundHalfAway(value: number): number {
  const floor = Math.floor(value)
  return value - floor >= 0.5 ? floor + 1 : floor
}
