/** Queries of the wallet interface (`sapi`) that clients make on the way to trading. */
import type { Account } from '../account.ts'
import { type ExchangeContext, optionalMarket } from './exchange-context.ts'
import type { Params } from './params.ts'

export function tradeFee(context: ExchangeContext, account: Account, params: Params): object[] {
  const one = optionalMarket(context, 'spot', params)
  const wallet = account.wallets.spot
  const { maker, taker } = wallet.fees
  return context.exchange.markets
    .filter((market) => market.segment === 'spot' && (one === undefined || one === market))
    .map(({ symbol }) => ({
      symbol,
      makerCommission: String(maker / 1e6),
      takerCommission: String(taker / 1e6),
    }))
}
