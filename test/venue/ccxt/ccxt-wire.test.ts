/** The wire over an exchange object that says what venues say: what becomes of each answer. */
import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots, timeUs } from '../../../src/core/units.ts'
import type { CcxtExchange } from '../../../src/venue/ccxt/ccxt-exchange.ts'
import { CcxtWire } from '../../../src/venue/ccxt/ccxt-wire.ts'
import type {
  Done,
  WireFill,
  WireOrder,
  WireOutcome,
  WireRef,
} from '../../../src/venue/ccxt/exchange-wire.ts'
import { HttpTransport } from '../../../src/venue/ccxt/http-transport.ts'
import { spotSpec } from '../../support/exchange-tape.ts'

const now = timeUs(1_700_000_000_000_000)
const symbol = 'BTC/USDT'

/** @param methods of ccxt's exchange object, by name */
function wireOf(
  id: string,
  methods: Readonly<Record<string, unknown>>,
  kind: 'spot' | 'linear' = 'spot',
): CcxtWire {
  const exchange = { id, has: {}, urls: {}, ...methods } as unknown as CcxtExchange
  return new CcxtWire({
    exchange,
    transport: new HttpTransport({ timeoutMs: 100 }),
    markets: [{ symbol, id: 'BTCUSDT', spec: { ...spotSpec, kind }, isActive: true }],
    ...{ keys: undefined, now: () => now, offsetUs: () => 2_000_000, recvWindowMs: 5000 },
    ...{ onNotice: () => {}, onClockOff: () => {} },
  })
}

const answer = <T>(ask: (done: Done<T>) => void): Promise<WireOutcome<T>> =>
  new Promise((resolve) => ask(resolve))
const ref: WireRef = {
  instrument: 0,
  clientId: 'a-1-1',
  venueOrderId: undefined,
  side: 'buy',
  isConditional: false,
}
const order = (more: object) => ({
  ...{
    id: 'X1',
    clientOrderId: 'a-1-1',
    symbol,
    side: 'buy',
    type: 'limit',
    price: 50_000,
    amount: 2,
    filled: 0,
  },
  ...{ status: 'open', timestamp: 1_700_000_000_000, ...more },
})
const create: WireOrder = {
  clientId: 'a-1-1',
  command: {
    ...{ clientOrderId: 1, instrument: 0, side: 'buy', qty: qtyLots(2000), price: priceTicks(500_000) },
    ...{ timeInForce: 'gtc', postOnly: false },
  },
}

describe('a new order', () => {
  it('that is answered with a number only is open, as it was asked for', async () => {
    const wire = wireOf('okx', { createOrder: async () => ({ id: 'X1', info: {} }) })
    expect(await answer((done) => wire.createOrder(create, done))).toMatchObject({
      kind: 'ok',
      value: { venueOrderId: 'X1', clientId: 'a-1-1', status: 'open', cumQty: 0, qty: 2000, price: 500_000 },
    })
  })

  it('whose answer cannot be read may be there', async () => {
    for (const strange of [undefined, 'ok', {}, { id: 'X1', filled: 'much' }, []]) {
      const wire = wireOf('okx', { createOrder: async () => strange })
      expect((await answer((done) => wire.createOrder(create, done))).kind, JSON.stringify(strange)).toBe(
        'unknown',
      )
    }
  })
})

describe('an order at a venue that cannot be asked by client id', () => {
  it('is sought among the open and the closed', async () => {
    const lists = { fetchOpenOrders: async () => [order({ clientOrderId: 'other' })] }
    const closed = order({ status: 'closed', filled: 2, info: { status: 'closed' } })
    const wire = wireOf('kraken', { ...lists, fetchClosedOrders: async () => [closed] })
    expect(await answer((done) => wire.fetchOrder(ref, done))).toMatchObject({
      kind: 'ok',
      value: { status: 'filled', cumQty: 2000 },
    })
    const none = wireOf('kraken', { ...lists, fetchClosedOrders: async () => [] })
    expect(await answer((done) => none.fetchOrder(ref, done))).toEqual({ kind: 'not-found' })
    expect(await answer((done) => none.cancelOrder(ref, done))).toEqual({ kind: 'not-found' })
  })

  it('is asked for by its number once that is known', async () => {
    const asked: unknown[] = []
    const fetchOrder = async (...what: unknown[]) => {
      asked.push(what)
      return order({})
    }
    const wire = wireOf('bybit', { fetchOrder })
    await answer((done) => wire.fetchOrder({ ...ref, venueOrderId: 'X1' }, done))
    expect(asked).toEqual([['X1', symbol, { acknowledged: true }]])
  })
})

describe('an answer to a cancel', () => {
  it('without a state is taken note of, no more', async () => {
    const wire = wireOf('okx', { cancelOrder: async () => ({ id: 'X1', info: {} }) })
    expect(await answer((done) => wire.cancelOrder(ref, done))).toEqual({ kind: 'ok', value: undefined })
  })

  it('that does not say how much was filled is none either: the fills would be lost', async () => {
    const canceled = { id: 'X1', status: 'canceled', side: 'buy', amount: 2, symbol }
    const wire = wireOf('okx', { cancelOrder: async () => canceled })
    expect(await answer((done) => wire.cancelOrder(ref, done))).toEqual({ kind: 'ok', value: undefined })
  })

  it('under the id of the cancel is of the order that was named', async () => {
    const canceled = order({ clientOrderId: 'web_77', status: 'canceled', filled: 1 })
    const wire = wireOf('binance', { cancelOrder: async () => canceled })
    expect(await answer((done) => wire.cancelOrder(ref, done))).toMatchObject({
      value: { clientId: 'a-1-1', status: 'canceled', cumQty: 1000 },
    })
  })
})

describe('lists', () => {
  const trade = (id: number, ms: number) => ({
    ...{ id: String(id), order: 'X1', symbol, side: 'buy', price: 50_000, amount: 0.001 },
    ...{ timestamp: ms, takerOrMaker: 'maker' },
  })

  it('of fills are read page by page, from the time on the venue’s clock', async () => {
    const all = Array.from({ length: 1100 }, (_, index) =>
      trade(index + 1, 1_700_000_002_000 + Math.floor(index / 3)),
    )
    const asked: number[] = []
    const fetchMyTrades = async (_symbol: string, since: number, limit: number) => {
      asked.push(since)
      return all.filter(({ timestamp }) => timestamp >= since).slice(0, limit)
    }
    const wire = wireOf('binance', { fetchMyTrades })
    const outcome = await answer<readonly WireFill[]>((done) => wire.fetchFills(0, { time: now }, done))
    expect(outcome.kind === 'ok' && outcome.value.map(({ tradeId }) => Number(tradeId))).toEqual(
      all.map((_, index) => index + 1),
    )
    // Our time and two seconds.
    expect(asked[0]).toBe(1_700_000_002_000)
    expect(asked).toHaveLength(3)
  })

  it('with something in them that cannot be read say nothing', async () => {
    const wire = wireOf('binance', {
      fetchMyTrades: async () => [trade(1, 1), { ...trade(2, 1), price: 'high' }],
      fetchOpenOrders: async () => [order({}), { id: 'X2' }],
    })
    expect((await answer((done) => wire.fetchFills(0, { time: now }, done))).kind).toBe('unknown')
    expect((await answer((done) => wire.fetchOpenOrders(0, done))).kind).toBe('unknown')
  })
})

describe('what the account holds', () => {
  it('is the coin on spot, in whole lots', async () => {
    const wire = wireOf('okx', { fetchBalance: async () => ({ total: { BTC: 1.23456, USDT: 5 } }) })
    expect(await answer((done) => wire.fetchPositions(done))).toEqual({
      ...{ kind: 'ok', value: [{ instrument: 0, qty: 1234 }] },
    })
  })

  it('is signed on contracts, and zero without a position', async () => {
    const short = [{ symbol, side: 'short', contracts: 0.5 }]
    const wire = wireOf('okx', { fetchPositions: async () => short }, 'linear')
    expect(await answer((done) => wire.fetchPositions(done))).toMatchObject({ value: [{ qty: -500 }] })
    const flat = wireOf('okx', { fetchPositions: async () => [] }, 'linear')
    expect(await answer((done) => flat.fetchPositions(done))).toMatchObject({ value: [{ qty: 0 }] })
  })
})

describe('the dead man’s switch', () => {
  it('is set the venue’s way, in its unit', async () => {
    const set: unknown[] = []
    const note = async (what: unknown) => set.push(what)
    const unified = wireOf('kraken', { cancelAllOrdersAfter: note })
    await answer<undefined>((done) => unified.armDeadMan?.(durationUs(60_000_000), done))
    const countdown = wireOf('binanceusdm', { fapiPrivatePostCountdownCancelAll: note })
    await answer<undefined>((done) => countdown.armDeadMan?.(durationUs(60_000_000), done))
    expect(set).toEqual([60_000, { symbol: 'BTCUSDT', countdownTime: 60_000 }])
    expect(wireOf('mexc', {}).armDeadMan).toBeUndefined()
  })
})

describe('an amend', () => {
  const amend = {
    ...ref,
    venueOrderId: 'X1',
    price: priceTicks(500_001),
    qty: qtyLots(1000),
    triggerPrice: undefined,
  }

  it('is sent where the order keeps its identity, and refused elsewhere', async () => {
    const asked: unknown[] = []
    const editOrder = async (...what: unknown[]) => {
      asked.push(what)
      return { id: 'X1' }
    }
    const wire = wireOf('okx', { editOrder })
    expect(await answer((done) => wire.amendOrder(amend, done))).toEqual({ kind: 'ok', value: undefined })
    expect(asked).toEqual([['X1', symbol, 'limit', 'buy', 1, 50_000.1, {}]])
    const none = wireOf('binance', { editOrder })
    expect(await answer((done) => none.amendOrder(amend, done))).toMatchObject({
      kind: 'refused',
      reason: 'not-supported',
    })
  })
})
