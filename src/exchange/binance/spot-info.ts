/** What spot clients ask first: symbols with their rules, and the account. */
import type { Account } from '../account.ts'
import { amountText } from '../amount.ts'
import type { PublicMarket } from '../public-market.ts'
import { type ExchangeContext, optionalMarket } from './exchange-context.ts'
import { filtersOf } from './filters.ts'
import { selfTradeWords } from './order-words.ts'
import type { Params } from './params.ts'
import { spotRateLimits } from './rate-limits.ts'
import { spotOrderTypes } from './spot-ticket.ts'
import { invalidSymbol } from './wire-error.ts'

export function spotExchangeInfo(context: ExchangeContext, params: Params): object {
  const one = optionalMarket(context, 'spot', params)
  const named = params.text('symbols')
  const markets = context.exchange.markets.filter(
    (market) => market.segment === 'spot' && (one === undefined || one === market),
  )
  const shown = markets.filter(({ symbol }) => named === undefined || named.includes(`"${symbol}"`))
  if (named !== undefined && shown.length === 0) throw invalidSymbol()
  return {
    timezone: 'UTC',
    serverTime: context.clock.nowMs(),
    rateLimits: spotRateLimits,
    exchangeFilters: [],
    symbols: shown.map(symbolJson),
  }
}

function symbolJson(market: PublicMarket): object {
  const { baseCurrency, settleCurrency } = market.instrument.spec
  return {
    symbol: market.symbol,
    status: market.isTrading ? 'TRADING' : 'BREAK',
    baseAsset: baseCurrency,
    baseAssetPrecision: 8,
    quoteAsset: settleCurrency,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: spotOrderTypes,
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filtersOf(market),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: selfTradeWords,
  }
}

export function spotAccount({ clock }: ExchangeContext, account: Account, params: Params): object {
  const wallet = account.wallets.spot
  const { maker, taker } = wallet.fees
  const hidesZeros = params.flag('omitZeroBalances')
  return {
    makerCommission: maker / 100,
    takerCommission: taker / 100,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: (maker / 1e6).toFixed(8),
      taker: (taker / 1e6).toFixed(8),
      buyer: '0.00000000',
      seller: '0.00000000',
    },
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: clock.nowMs(),
    accountType: 'SPOT',
    balances: balancesJson(account).filter(
      ({ free, locked }) => !hidesZeros || Number(free) + Number(locked) > 0,
    ),
    permissions: ['SPOT'],
    uid: 1,
  }
}

export function balancesJson({ wallets: { spot } }: Account) {
  return [...spot.balances].map(([asset, { free, locked }]) => ({
    asset,
    free: amountText(free),
    locked: amountText(locked),
  }))
}
