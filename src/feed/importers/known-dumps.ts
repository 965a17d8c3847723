/** Public dumps that do not name their venue, told by their columns. */
import type { InstrumentListing } from '../choose-instrument.ts'
import { contractOf } from './bybit-format.ts'
import { marketOf } from './okx-format.ts'

/** @param id undefined where neither the file nor its name tells */
export function listingOfColumns(
  columns: readonly string[],
  id: string | undefined,
): InstrumentListing | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => columns.includes(name))
  // https://public.bybit.com/trading/ (read 2025-11); BitMEX publishes the same columns with times of its own kind.
  if (has('tickDirection', 'trdMatchID')) return contractOf(id ?? '')
  // https://www.okx.com/data-download (read 2025-11); the first name of older files is followed by a Chinese one.
  if (columns.some((name) => /^created_time/.test(name)) && columns.some((name) => /^trade_id/.test(name))) {
    return id === undefined ? { venue: 'okx-spot' } : marketOf(id)
  }
  // https://data.binance.vision (read 2025-11): only spot says whether a print was the best match, only futures have
  // dumps of best prices and of T_DEPTH.
  if (has('is_best_match')) return { venue: 'binance-spot', kind: 'spot' }
  // Only COIN-M counts trades in contracts, and gives the coins apart.
  if (has('base_qty')) return futuresOf(id ?? '')
  const isFutures = has('best_bid_price', 'transaction_time') || has('update_type', 'last_update_id')
  if (isFutures || (has('agg_trade_id') && has('transact_time'))) return futuresOf(id ?? '')
  return undefined
}

/** `BTCUSD_PERP`, `BTCUSD_240628` are settled in the coin. */
function futuresOf(id: string): InstrumentListing {
  const isInverse = /USD_(PERP|\d{6})$/.test(id)
  return isInverse ? { venue: 'binance-coinm', isInverse } : { venue: 'binance-usdm', kind: 'linear' }
}
