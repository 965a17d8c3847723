/** Every word of every table, against ccxt's own parsers. */
import ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { type StatusWord, statusOf, statusTables } from '../../../src/venue/ccxt/order-status.ts'

const venues = [
  'binance',
  'binanceusdm',
  'okx',
  'bybit',
  'kraken',
  'coinbase',
  'kucoin',
  'gate',
  'bitget',
  'mexc',
  'htx',
  'bitstamp',
]

/** What ccxt may say where we say this. */
const agrees: Readonly<Record<StatusWord, readonly string[]>> = {
  open: ['open', 'canceling'],
  filled: ['closed'],
  done: ['closed'],
  canceled: ['canceled'],
  expired: ['expired'],
  rejected: ['rejected'],
}

/** Where ours is finer or ccxt is wrong: venue, word, what ccxt says, and why we differ. */
const differences: readonly (readonly [string, string, unknown, string])[] = [
  ['okx', 'order_failed', 'canceled', 'the order never came to work'],
  ['bybit', 'PartiallyFilledCanceled', 'closed', 'a part was never filled'],
  ['coinbase', 'PENDING', 'PENDING', 'no word of ccxt’s: it passes it on as it is'],
  ['coinbase', 'QUEUED', 'QUEUED', 'the same'],
  ['coinbase', 'CANCEL_QUEUED', 'CANCEL_QUEUED', 'the same: it may still fill'],
  ['coinbase', 'EXPIRED', 'canceled', 'its time was over'],
  ['coinbase', 'FAILED', 'canceled', 'it never came to work'],
  ['kucoin', '6', 'closed', 'a part was never filled'],
  ['gate', 'liquidated', 'closed', 'what was left is not filled'],
  ['gate', 'ioc', 'canceled', 'it found nobody: an order ended by its own terms'],
  ['gate', 'expired', 'canceled', 'its time was over'],
  ['gate', 'failed', 'canceled', 'it never came to work'],
  ['gate', 'closed', 'closed', 'passed on as it is'],
  ['mexc', '5', '5', 'invalid: ccxt passes the number on'],
  ['bitstamp', 'Expired', 'Expired', 'passed on as it is'],
]

function client(venue: string): {
  parseOrderStatus(word: string): unknown
  parseOrder(order: object): unknown
} {
  const Exchange: unknown = Reflect.get(ccxt, venue)
  if (typeof Exchange !== 'function') throw new Error(`ccxt has no ${venue}`)
  return Reflect.construct(Exchange, [])
}

describe.each(venues)('the words of %s for the state of an order', (venue) => {
  const exchange = client(venue)
  const words = Object.entries(statusTables[venue]?.words ?? {})

  it('are there', () => {
    expect(words.length).toBeGreaterThan(4)
  })

  it.each(words)('%s is %s, for ccxt too', (word, ours) => {
    const theirs = exchange.parseOrderStatus(word)
    const known = differences.find(([who, what]) => who === venue && what === word)
    if (known === undefined) expect(agrees[ours]).toContain(theirs)
    else expect(theirs).toBe(known[2])
  })

  it('are all that ccxt knows', () => {
    const source = String(Reflect.get(exchange, 'parseOrderStatus'))
    const theirs = [...source.matchAll(/^\s*'([^']+)':/gm)].map(([, word]) => word ?? '')
    // Of answers that are no orders, of interfaces that ccxt does not use any more, and "we do not know".
    const others = ['S', 'F', 'UNKNOWN_ORDER_STATUS', 'finish', 'succeeded', 'CANCELLED']
    const old = venue === 'bybit' ? theirs.filter((word) => /^[A-Z_]+$/.test(word)) : []
    const ours = words.map(([word]) => word)
    expect(theirs.filter((word) => ![...ours, ...others, ...old].includes(word))).toEqual([])
  })
})

describe('the state of an order as the venue’s message has it', () => {
  it.each([
    [
      'binance',
      {
        symbol: 'BTCUSDT',
        orderId: 1,
        status: 'PARTIALLY_FILLED',
        origQty: '2',
        executedQty: '1',
        side: 'BUY',
        type: 'LIMIT',
        price: '5',
      },
      'open',
    ],
    [
      'binance',
      {
        symbol: 'BTCUSDT',
        orderId: 1,
        status: 'EXPIRED_IN_MATCH',
        origQty: '2',
        executedQty: '1',
        side: 'BUY',
        type: 'LIMIT',
        price: '5',
      },
      'expired',
    ],
    [
      'okx',
      {
        instId: 'BTC-USDT',
        ordId: '1',
        state: 'mmp_canceled',
        sz: '2',
        accFillSz: '0',
        side: 'buy',
        ordType: 'limit',
        px: '5',
      },
      'canceled',
    ],
    [
      'bybit',
      {
        symbol: 'BTCUSDT',
        orderId: '1',
        orderStatus: 'PartiallyFilledCanceled',
        qty: '2',
        cumExecQty: '1',
        side: 'Buy',
        orderType: 'Limit',
        price: '5',
      },
      'canceled',
    ],
    [
      'gate',
      {
        id: '1',
        currency_pair: 'BTC_USDT',
        status: 'closed',
        finish_as: 'filled',
        amount: '2',
        left: '0',
        side: 'buy',
        type: 'limit',
        price: '5',
      },
      'filled',
    ],
    [
      'bitget',
      {
        symbol: 'BTCUSDT',
        orderId: '1',
        status: 'partially_filled',
        size: '2',
        baseVolume: '1',
        side: 'buy',
        orderType: 'limit',
        price: '5',
      },
      'open',
    ],
    [
      'mexc',
      {
        symbol: 'BTCUSDT',
        orderId: '1',
        status: 'PARTIALLY_CANCELED',
        origQty: '2',
        executedQty: '1',
        side: 'BUY',
        type: 'LIMIT',
        price: '5',
      },
      'canceled',
    ],
    ['bitstamp', { id: '1', status: 'Finished', amount_remaining: '0', type: '0', price: '5' }, 'filled'],
  ] as const)('%s: %j is %s', (venue, message, status) => {
    const parsed = client(venue).parseOrder(message)
    expect(statusOf(venue, parsed as Readonly<Record<string, unknown>>, true)).toBe(status)
  })

  it('closed, of a venue that we do not know, is filled when whole and canceled when not', () => {
    expect(statusOf('hitbtc', { status: 'closed', info: {} }, true)).toBe('filled')
    expect(statusOf('hitbtc', { status: 'closed', info: {} }, false)).toBe('canceled')
    expect(statusOf('hitbtc', { status: 'strange', info: {} }, false)).toBeUndefined()
  })
})
