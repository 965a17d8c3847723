/**
 * Error codes of the venues whose meaning ccxt does not carry over, or carries over only at the venue's own address
 * (ccxt finds some of its tables by the start of the URL). Source: developers.binance.com, errors of spot and of USDⓈ-M
 * futures, as quoted in ccxt 4.5.84.
 */
import type { ReasonCode } from '../../model/order.ts'
import type { NotSentReason } from './exchange-wire.ts'

export type CodeMeaning =
  | { readonly kind: 'refused'; readonly reason: ReasonCode }
  | { readonly kind: 'not-sent'; readonly reason: NotSentReason }
  | { readonly kind: 'not-found' | 'unknown' }

const refused = (reason: ReasonCode): CodeMeaning => ({ kind: 'refused', reason })
const notSent = (reason: NotSentReason): CodeMeaning => ({ kind: 'not-sent', reason })
const unknown: CodeMeaning = { kind: 'unknown' }
const notFound: CodeMeaning = { kind: 'not-found' }

const binance: ReadonlyMap<number, CodeMeaning> = new Map([
  // "Unexpected response", "Timeout waiting for response": the status of the order is not known.
  [-1006, unknown],
  [-1007, unknown],
  [-1000, unknown],
  [-1001, unknown],
  [-1003, notSent('rate-limited')],
  [-1015, notSent('rate-limited')],
  [-1008, notSent('venue-down')],
  [-1016, notSent('maintenance')],
  [-1021, notSent('refused-before-engine')],
  [-5028, notSent('refused-before-engine')],
  [-1022, refused('not-authorized')],
  [-2014, refused('not-authorized')],
  [-2015, refused('not-authorized')],
  [-1002, refused('not-authorized')],
  [-1121, refused('not-trading')],
  [-1111, refused('off-lot-grid')],
  [-4014, refused('off-tick-grid')],
  [-4003, refused('below-min-qty')],
  [-4004, refused('below-min-qty')],
  [-4005, refused('max-qty')],
  [-4016, refused('price-band')],
  [-4024, refused('price-band')],
  [-4131, refused('price-band')],
  [-4164, refused('below-min-notional')],
  [-4015, unknown],
  [-4116, unknown],
  [-2011, notFound],
  [-2013, notFound],
  [-2018, refused('insufficient-balance')],
  [-2019, refused('insufficient-balance')],
  [-2020, refused('no-liquidity')],
  [-2021, refused('trigger-reached')],
  [-2022, refused('no-position-to-reduce')],
  [-2025, refused('too-many-orders')],
  [-5021, refused('fok-not-fillable')],
  [-5022, refused('post-only-would-take')],
])

/** Codes that say several things, told apart by their text. The first that fits. */
const binanceTexts: readonly (readonly [RegExp, CodeMeaning])[] = [
  [/duplicate order/i, unknown],
  [/insufficient balance|insufficient margin|margin is insufficient/i, refused('insufficient-balance')],
  [/immediately match and take/i, refused('post-only-would-take')],
  [/trigger immediately/i, refused('trigger-reached')],
  [/market is closed|not available for this symbol|symbol.*not.*trading/i, refused('not-trading')],
  [/PRICE_FILTER/, refused('off-tick-grid')],
  [/PERCENT_PRICE/, refused('price-band')],
  [/LOT_SIZE/, refused('off-lot-grid')],
  [/NOTIONAL/, refused('below-min-notional')],
  [/MAX_NUM|MAX_.*ORDERS/, refused('too-many-orders')],
  [/MAX_POSITION/, refused('max-qty')],
]

const codesOf: Readonly<Record<string, ReadonlyMap<number, CodeMeaning>>> = {
  binance,
  binanceusdm: binance,
  binancecoinm: binance,
}

/** @param text what the venue answered */
export function meaningOfCode(exchangeId: string, text: string): CodeMeaning | undefined {
  const table = codesOf[exchangeId]
  const code = /"code"\s*:\s*"?(-?\d+)/.exec(text)?.[1]
  if (table === undefined || code === undefined) return undefined
  const known = table.get(Number(code))
  if (known !== undefined) return known
  return binanceTexts.find(([pattern]) => pattern.test(text))?.[1]
}
