/** What each failure of a call means: what the venue refused, what never left, and what nobody can know. */
import * as ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { type CallKind, type HttpFacts, outcomeOf } from '../../../src/venue/ccxt/error-outcome.ts'

function outcome(error: unknown, { call = 'create', facts, exchangeId = 'okx' }: Given = {}): string {
  const text = error instanceof Error ? error.message : String(error)
  const found = outcomeOf({ exchangeId, call, error, facts, text })
  return 'reason' in found ? `${found.kind} ${found.reason}` : found.kind
}

interface Given {
  readonly call?: CallKind
  readonly facts?: HttpFacts
  readonly exchangeId?: string
}

const answered = (status: number, body = ''): HttpFacts => ({ status, retryAfterSeconds: undefined, body })

describe('a class of ccxt', () => {
  it.each([
    ['RequestTimeout', 'unknown'],
    ['NetworkError', 'unknown'],
    ['ExchangeNotAvailable', 'unknown'],
    ['BadResponse', 'unknown'],
    ['NullResponse', 'unknown'],
    ['DuplicateOrderId', 'unknown'],
    ['OnMaintenance', 'not-sent maintenance'],
    ['InvalidNonce', 'not-sent refused-before-engine'],
    ['RateLimitExceeded', 'not-sent rate-limited'],
    ['DDoSProtection', 'not-sent rate-limited'],
    ['InsufficientFunds', 'refused insufficient-balance'],
    ['InvalidOrder', 'refused refused-by-venue'],
    ['OrderImmediatelyFillable', 'refused post-only-would-take'],
    ['AuthenticationError', 'refused not-authorized'],
    ['PermissionDenied', 'refused not-authorized'],
    ['BadSymbol', 'refused not-trading'],
    ['MarketClosed', 'refused not-trading'],
    ['NotSupported', 'refused not-supported'],
    ['ExchangeError', 'refused refused-by-venue'],
    // A new order cannot be missing: that says nothing about it.
    ['OrderNotFound', 'unknown'],
  ])('%s is %s', (name, expected) => {
    const Failure: unknown = Reflect.get(ccxt, name)
    if (typeof Failure !== 'function') throw new Error(`ccxt has no ${name}`)
    expect(outcome(Reflect.construct(Failure, ['okx said so']))).toBe(expected)
  })

  it('OrderNotFound is that for queries and cancels', () => {
    for (const call of ['query', 'cancel', 'amend'] as const) {
      expect(outcome(new ccxt.OrderNotFound('x'), { call })).toBe('not-found')
    }
  })

  it('says nothing when the server itself failed', () => {
    expect(outcome(new ccxt.ExchangeError('x'), { facts: answered(502) })).toBe('unknown')
    expect(outcome(new ccxt.InvalidOrder('x'), { facts: answered(500) })).toBe('unknown')
  })

  it('says that nothing was sent when there was no connection', () => {
    class NetworkError extends Error {}
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']) {
      expect(outcome(new NetworkError(`POST https://x failed: ${code}`))).toBe('not-sent venue-down')
    }
    expect(outcome(new NetworkError('POST https://x failed: ECONNRESET'))).toBe('unknown')
  })

  it('of nobody’s is unknown', () => {
    expect(outcome(new TypeError('undefined is not a function'))).toBe('unknown')
    expect(outcome('what')).toBe('unknown')
  })
})

describe('a limit', () => {
  it('carries what the venue asks to wait', () => {
    const failed = {
      exchangeId: 'binance',
      call: 'query',
      error: new ccxt.DDoSProtection('x'),
      text: 'x',
    } as const
    const facts = { status: 418, retryAfterSeconds: 120, body: '' }
    expect(outcomeOf({ ...failed, facts })).toMatchObject({ reason: 'banned', retryAfterUs: 120_000_000 })
    expect(outcomeOf({ ...failed, facts: { ...facts, status: 429 } })).toMatchObject({
      reason: 'rate-limited',
    })
  })
})

describe('a code of Binance', () => {
  // As ccxt has it away from the venue's own address: a plain error.
  it.each([
    [-1006, '', 'unknown'],
    [-1007, 'Timeout waiting for response from backend server.', 'unknown'],
    [-1008, 'Server is currently overloaded', 'not-sent venue-down'],
    [-1003, 'Too many requests', 'not-sent rate-limited'],
    [-1015, 'Too many new orders', 'not-sent rate-limited'],
    [-1021, 'Timestamp for this request is outside of the recvWindow.', 'not-sent refused-before-engine'],
    [-1013, 'Filter failure: LOT_SIZE', 'refused off-lot-grid'],
    [-1013, 'Filter failure: NOTIONAL', 'refused below-min-notional'],
    [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE', 'refused price-band'],
    [-2010, 'Account has insufficient balance for requested action.', 'refused insufficient-balance'],
    [-2010, 'Order would immediately match and take.', 'refused post-only-would-take'],
    [-2010, 'Duplicate order sent.', 'unknown'],
    [-2018, 'Balance is insufficient.', 'refused insufficient-balance'],
    [-2019, 'Margin is insufficient.', 'refused insufficient-balance'],
    [-2021, 'Order would immediately trigger.', 'refused trigger-reached'],
    [-2022, 'ReduceOnly Order is rejected.', 'refused no-position-to-reduce'],
    [-4164, "Order's notional must be no smaller than 5", 'refused below-min-notional'],
    [-5021, 'Due to the order could not be filled immediately', 'refused fok-not-fillable'],
    [-5022, 'Post Only order will be rejected.', 'refused post-only-would-take'],
    [-4116, 'ClientOrderId is duplicated', 'unknown'],
  ])('%i %j is %s', (code, msg, expected) => {
    const facts = answered(400, JSON.stringify({ code, msg }))
    for (const exchangeId of ['binance', 'binanceusdm']) {
      expect(outcome(new ccxt.ExchangeError(msg), { exchangeId, facts })).toBe(expected)
    }
  })

  it('-2011 and -2013 are not found, but for a new order', () => {
    const facts = answered(400, JSON.stringify({ code: -2011, msg: 'Unknown order sent.' }))
    const given = { exchangeId: 'binance', facts }
    expect(outcome(new ccxt.ExchangeError('x'), { ...given, call: 'cancel' })).toBe('not-found')
    expect(outcome(new ccxt.ExchangeError('x'), { ...given, call: 'create' })).toBe('unknown')
  })
})
