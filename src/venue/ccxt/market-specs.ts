/** A market as ccxt describes it → the instrument that we trade, on grids of whole ticks and lots. */
import { Decimal } from 'decimal.js'
import { ConfigError, VenueError } from '../../core/errors.ts'
import { defaultSettleQuantum, type InstrumentSpec } from '../../model/instrument.ts'
import { isRecord, textOf } from './ccxt-exchange.ts'

export interface LiveMarket {
  /** As ccxt names it. */
  readonly symbol: string
  /** As the venue names it. */
  readonly id: string
  readonly spec: InstrumentSpec
  /** The venue takes orders in it. */
  readonly isActive: boolean
}

/** @throws {VenueError} MARKET_UNREADABLE; {ConfigError} MARKET_KIND */
export function liveMarketOf(exchangeId: string, market: unknown): LiveMarket {
  if (!isRecord(market)) throw unreadable(exchangeId, 'no market')
  const symbol = textOf(market.symbol)
  const id = textOf(market.id)
  const base = textOf(market.base)
  const quote = textOf(market.quote)
  if (symbol === undefined || id === undefined || base === undefined || quote === undefined) {
    throw unreadable(exchangeId, 'a market without a name')
  }
  const kind = kindOf(market, symbol)
  const { precision, limits } = market
  const tickSize = stepOf(isRecord(precision) ? precision.price : undefined)
  const lotSize = stepOf(isRecord(precision) ? precision.amount : undefined)
  if (tickSize === undefined || lotSize === undefined) {
    throw unreadable(exchangeId, `${symbol} without steps of price and quantity`)
  }
  const cost = isRecord(limits) && isRecord(limits.cost) ? limits.cost.min : undefined
  const contractSize = kind === 'spot' ? '1' : (stepOf(market.contractSize) ?? '1')
  const grid = { kind, tickSize, lotSize, contractSize }
  const spec: InstrumentSpec = {
    id: id.toUpperCase(),
    venue: venueName(exchangeId, kind),
    ...grid,
    baseCurrency: base,
    settleCurrency: textOf(market.settle) ?? quote,
    minNotional: stepOf(cost) ?? '0',
    settleQuantum: defaultSettleQuantum(grid),
  }
  return { symbol, id, spec, isActive: market.active !== false }
}

/** As recordings of the same market are named. */
function venueName(exchangeId: string, kind: InstrumentSpec['kind']): string {
  const family = exchangeId.replace(/^binance(usdm|coinm)$/, 'binance')
  if (family !== 'binance') return `${family}-${kind}`
  return kind === 'spot' ? 'binance-spot' : kind === 'linear' ? 'binance-usdm' : 'binance-coinm'
}

function kindOf(market: Readonly<Record<string, unknown>>, symbol: string): InstrumentSpec['kind'] {
  if (market.spot === true) return 'spot'
  if (market.linear === true) return 'linear'
  if (market.inverse === true) return 'inverse'
  throw new ConfigError(
    'MARKET_KIND',
    `${symbol} is neither spot nor a linear or inverse contract: such markets are not traded here`,
  )
}

/** Plain decimal text of a positive number; undefined for anything else. */
function stepOf(value: unknown): string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  const step = new Decimal(text)
  return step.isPositive() && !step.isZero() ? step.toFixed() : undefined
}

function unreadable(exchangeId: string, what: string): VenueError {
  return new VenueError('MARKET_UNREADABLE', `${exchangeId} lists ${what}`)
}
