/** Marks and funding of perpetuals. */
import type { Account } from '../account.ts'
import { amountText } from '../amount.ts'
import type { PublicMarket } from '../public-market.ts'
import { type ExchangeContext, marketOf, optionalMarket } from './exchange-context.ts'
import type { Params } from './params.ts'
import { markText } from './usdm-account.ts'

/** Funding is due at 0, 8 and 16 o'clock UTC, unless the tape says otherwise. */
const intervalUs = 8 * 3_600_000_000

export function premiumIndex(context: ExchangeContext, params: Params): object {
  const one = optionalMarket(context, 'usdm', params)
  if (one !== undefined) return indexJson(context, one)
  return context.exchange.markets
    .filter(({ segment }) => segment === 'usdm')
    .map((market) => indexJson(context, market))
}

export function fundingRates(context: ExchangeContext, params: Params): object[] {
  const { exchange, clock } = context
  const market = marketOf(context, 'usdm', params)
  const start = params.integer('startTime')
  const end = params.integer('endTime')
  return exchange.funding
    .known(market, exchange.now)
    .map(({ time, rate }) => ({
      symbol: market.symbol,
      fundingTime: clock.ms(time),
      fundingRate: rate,
      markPrice: markText(market),
    }))
    .filter(({ fundingTime: at }) => (start === undefined || at >= start) && (end === undefined || at <= end))
    .slice(-params.limit(100, 1000))
}

/** Funding paid and received, and nothing else. */
export function income(context: ExchangeContext, account: Account, params: Params): object[] {
  const { clock } = context
  const one = optionalMarket(context, 'usdm', params)
  const kind = params.text('incomeType')
  if (kind !== undefined && kind !== 'FUNDING_FEE') return []
  const start = params.integer('startTime')
  const end = params.integer('endTime')
  return account.fundingPayments
    .filter(({ market }) => one === undefined || one === market)
    .map(({ market, amount, asset, time }, index) => ({
      symbol: market.symbol,
      incomeType: 'FUNDING_FEE',
      income: amountText(amount),
      asset,
      info: 'FUNDING_FEE',
      time: clock.ms(time),
      tranId: index + 1,
      tradeId: '',
    }))
    .filter(({ time }) => (start === undefined || time >= start) && (end === undefined || time <= end))
    .slice(0, params.limit(100, 1000))
}

function indexJson({ exchange, clock }: ExchangeContext, market: PublicMarket): object {
  const next = exchange.funding.next(market, exchange.now)
  const last = exchange.funding.known(market, exchange.now).at(-1)
  const usual = (Math.floor(exchange.now / intervalUs) + 1) * intervalUs
  const mark = markText(market)
  return {
    symbol: market.symbol,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: last?.rate ?? '0.00000000',
    interestRate: '0.00010000',
    nextFundingTime: clock.ms(next?.time ?? usual),
    time: clock.nowMs(),
  }
}
