/**
 * What an error of ccxt means for the call that failed. In doubt it is unknown: a lost answer is no refusal. Classes are
 * told by name along the chain of prototypes, so that it does not matter from which copy of ccxt they come.
 */
import { durationUs } from '../../core/units.ts'
import type { ReasonCode } from '../../model/order.ts'
import { type CodeMeaning, meaningOfCode } from './error-codes.ts'
import type { WireOutcome } from './exchange-wire.ts'

export type CallKind = 'create' | 'amend' | 'cancel' | 'query'

/** What the transport saw of the answer, if there was one. */
export interface HttpFacts {
  readonly status: number
  /** Of the Retry-After header. */
  readonly retryAfterSeconds: number | undefined
  /** The venue's own words: ccxt passes on a part of them. */
  readonly body: string
}

export type FailedOutcome = Exclude<WireOutcome<never>, { readonly kind: 'ok' }>

export interface FailedCall {
  readonly exchangeId: string
  readonly call: CallKind
  readonly error: unknown
  readonly facts: HttpFacts | undefined
  /** Without keys and signatures. */
  readonly text: string
}

/** The more special class stands before the one it extends. */
const byClass: readonly (readonly [string, CodeMeaning])[] = [
  ['OnMaintenance', { kind: 'not-sent', reason: 'maintenance' }],
  ['InvalidNonce', { kind: 'not-sent', reason: 'refused-before-engine' }],
  ['RateLimitExceeded', { kind: 'not-sent', reason: 'rate-limited' }],
  ['DDoSProtection', { kind: 'not-sent', reason: 'rate-limited' }],
  ['InsufficientFunds', { kind: 'refused', reason: 'insufficient-balance' }],
  ['OrderNotFound', { kind: 'not-found' }],
  ['OrderImmediatelyFillable', { kind: 'refused', reason: 'post-only-would-take' }],
  ['OrderNotFillable', { kind: 'refused', reason: 'fok-not-fillable' }],
  ['DuplicateOrderId', { kind: 'unknown' }],
  ['ContractUnavailable', { kind: 'refused', reason: 'not-trading' }],
  ['BadSymbol', { kind: 'refused', reason: 'not-trading' }],
  ['MarketClosed', { kind: 'refused', reason: 'not-trading' }],
  ['InvalidOrder', { kind: 'refused', reason: 'refused-by-venue' }],
  ['AuthenticationError', { kind: 'refused', reason: 'not-authorized' }],
  ['NotSupported', { kind: 'refused', reason: 'not-supported' }],
  ['ArgumentsRequired', { kind: 'refused', reason: 'not-supported' }],
  ['BadRequest', { kind: 'refused', reason: 'refused-by-venue' }],
  ['OperationRejected', { kind: 'refused', reason: 'refused-by-venue' }],
  // Timeouts, broken connections, 5xx, answers that cannot be read: it may have been done.
  ['BadResponse', { kind: 'unknown' }],
  ['OperationFailed', { kind: 'unknown' }],
  ['NetworkError', { kind: 'unknown' }],
  ['ExchangeError', { kind: 'refused', reason: 'refused-by-venue' }],
]

/** The connection was never made, so nothing was sent. */
const neverConnected = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_PROXY_CONNECTION/

export function outcomeOf(failed: FailedCall): FailedOutcome {
  const { exchangeId, call, error, facts, text } = failed
  if (facts?.status === 418) return notSent('banned', failed)
  if (facts?.status === 429) return notSent('rate-limited', failed)
  const names = classNames(error)
  if (neverConnected.test(text) && names.includes('NetworkError')) return notSent('venue-down', failed)
  const meaning = meaningOfCode(exchangeId, facts?.body ?? text) ?? meaningOfClass(names, facts)
  if (meaning.kind === 'not-sent') return notSent(meaning.reason, failed)
  if (meaning.kind === 'refused') return { kind: 'refused', reason: meaning.reason, text }
  // A new order cannot be "not found": that says nothing about it.
  if (meaning.kind === 'not-found' && call !== 'create') return { kind: 'not-found' }
  return { kind: 'unknown', text }
}

function meaningOfClass(names: readonly string[], facts: HttpFacts | undefined): CodeMeaning {
  // A server that fails says nothing, whatever ccxt makes of its words.
  if (facts !== undefined && facts.status >= 500 && !names.includes('OnMaintenance'))
    return { kind: 'unknown' }
  return byClass.find(([name]) => names.includes(name))?.[1] ?? { kind: 'unknown' }
}

function notSent(
  reason: Extract<CodeMeaning, { readonly kind: 'not-sent' }>['reason'],
  { facts, text }: FailedCall,
): FailedOutcome {
  const seconds = facts?.retryAfterSeconds
  const retryAfterUs = seconds === undefined ? undefined : durationUs(Math.ceil(seconds * 1e6))
  return { kind: 'not-sent', reason, text, retryAfterUs }
}

function classNames(error: unknown): readonly string[] {
  const names: string[] = []
  for (let value: unknown = error; typeof value === 'object' && value !== null; ) {
    const made: unknown = value.constructor
    if (typeof made === 'function') names.push(made.name)
    value = Object.getPrototypeOf(value)
  }
  return names
}

/** A reason of the venue for our own refusal to ask. */
export function refusedHere(reason: ReasonCode, text: string): FailedOutcome {
  return { kind: 'refused', reason, text }
}
