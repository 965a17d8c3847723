/** Accounts as a user describes them. */
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import type { AccountKeys } from './account.ts'
import { parseAmount } from './amount.ts'
import type { FeeRates } from './wallet.ts'

export interface AccountSpec {
  readonly keys: AccountKeys
  /** Units of 1e-18 by asset. */
  readonly spot: ReadonlyMap<string, bigint>
  readonly usdm: ReadonlyMap<string, bigint>
  readonly spotFees: FeeRates
  readonly usdmFees: FeeRates
  /** Of positions until a client sets another one. */
  readonly leverage: number
}

const amount = z.string().regex(/^\d+(\.\d{1,18})?$/, 'expected an amount as text, like "1000.5"')
const amounts = z.record(z.string().regex(/^[A-Z0-9]{1,20}$/, 'expected an asset like "USDT"'), amount)
/** Basis points with up to two decimals. */
const bps = z.string().regex(/^-?\d{1,4}(\.\d{1,2})?$/, 'expected basis points as text, like "7.5"')
const fees = z.strictObject({ makerBps: bps, takerBps: bps })

const accountSchema = z.strictObject({
  name: z.string().min(1).optional(),
  key: z.string().min(8, 'expected a key of 8 characters or more'),
  secret: z.string().min(8, 'expected a secret of 8 characters or more'),
  balances: amounts.optional(),
  futures: amounts.optional(),
  spotFees: fees.optional(),
  futuresFees: fees.optional(),
  leverage: z.int().min(1).max(125).optional(),
})

/** As in an accounts file. */
export type AccountInput = z.input<typeof accountSchema>

/** 0.1 %, and 0.02 % and 0.05 %: what most accounts pay at Binance. */
const usualSpotFees = { makerBps: '10', takerBps: '10' }
const usualFuturesFees = { makerBps: '2', takerBps: '5' }

/** @throws {ConfigError} ACCOUNTS */
export function parseAccounts(input: unknown): AccountSpec[] {
  const parsed = z.array(accountSchema).min(1, 'expected one account or more').safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    throw new ConfigError('ACCOUNTS', `accounts${where === '' ? '' : `.${where}`}: ${issue?.message}`)
  }
  const keys = parsed.data.map(({ key }) => key)
  if (new Set(keys).size < keys.length)
    throw new ConfigError('ACCOUNTS', 'accounts: two of them have one key')
  return parsed.data.map((account, index) => {
    const { key, secret, balances = {}, futures = {}, leverage = 20 } = account
    return {
      keys: { name: account.name ?? `account-${index + 1}`, apiKey: key, secret },
      spot: amountsOf(balances),
      usdm: amountsOf(futures),
      spotFees: feesOf(account.spotFees ?? usualSpotFees),
      usdmFees: feesOf(account.futuresFees ?? usualFuturesFees),
      leverage,
    }
  })
}

function amountsOf(texts: Readonly<Record<string, string>>): Map<string, bigint> {
  return new Map(Object.entries(texts).map(([asset, text]) => [asset, parseAmount(text)]))
}

/** Millionths: a basis point is 100. */
function feesOf({ makerBps, takerBps }: z.output<typeof fees>): FeeRates {
  return { maker: Math.round(Number(makerBps) * 100), taker: Math.round(Number(takerBps) * 100) }
}
