/**
 * Rate limits of venues, as they stood when they were read; a venue changes them at any time.
 *
 * Intervals start at whole multiples, as Binance says of its own ("rate limits are accounted by intervals",
 * developers.binance.com, spot WebSocket API, rate limits; read 2026-11). Bans last "from 2 minutes to 3 days" for
 * repeat offenders (same place). How many refusals bring one is not published: ten within a minute is assumed.
 */
import type { RateLimits } from '../venue/sim/rate-limiter.ts'

const second = 1_000_000
const minute = 60 * second
const day = 86_400 * second
const ban = { afterRefusals: 10, withinUs: minute, firstUs: 2 * minute, maxUs: 3 * day }

export const binanceLimits: Readonly<Record<'binance-spot' | 'binance-usdm', RateLimits>> = {
  /**
   * `rateLimits` of GET /api/v3/exchangeInfo as quoted by third parties in 2026: 6,000 weight a minute, 100 orders in
   * 10 s, 200,000 a day (Binance's own FAQ of 2024-11-15 still said 50 and 160,000). Placing and canceling weigh 1, an
   * amend that keeps the priority 4 and counts no order. Filled orders are not given back, as Binance does: stricter.
   */
  'binance-spot': {
    buckets: [
      { counts: 'weight', perUs: minute, max: 6000 },
      { counts: 'orders', perUs: 10 * second, max: 100 },
      { counts: 'orders', perUs: day, max: 200_000 },
    ],
    orders: { submit: 1, amend: 0, cancel: 0 },
    weight: { submit: 1, amend: 4, cancel: 1 },
    ban,
  },
  /**
   * `rateLimits` of GET /fapi/v1/exchangeInfo as quoted by third parties in 2026: 2,400 weight a minute, 300 orders in
   * 10 s, 1,200 a minute. Placing and amending weigh nothing and count as orders; canceling weighs 1.
   */
  'binance-usdm': {
    buckets: [
      { counts: 'weight', perUs: minute, max: 2400 },
      { counts: 'orders', perUs: 10 * second, max: 300 },
      { counts: 'orders', perUs: minute, max: 1200 },
    ],
    orders: { submit: 1, amend: 1, cancel: 0 },
    weight: { submit: 0, amend: 0, cancel: 1 },
    ban,
  },
}
