/** Funding of perpetuals: longs pay a positive rate to shorts, at the times and rates that the tape tells. */

import type { Account } from './account.ts'
import { parseAmount } from './amount.ts'
import type { PublicMarket } from './public-market.ts'
import { assetOf, positionValue } from './usdm-wallet.ts'

export interface FundingRate {
  /** Exchange time, microseconds. */
  readonly time: number
  /** Decimal text, such as `0.0001`. */
  readonly rate: string
}

export class Funding {
  private readonly rates: readonly { readonly market: PublicMarket; readonly rates: readonly FundingRate[] }[]
  private paidUntil: number

  /** @param start what lies before it is history */
  constructor(markets: readonly PublicMarket[], start: number) {
    this.rates = markets
      .filter(({ segment }) => segment === 'usdm')
      .map((market) => ({ market, rates: market.tapes.flatMap(({ facts }) => facts.funding ?? []) }))
    this.paidUntil = start
  }

  /** Known up to a time, oldest first. */
  known(market: PublicMarket, until: number): readonly FundingRate[] {
    const rates = this.rates.find((each) => each.market === market)?.rates ?? []
    return rates.filter(({ time }) => time <= until)
  }

  /** The next one after a time; undefined when the tape tells none. */
  next(market: PublicMarket, after: number): FundingRate | undefined {
    return this.rates.find((each) => each.market === market)?.rates.find(({ time }) => time > after)
  }

  /** Books what is due up to `now`. @returns the accounts that were touched */
  pay(accounts: readonly Account[], now: number): ReadonlySet<Account> {
    const touched = new Set<Account>()
    for (const { market, rates } of this.rates) {
      for (const { time, rate } of rates) {
        if (time <= this.paidUntil || time > now) continue
        for (const account of accounts) if (payOne(account, market, { time, rate })) touched.add(account)
      }
    }
    this.paidUntil = now
    return touched
  }
}

function payOne(account: Account, market: PublicMarket, { time, rate }: FundingRate): boolean {
  const { usdm } = account.wallets
  const position = usdm.position(market)
  if (position === undefined || position.lots === 0) return false
  const isNegative = rate.startsWith('-')
  const due = (positionValue(position) * parseAmount(rate.replace('-', ''))) / parseAmount('1')
  const amount = position.lots > 0 !== isNegative ? -due : due
  const asset = assetOf(market)
  usdm.add(asset, amount)
  account.fundingPayments.push({ market, amount, asset, time })
  return true
}
