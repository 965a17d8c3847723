/** Symbols of the perpetuals with their rules. */
import { parseDecimal } from '../../core/decimal.ts'
import type { PublicMarket } from '../public-market.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { filtersOf } from './filters.ts'
import { selfTradeWords } from './order-words.ts'
import { usdmRateLimits } from './rate-limits.ts'

export const usdmOrderTypes = [
  'LIMIT',
  'MARKET',
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
]

/** 2100-12-25: a contract that never ends. */
const neverMs = 4_133_404_800_000

export function usdmExchangeInfo({ exchange, clock }: ExchangeContext): object {
  const markets = exchange.markets.filter(({ segment }) => segment === 'usdm')
  const assets = [...new Set(markets.map(({ instrument }) => instrument.spec.settleCurrency))]
  return {
    timezone: 'UTC',
    serverTime: clock.nowMs(),
    futuresType: 'U_MARGINED',
    rateLimits: usdmRateLimits,
    exchangeFilters: [],
    assets: assets.map((asset) => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' })),
    symbols: markets.map(symbolJson),
  }
}

function symbolJson(market: PublicMarket): object {
  const { baseCurrency, settleCurrency, tickSize, lotSize } = market.instrument.spec
  return {
    symbol: market.symbol,
    pair: market.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: neverMs,
    onboardDate: 0,
    status: market.isTrading ? 'TRADING' : 'SETTLING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: baseCurrency,
    quoteAsset: settleCurrency,
    marginAsset: settleCurrency,
    pricePrecision: parseDecimal(tickSize).decimalPlaces(),
    quantityPrecision: parseDecimal(lotSize).decimalPlaces(),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012000',
    marketTakeBound: '0.05',
    filters: filtersOf(market),
    orderTypes: usdmOrderTypes,
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID'],
    selfTradePreventionModes: selfTradeWords,
  }
}
