/** The wallets of an account, one for each segment of the exchange. */
import type { AccountWallets } from './account.ts'
import type { AccountSpec } from './account-spec.ts'
import type { PublicMarket } from './public-market.ts'
import { SpotWallet } from './spot-wallet.ts'
import { UsdmWallet } from './usdm-wallet.ts'

export function createWallets(spec: AccountSpec, markets: readonly PublicMarket[]): AccountWallets {
  const spot = new SpotWallet(spec.spot, spec.spotFees)
  for (const { segment, instrument } of markets) {
    if (segment !== 'spot') continue
    spot.balance(instrument.spec.baseCurrency)
    spot.balance(instrument.spec.settleCurrency)
  }
  const { usdm: amounts, usdmFees: fees, leverage } = spec
  return { spot, usdm: new UsdmWallet({ amounts, fees, leverage, markets }) }
}
