/** The rules that each symbol states in `exchangeInfo`, and holds orders to. */
import { parseDecimal } from '../../core/decimal.ts'
import type { Account } from '../account.ts'
import type { OrderTicket } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import { filterFailure } from './wire-error.ts'

/** Of one order, in lots: far beyond anything a recorded book offers. */
const qtyLotsMax = 1_000_000_000
const priceTicksMax = 1_000_000_000
const openOrdersMax = 200
const waitingOrdersMax = 5
const icebergPartsMax = 10
/** Limit price ÷ reference price, in thousandths. */
const priceUp = 5000
const priceDown = 200
/** Trailing distance in basis points. */
const trailingMin = 10
const trailingMax = 2000

export function filtersOf({ instrument, priceText, qtyText }: PublicMarket): object[] {
  const { tickSize, lotSize, minNotional } = instrument.spec
  return [
    { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: priceText(priceTicksMax), tickSize },
    { filterType: 'LOT_SIZE', minQty: lotSize, maxQty: qtyText(qtyLotsMax), stepSize: lotSize },
    { filterType: 'ICEBERG_PARTS', limit: icebergPartsMax },
    { filterType: 'MARKET_LOT_SIZE', minQty: lotSize, maxQty: qtyText(qtyLotsMax), stepSize: lotSize },
    {
      filterType: 'TRAILING_DELTA',
      minTrailingAboveDelta: trailingMin,
      maxTrailingAboveDelta: trailingMax,
      minTrailingBelowDelta: trailingMin,
      maxTrailingBelowDelta: trailingMax,
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: '5',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.2',
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: parseDecimal(minNotional).toFixed(8),
      applyMinToMarket: true,
      maxNotional: '9000000.00000000',
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: openOrdersMax },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: waitingOrdersMax },
  ]
}

/** @throws {WireError} −1013 with the name of the first filter that does not let the order pass */
export function checkFilters(market: PublicMarket, account: Account, ticket: OrderTicket): void {
  const failed = failedFilter(market, account, ticket)
  if (failed !== undefined) throw filterFailure(failed)
}

function failedFilter(market: PublicMarket, account: Account, ticket: OrderTicket): string | undefined {
  const { qty, price, displayQty, trigger } = ticket
  const prices = [price, trigger?.kind === 'trailing-stop' ? undefined : trigger?.price]
  if (prices.some((ticks) => ticks !== undefined && (ticks <= 0 || ticks > priceTicksMax))) {
    return 'PRICE_FILTER'
  }
  if (price !== undefined && isFarOff(market, price)) return 'PERCENT_PRICE_BY_SIDE'
  if (qty <= 0 || qty > qtyLotsMax) return 'LOT_SIZE'
  if (isSmall(market, ticket)) return 'NOTIONAL'
  if (displayQty !== undefined && Math.ceil(qty / displayQty) > icebergPartsMax) return 'ICEBERG_PARTS'
  if (trigger?.kind === 'trailing-stop' && (trigger.bps < trailingMin || trigger.bps > trailingMax)) {
    return 'TRAILING_DELTA'
  }
  const open = account.history.open(market.index)
  if (open.length >= openOrdersMax) return 'MAX_NUM_ORDERS'
  const waiting = open.filter((order) => order.ticket.trigger !== undefined)
  return trigger !== undefined && waiting.length >= waitingOrdersMax ? 'MAX_NUM_ALGO_ORDERS' : undefined
}

function isFarOff({ referenceTimes2 }: PublicMarket, price: number): boolean {
  if (referenceTimes2 === undefined) return false
  const thousandths = (2000 * price) / referenceTimes2
  return thousandths > priceUp || thousandths < priceDown
}

/** Worth less than the smallest order; of a market order at the price it would take. */
function isSmall(market: PublicMarket, { qty, price, side, trigger }: OrderTicket): boolean {
  const { instrument, touch, lastPrice } = market
  const best = side === 'buy' ? touch.ask : touch.bid
  const stop = trigger === undefined || trigger.kind === 'trailing-stop' ? undefined : trigger.price
  const at = price ?? stop ?? (best === 0 ? lastPrice : best)
  return instrument.isBelowMinNotional(at, qty)
}
