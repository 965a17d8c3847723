import { describe, expect, it } from 'vitest'
import { exchangeStage, stageAccount, until } from '../support/exchange-stage.ts'
import { handmadeTape, print, spotSpec } from '../support/exchange-tape.ts'

const open = exchangeStage()
const symbol = 'BTC/USDT'

describe('orders that wait for a price', () => {
  it('sells at the market when the price falls to a stop loss', async () => {
    const rows = [...print(100, 'sell', 499_900, 10), ...print(200, 'sell', 499_000, 10)]
    const { exchange, ccxt } = await open(rows)
    const order = await ccxt.createOrder(symbol, 'market', 'sell', 0.5, undefined, { stopLossPrice: 49_900 })
    expect(order).toMatchObject({ status: 'open', triggerPrice: 49_900 })
    exchange.advance({ byUs: 150_000 })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'open', filled: 0 })
    exchange.advance({ byUs: 100_000 })
    // The best bid is still 50,000.0.
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({
      status: 'closed',
      average: 50_000,
    })
  })

  it('puts a limit order into the book when the price rises to a take profit', async () => {
    const { exchange, ccxt } = await open(print(100, 'buy', 510_000, 10))
    const seen = ccxt.watchOrders(symbol)
    await until(() => exchange.userSubscriptions() === 1)
    const order = await ccxt.createOrder(symbol, 'limit', 'sell', 0.5, 50_900, { takeProfitPrice: 51_000 })
    await seen
    exchange.advance({ byUs: 100_000 })
    expect(await ccxt.fetchOpenOrders(symbol)).toMatchObject([{ id: order.id, price: 50_900 }])
    expect(exchange.truth().accounts[0]?.orders).toMatchObject([{ type: 'TAKE_PROFIT_LIMIT', status: 'new' }])
  })

  it('refuses a stop that would trigger at once', async () => {
    const { exchange, ccxt } = await open([...print(10, 'sell', 500_000, 1)])
    exchange.advance({ byUs: 20_000 })
    await expect(
      ccxt.createOrder(symbol, 'market', 'sell', 0.5, undefined, { stopLossPrice: 50_000 }),
    ).rejects.toMatchObject({ name: 'OrderImmediatelyFillable' })
    expect(exchange.truth().accounts[0]?.orders).toEqual([])
  })

  it('lets a stop trail the best price', async () => {
    // 1 % below the best price of 51,000 is 50,490.
    const rows = [
      ...print(100, 'buy', 510_000, 1),
      ...print(200, 'sell', 505_000, 1),
      ...print(300, 'sell', 504_900, 1),
    ]
    const { exchange, ccxt } = await open(rows)
    const order = await ccxt.createOrder(symbol, 'STOP_LOSS', 'sell', 0.5, undefined, { trailingDelta: 100 })
    exchange.advance({ byUs: 250_000 })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'open' })
    exchange.advance({ byUs: 100_000 })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'closed' })
  })
})

describe('orders of other kinds', () => {
  it('shows an iceberg slice by slice', async () => {
    // 2000 lots ahead, then 100 of ours, which are filled; the next slice stands behind what is displayed then.
    const { exchange, ccxt } = await open([
      ...print(100, 'sell', 500_000, 2500),
      ...print(200, 'sell', 500_000, 50),
    ])
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.5, 50_000, { icebergQty: 0.1 })
    exchange.advance({ byUs: 300_000 })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'open', filled: 0.1 })
  })

  it('replaces an order by another in one request', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.5, 49_000)
    const edited = await ccxt.editOrder(String(order.id), symbol, 'limit', 'buy', 0.4, 49_100)
    expect(edited).toMatchObject({ status: 'open', price: 49_100, amount: 0.4 })
    expect(await ccxt.fetchOpenOrders(symbol)).toMatchObject([{ id: edited.id }])
    await expect(ccxt.editOrder(String(order.id), symbol, 'limit', 'buy', 0.4, 49_100)).rejects.toThrow(
      '-2011',
    )
    expect(await ccxt.fetchOpenOrders(symbol)).toHaveLength(1)
  })

  it('cancels one of a pair when the other fills, and holds back for one only', async () => {
    const { exchange, ccxt } = await open(print(100, 'buy', 510_001, 600))
    const list = await ccxt.privatePostOrderListOco({
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.5',
      aboveType: 'LIMIT_MAKER',
      abovePrice: '51000',
      belowType: 'STOP_LOSS',
      belowStopPrice: '49000',
    })
    expect(list).toMatchObject({ contingencyType: 'OCO', listOrderStatus: 'EXECUTING' })
    expect((await ccxt.fetchBalance()).BTC).toMatchObject({ free: 0.5, used: 0.5 })
    exchange.advance({ byUs: 200_000 })
    const orders = await ccxt.fetchOrders(symbol)
    expect(orders.map(({ type, status }) => [type, status])).toEqual([
      ['limit', 'closed'],
      ['market', 'expired'],
    ])
    expect((await ccxt.fetchBalance()).BTC).toMatchObject({ free: 0.5, used: 0 })
  })

  // 2000 lots stand before our sale at 50,000.1; a buy of 2100 takes them and meets it.
  it.each([
    ['EXPIRE_MAKER', 'EXPIRED_IN_MATCH', 'PARTIALLY_FILLED'],
    ['EXPIRE_TAKER', 'NEW', 'EXPIRED_IN_MATCH'],
    ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
    ['DECREMENT', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
    ['NONE', 'NEW', 'PARTIALLY_FILLED'],
  ])('keeps own orders apart by %s', async (selfTradePreventionMode, resting, arriving) => {
    const accounts = [{ ...stageAccount, balances: { USDT: '1000000', BTC: '1' } }]
    const { ccxt } = await open([], { accounts })
    const sale = await ccxt.createOrder(symbol, 'limit', 'sell', 0.1, 50_000.1)
    const buy = await ccxt.createOrder(symbol, 'limit', 'buy', 2.1, 50_000.1, { selfTradePreventionMode })
    const statusOf = async (id: unknown) => (await ccxt.fetchOrder(String(id), symbol)).info.status
    expect([await statusOf(sale.id), await statusOf(buy.id)]).toEqual([resting, arriving])
    expect((await ccxt.fetchOrder(String(buy.id), symbol)).filled).toBe(2)
  })

  it('checks an order without placing it', async () => {
    const { exchange, ccxt } = await open()
    await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000, { test: true })
    expect(exchange.truth().accounts[0]?.orders).toEqual([])
  })
})

describe('what the exchange refuses', () => {
  const raw = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' }

  it.each([
    [
      'a price off the tick grid',
      { quantity: '0.1', price: '50000.05' },
      '"code":-1013,"msg":"Filter failure: PRICE_FILTER"',
    ],
    [
      'a quantity off the lot grid',
      { quantity: '0.0005', price: '50000' },
      '"code":-1013,"msg":"Filter failure: LOT_SIZE"',
    ],
    ['more decimals than there are', { quantity: '0.000000001', price: '50000' }, '"code":-1111'],
    ['a price far off the market', { quantity: '0.1', price: '9000' }, 'PERCENT_PRICE_BY_SIDE'],
    [
      'more than the account has',
      { quantity: '3', price: '50000' },
      'Account has insufficient balance for requested action.',
    ],
    ['an unknown symbol', { symbol: 'ETHUSDT', quantity: '0.1', price: '50000' }, '"code":-1121'],
    ['a missing price', { quantity: '0.1' }, '"code":-1102'],
    ['a wrong side', { quantity: '0.1', price: '50000', side: 'HOLD' }, '"code":-1117'],
    ['a wrong type', { quantity: '0.1', price: '50000', type: 'BRACKET' }, '"code":-1116'],
    ['a wrong time in force', { quantity: '0.1', price: '50000', timeInForce: 'GTD' }, '"code":-1115'],
    ['a client id with spaces', { quantity: '0.1', price: '50000', newClientOrderId: 'a b' }, '"code":-1100'],
  ])('%s', async (_title, fields, text) => {
    const { exchange, ccxt } = await open()
    await expect(ccxt.privatePostOrder({ ...raw, ...fields })).rejects.toThrow(text)
    expect(exchange.truth().accounts[0]?.orders).toEqual([])
  })

  it('an order worth too little', async () => {
    // 0.001 at 50,000 is worth 50.
    const tapes = [handmadeTape([], { ...spotSpec, minNotional: '60' })]
    const { ccxt } = await open([], { tapes })
    expect(ccxt.market(symbol).limits.cost?.min).toBe(60)
    for (const fields of [{ price: '50000' }, { type: 'MARKET', timeInForce: undefined }]) {
      const order = { ...raw, quantity: '0.001', ...fields }
      await expect(ccxt.privatePostOrder(order)).rejects.toThrow('Filter failure: NOTIONAL')
    }
  })

  it('a client id that a live order has', async () => {
    const { ccxt } = await open()
    const place = () => ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000, { clientOrderId: 'twin' })
    const first = await place()
    await expect(place()).rejects.toThrow('Duplicate order sent.')
    await ccxt.cancelOrder(String(first.id), symbol)
    expect(await place()).toMatchObject({ status: 'open' })
  })
})
