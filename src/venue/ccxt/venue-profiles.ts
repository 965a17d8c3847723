/**
 * What is known of each venue beyond what ccxt tells in one voice. A venue without a profile works with the default,
 * which assumes little: orders are looked up in lists, nothing is amended, no order waits for a trigger.
 */

import type { Params } from './ccxt-exchange.ts'
import type { ClientIdForm } from './client-order-ids.ts'
import type { RateSettings } from './rate-budget.ts'

/** How a venue tells whether a key may withdraw: the call, and where in its answer. */
export interface WithdrawCheck {
  readonly method: string
  readonly path: readonly (string | number)[]
  /** The value found there means that it may. */
  readonly mayWithdraw: (value: unknown) => boolean
}

export interface VenueProfile {
  readonly clientId: ClientIdForm
  /** Whether an order can be asked for by its client order id; with these parameters. Undefined: it is sought in lists. */
  readonly byClientId:
    | ((clientId: string) => { readonly id: string | undefined; readonly params: Params })
    | undefined
  /** What a query by the venue's id needs. */
  readonly fetchParams: Params
  /** An order keeps its identity when it is amended. */
  readonly amends: boolean
  /** Orders that wait for a trigger are kept among the others, under the same ids. */
  readonly conditional: 'none' | 'limit' | 'all'
  readonly trailing: boolean
  readonly iceberg: boolean
  readonly goodTillDate: boolean
  /** Words for self-trade prevention, and the parameter. */
  readonly selfTrade: { readonly name: string; readonly words: Readonly<Record<string, string>> } | undefined
  readonly deadMan: 'unified' | 'binance-countdown' | undefined
  readonly withdraw: WithdrawCheck | undefined
  readonly sandbox: 'test' | undefined
  readonly rate: RateSettings
}

const plain: ClientIdForm = { separator: '-', lengthMax: 32 }
const isTrue = (value: unknown): boolean => value === true || value === 'true'
const names =
  (word: RegExp) =>
  (value: unknown): boolean =>
    word.test(JSON.stringify(value ?? ''))

const fallback: VenueProfile = {
  clientId: plain,
  byClientId: undefined,
  fetchParams: {},
  amends: false,
  conditional: 'none',
  trailing: false,
  iceberg: false,
  goodTillDate: false,
  selfTrade: undefined,
  deadMan: undefined,
  withdraw: undefined,
  sandbox: undefined,
  rate: { burst: 20, perSecond: 4, cancelReserve: 0.3 },
}

const withParam =
  (name: string) =>
  (clientId: string): { readonly id: undefined; readonly params: Params } => ({
    id: undefined,
    params: { [name]: clientId },
  })

const binanceSelfTrade = {
  name: 'selfTradePreventionMode',
  words: { 'cancel-newest': 'EXPIRE_TAKER', 'cancel-oldest': 'EXPIRE_MAKER', 'cancel-both': 'EXPIRE_BOTH' },
}

const binance: VenueProfile = {
  ...fallback,
  byClientId: withParam('origClientOrderId'),
  conditional: 'all',
  iceberg: true,
  selfTrade: binanceSelfTrade,
  withdraw: { method: 'sapiGetAccountApiRestrictions', path: ['enableWithdrawals'], mayWithdraw: isTrue },
  sandbox: 'test',
  rate: { burst: 50, perSecond: 25, cancelReserve: 0.3 },
}

/** Futures keep orders that wait for a trigger in a book of their own, and give them new ids when they trigger. */
const binanceFutures: VenueProfile = {
  ...binance,
  conditional: 'none',
  iceberg: false,
  amends: true,
  deadMan: 'binance-countdown',
}

const profiles: Readonly<Record<string, VenueProfile>> = {
  binance,
  binanceusdm: binanceFutures,
  binancecoinm: binanceFutures,
  okx: {
    ...fallback,
    clientId: { separator: 'Z', lengthMax: 32 },
    byClientId: withParam('clientOrderId'),
    amends: true,
    deadMan: 'unified',
    withdraw: {
      method: 'privateGetAccountConfig',
      path: ['data', 0, 'perm'],
      mayWithdraw: names(/withdraw/i),
    },
    sandbox: 'test',
    rate: { burst: 30, perSecond: 15, cancelReserve: 0.3 },
  },
  bybit: {
    ...fallback,
    fetchParams: { acknowledged: true },
    amends: true,
    conditional: 'all',
    deadMan: undefined,
    withdraw: {
      method: 'privateGetV5UserQueryApi',
      path: ['result', 'permissions', 'Wallet'],
      mayWithdraw: names(/withdraw/i),
    },
    sandbox: 'test',
    rate: { burst: 10, perSecond: 5, cancelReserve: 0.3 },
  },
  kraken: {
    ...fallback,
    // Free text of at most 18 characters.
    clientId: { separator: '-', lengthMax: 18 },
    conditional: 'all',
    goodTillDate: false,
    deadMan: 'unified',
    rate: { burst: 15, perSecond: 0.5, cancelReserve: 0.3 },
  },
  coinbase: {
    ...fallback,
    amends: true,
    withdraw: {
      method: 'v3PrivateGetBrokerageKeyPermissions',
      path: ['can_transfer'],
      mayWithdraw: isTrue,
    },
    rate: { burst: 30, perSecond: 15, cancelReserve: 0.3 },
  },
  kucoin: {
    ...fallback,
    byClientId: (clientId) => ({ id: '', params: { clientOrderId: clientId } }),
    withdraw: {
      method: 'privateGetUserApiKey',
      path: ['data', 'permission'],
      mayWithdraw: names(/withdraw/i),
    },
    rate: { burst: 30, perSecond: 15, cancelReserve: 0.3 },
  },
  gate: {
    ...fallback,
    // The venue wants `t-` in front, which ccxt adds, and at most 28 characters after it.
    clientId: { separator: '-', lengthMax: 28 },
    byClientId: (clientId) => ({ id: `t-${clientId}`, params: {} }),
    amends: true,
    deadMan: 'unified',
    sandbox: 'test',
    rate: { burst: 10, perSecond: 5, cancelReserve: 0.3 },
  },
  bitget: {
    ...fallback,
    byClientId: withParam('clientOrderId'),
    withdraw: {
      method: 'privateSpotGetV2SpotAccountInfo',
      path: ['data', 'authorities'],
      mayWithdraw: names(/"w(ow|tw)"|withdraw/i),
    },
    rate: { burst: 10, perSecond: 5, cancelReserve: 0.3 },
  },
  mexc: { ...fallback, byClientId: withParam('clientOrderId') },
  htx: {
    ...fallback,
    byClientId: withParam('clientOrderId'),
    deadMan: 'unified',
    withdraw: {
      method: 'spotPrivateGetV2UserApiKey',
      path: ['data', 0, 'permission'],
      mayWithdraw: names(/withdraw/i),
    },
  },
  bitstamp: { ...fallback, byClientId: withParam('client_order_id') },
}

/** Those that have been looked at one by one. */
export const knownVenues: readonly string[] = Object.keys(profiles)

export function profileOf(exchangeId: string): VenueProfile {
  return profiles[exchangeId] ?? fallback
}
