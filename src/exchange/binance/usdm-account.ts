/** Margin account and positions of perpetuals, and what a client may set. */
import type { Account } from '../account.ts'
import { amountText, eightDecimals } from '../amount.ts'
import type { PublicMarket } from '../public-market.ts'
import {
  assetOf,
  type MarginFigures,
  positionValue,
  signedQty,
  type UsdmPosition,
  unrealizedOf,
} from '../usdm-wallet.ts'
import { type ExchangeContext, marketOf, optionalMarket } from './exchange-context.ts'
import type { Params } from './params.ts'
import { entryText } from './usdm-json.ts'
import { missing, WireError } from './wire-error.ts'

const leverageMax = 125
/** Value of the largest position, in settlement currency. */
const notionalMax = '1000000000'

export function usdmAccount({ clock }: ExchangeContext, account: Account): object {
  const { usdm } = account.wallets
  const figures = usdm.assets.map((asset) => ({ asset, figures: usdm.figures(asset) }))
  const sum = (of: (figures: MarginFigures) => bigint): string =>
    eightDecimals(figures.reduce((total, item) => total + of(item.figures), 0n))
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: false,
    canWithdraw: false,
    multiAssetsMargin: false,
    updateTime: 0,
    totalInitialMargin: sum((of) => of.positionMargin + of.orderMargin),
    totalMaintMargin: sum((of) => of.maintenance),
    totalWalletBalance: sum((of) => of.wallet),
    totalUnrealizedProfit: sum((of) => of.unrealized),
    totalMarginBalance: sum((of) => of.wallet + of.unrealized),
    totalPositionInitialMargin: sum((of) => of.positionMargin),
    totalOpenOrderInitialMargin: sum((of) => of.orderMargin),
    totalCrossWalletBalance: sum((of) => of.wallet),
    totalCrossUnPnl: sum((of) => of.unrealized),
    availableBalance: sum((of) => of.available),
    maxWithdrawAmount: sum((of) => of.available),
    assets: figures.map((item) => assetJson(item.asset, item.figures, clock.nowMs())),
    positions: usdm.positions
      .filter(({ lots }) => lots !== 0)
      .map((position) => positionJson(position, clock.nowMs())),
  }
}

export function usdmBalance({ clock }: ExchangeContext, account: Account): object[] {
  const { usdm } = account.wallets
  return usdm.assets.map((asset) => {
    const { wallet, unrealized, available } = usdm.figures(asset)
    return {
      accountAlias: 'sim',
      asset,
      balance: amountText(wallet),
      crossWalletBalance: amountText(wallet),
      crossUnPnl: eightDecimals(unrealized),
      availableBalance: eightDecimals(available),
      maxWithdrawAmount: eightDecimals(available),
      marginAvailable: true,
      updateTime: clock.nowMs(),
    }
  })
}

/** Those with something in them; the leverage of all, where the caller's version tells it. */
export function positionRisk(version: 2 | 3) {
  return (context: ExchangeContext, account: Account, params: Params): object[] => {
    const one = optionalMarket(context, 'usdm', params)
    const { positions } = account.wallets.usdm
    return positions
      .filter(({ market, lots }) => (one === undefined || market === one) && (version === 2 || lots !== 0))
      .map((position) => ({
        ...riskJson(position, context.clock.nowMs()),
        ...(version === 2
          ? { leverage: String(position.leverage), marginType: 'cross', maxNotionalValue: notionalMax }
          : {}),
      }))
  }
}

/** @throws {WireError} −4028 */
export function setLeverage(context: ExchangeContext, account: Account, params: Params): object {
  const position = positionOf(account, marketOf(context, 'usdm', params))
  const leverage = params.integer('leverage')
  if (leverage === undefined) throw missing('leverage')
  if (leverage < 1 || leverage > leverageMax) throw new WireError(-4028, `Leverage ${leverage} is not valid`)
  const before = position.leverage
  position.leverage = leverage
  const { wallet, unrealized, positionMargin } = account.wallets.usdm.figures(assetOf(position.market))
  if (leverage < before && wallet + unrealized < positionMargin) {
    position.leverage = before
    throw new WireError(-2019, 'Margin is insufficient.')
  }
  for (const order of account.history.open(position.market.index)) {
    account.wallets.usdm.relock(position.market, order)
  }
  return { leverage, maxNotionalValue: notionalMax, symbol: position.market.symbol }
}

/** @throws {WireError} −4046, −4047 */
export function setMarginType(context: ExchangeContext, _account: Account, params: Params): object {
  marketOf(context, 'usdm', params)
  if (params.required('marginType') === 'CROSSED')
    throw new WireError(-4046, 'No need to change margin type.')
  throw new WireError(-4047, 'This simulated exchange knows cross margin only.')
}

/** @throws {WireError} −4059, −4068 */
export function setPositionMode(_context: ExchangeContext, _account: Account, params: Params): object {
  if (!params.flag('dualSidePosition')) throw new WireError(-4059, 'No need to change position side.')
  throw new WireError(-4068, 'This simulated exchange knows one-way mode only.')
}

export function leverageBrackets(context: ExchangeContext, _account: Account, params: Params): object[] {
  const one = optionalMarket(context, 'usdm', params)
  const bracket = {
    bracket: 1,
    initialLeverage: leverageMax,
    notionalCap: Number(notionalMax),
    notionalFloor: 0,
    maintMarginRatio: 0.004,
    cum: 0,
  }
  return context.exchange.markets
    .filter((market) => market.segment === 'usdm' && (one === undefined || one === market))
    .map(({ symbol }) => ({ symbol, brackets: [bracket] }))
}

export function symbolConfig(context: ExchangeContext, account: Account, params: Params): object[] {
  const one = optionalMarket(context, 'usdm', params)
  return account.wallets.usdm.positions
    .filter(({ market }) => one === undefined || market === one)
    .map(({ market, leverage }) => ({
      symbol: market.symbol,
      marginType: 'CROSSED',
      isAutoAddMargin: false,
      leverage,
      maxNotionalValue: notionalMax,
    }))
}

export function commissionRate(context: ExchangeContext, account: Account, params: Params): object {
  const { symbol } = marketOf(context, 'usdm', params)
  const { maker, taker } = account.wallets.usdm.fees
  return { symbol, makerCommissionRate: String(maker / 1e6), takerCommissionRate: String(taker / 1e6) }
}

function positionOf(account: Account, market: PublicMarket): UsdmPosition {
  const position = account.wallets.usdm.position(market)
  if (position === undefined) throw new WireError(-1121, 'Invalid symbol.')
  return position
}

function assetJson(asset: string, figures: MarginFigures, now: number): object {
  const { wallet, unrealized, positionMargin, orderMargin, maintenance, available } = figures
  return {
    asset,
    walletBalance: amountText(wallet),
    unrealizedProfit: eightDecimals(unrealized),
    marginBalance: eightDecimals(wallet + unrealized),
    maintMargin: eightDecimals(maintenance),
    initialMargin: eightDecimals(positionMargin + orderMargin),
    positionInitialMargin: eightDecimals(positionMargin),
    openOrderInitialMargin: eightDecimals(orderMargin),
    crossWalletBalance: amountText(wallet),
    crossUnPnl: eightDecimals(unrealized),
    availableBalance: eightDecimals(available),
    maxWithdrawAmount: eightDecimals(available),
    marginAvailable: true,
    updateTime: now,
  }
}

function positionJson(position: UsdmPosition, now: number): object {
  const margin = positionValue(position) / BigInt(position.leverage)
  return {
    symbol: position.market.symbol,
    positionSide: 'BOTH',
    positionAmt: signedQty(position),
    entryPrice: entryText(position),
    leverage: String(position.leverage),
    isolated: false,
    unrealizedProfit: eightDecimals(unrealizedOf(position)),
    isolatedMargin: '0',
    notional: notionalText(position),
    isolatedWallet: '0',
    initialMargin: eightDecimals(margin),
    positionInitialMargin: eightDecimals(margin),
    openOrderInitialMargin: '0',
    maintMargin: eightDecimals((positionValue(position) * 4n) / 1000n),
    updateTime: now,
  }
}

function riskJson(position: UsdmPosition, now: number): object {
  const { market } = position
  const margin = eightDecimals(positionValue(position) / BigInt(position.leverage))
  return {
    symbol: market.symbol,
    positionSide: 'BOTH',
    positionAmt: signedQty(position),
    entryPrice: entryText(position),
    breakEvenPrice: entryText(position),
    markPrice: markText(market),
    unRealizedProfit: eightDecimals(unrealizedOf(position)),
    liquidationPrice: '0',
    isolatedMargin: '0',
    notional: notionalText(position),
    marginAsset: assetOf(market),
    isolatedWallet: '0',
    initialMargin: margin,
    maintMargin: eightDecimals((positionValue(position) * 4n) / 1000n),
    positionInitialMargin: margin,
    openOrderInitialMargin: '0',
    adl: 0,
    bidNotional: '0',
    askNotional: '0',
    updateTime: now,
  }
}

const notionalText = (position: UsdmPosition): string =>
  `${position.lots < 0 ? '-' : ''}${eightDecimals(positionValue(position))}`

export function markText({ referenceTimes2, scale }: PublicMarket): string {
  return eightDecimals((BigInt(referenceTimes2 ?? 0) * scale.perTick) / 2n)
}
