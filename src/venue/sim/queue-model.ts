/**
 * How much of the displayed quantity stands ahead of a resting order. Quantities in lots; `ahead` may be fractional.
 * Sources: VENUE.md B7 (rules of hftbacktest 2.4.4, restated); risk-averse and probability family.
 */
import { ConfigError } from '../../core/errors.ts'
import { naturalLog } from '../../core/natural-log.ts'

/** What one resting order knows of its queue. */
export interface QueuePlace {
  /** Lots ahead of us at our price; below zero only while a print is being shared out. */
  ahead: number
  /** Lots traded at our price since its last level update: explains part of that update's decrease. */
  tradedSinceUpdate: number
}

export interface QueueModel {
  readonly name: string
  /** The level at our price changed from `previous` to `next` lots. */
  onDepth(place: QueuePlace, previous: number, next: number): void
}

/** Nothing ahead of us ever cancels, unless the level becomes smaller than what we thought was ahead. */
const riskAverse: QueueModel = {
  name: 'risk-averse',
  onDepth(place, _previous, next) {
    place.tradedSinceUpdate = 0
    if (next < place.ahead) place.ahead = next
  },
}

/**
 * Probability that a decrease happened behind us, given the quantities ahead and behind (both in one unit); may be NaN
 * or infinite for an empty queue.
 */
export type BehindProbability = (ahead: number, behind: number) => number

function probabilityModel(name: string, behindProbability: BehindProbability): QueueModel {
  return {
    name,
    onDepth(place, previous, next) {
      const change = previous - next - place.tradedSinceUpdate
      place.tradedSinceUpdate = 0
      if (change < 0) {
        place.ahead = Math.min(place.ahead, next)
        return
      }
      const behind = Math.max(0, previous - place.ahead)
      let p = behindProbability(place.ahead, behind)
      if (p === Number.POSITIVE_INFINITY) p = 1
      const estimate = place.ahead - (1 - p) * change + Math.min(behind - p * change, 0)
      place.ahead = Number.isNaN(estimate) ? next : Math.max(0, Math.min(estimate, next))
    },
  }
}

/** x to the power of a positive integer by repeated products: `Math.pow` differs between versions of V8. */
function power(x: number, exponent: number): number {
  let product = 1
  for (let i = 0; i < exponent; i++) product *= x
  return product
}

function exponentOf(text: string | undefined, spec: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1 || n > 16) {
    throw new ConfigError('QUEUE_MODEL', `queue model ${spec}: the exponent must be an integer from 1 to 16`)
  }
  return n
}

/** @param spec `risk-averse`, `prob-power:N`, `prob-power2:N`, `prob-power3:N`, `prob-log` or `prob-log2` */
export function createQueueModel(spec: string): QueueModel {
  const probability = parseQueueModel(spec)
  return probability === undefined ? riskAverse : probabilityModel(spec, probability)
}

/** Undefined for the risk-averse model, in which nothing ahead of us cancels. @throws {ConfigError} QUEUE_MODEL */
export function parseQueueModel(spec: string): BehindProbability | undefined {
  const [family, exponentText] = spec.split(':')
  switch (family) {
    case 'risk-averse':
      return undefined
    case 'prob-power': {
      const n = exponentOf(exponentText, spec)
      return (f, b) => power(b, n) / (power(b, n) + power(f, n))
    }
    case 'prob-power2': {
      const n = exponentOf(exponentText, spec)
      return (f, b) => power(b, n) / power(b + f, n)
    }
    case 'prob-power3': {
      const n = exponentOf(exponentText, spec)
      return (f, b) => 1 - power(f / (f + b), n)
    }
    case 'prob-log':
      return (f, b) => logOf(1 + b) / (logOf(1 + b) + logOf(1 + f))
    case 'prob-log2':
      return (f, b) => logOf(1 + b) / logOf(1 + b + f)
    default:
      throw new ConfigError(
        'QUEUE_MODEL',
        `unknown queue model ${JSON.stringify(spec)}; expected risk-averse, prob-power:N, prob-power2:N, prob-power3:N, prob-log or prob-log2`,
      )
  }
}

/** As IEEE has it: −Infinity for 0, NaN below. */
function logOf(x: number): number {
  if (x > 0) return naturalLog(x)
  return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
}
