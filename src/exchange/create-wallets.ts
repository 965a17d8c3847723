/** The wallets of an account, one for each segment of the exchange. */
import type { AccountSpec } from './account-spec.ts'
import type { PublicMarket, Segment } from './public-market.ts'
import { SpotWallet } from './spot-wallet.ts'
import type { Wallet } from './wallet.ts'

export interface Wallets extends Readonly<Record<Segment, Wallet>> {
  readonly spot: SpotWallet
}

export function createWallets(spec: AccountSpec, markets: readonly PublicMarket[]): Wallets {
  const spot = new SpotWallet(spec.spot, spec.spotFees)
  for (const { segment, instrument } of markets) {
    if (segment !== 'spot') continue
    spot.balance(instrument.spec.baseCurrency)
    spot.balance(instrument.spec.settleCurrency)
  }
  return { spot, usdm: spot }
}
