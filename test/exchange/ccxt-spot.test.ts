import { describe, expect, it } from 'vitest'
import { exchangeStage, until } from '../support/exchange-stage.ts'
import { book, print } from '../support/exchange-tape.ts'

const open = exchangeStage()
const symbol = 'BTC/USDT'

describe('an unmodified ccxt on the spot market', () => {
  it('loads markets with their rules', async () => {
    const { ccxt } = await open()
    const market = ccxt.market(symbol)
    expect(market).toMatchObject({ id: 'BTCUSDT', base: 'BTC', quote: 'USDT', spot: true, active: true })
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.001 })
    expect(market.limits.cost?.min).toBe(5)
  })

  it('reads book, trades, bars and tickers', async () => {
    const { exchange, ccxt } = await open([
      ...print(10, 'buy', 500_001, 30),
      ...print(20, 'sell', 500_000, 40),
    ])
    exchange.advance({ byUs: 100_000 })
    const shown = await ccxt.fetchOrderBook(symbol, 2)
    expect(shown.bids).toEqual([
      [50_000, 2],
      [49_999.9, 2],
    ])
    expect(shown.asks).toEqual([
      [50_000.1, 2],
      [50_000.2, 2],
    ])
    const trades = await ccxt.fetchTrades(symbol)
    expect(trades.map(({ side, price, amount }) => [side, price, amount])).toEqual([
      ['buy', 50_000.1, 0.03],
      ['sell', 50_000, 0.04],
    ])
    expect(await ccxt.fetchOHLCV(symbol, '1m')).toEqual([
      [1_704_067_200_000, 50_000.1, 50_000.1, 50_000, 50_000, 0.07],
    ])
    expect(await ccxt.fetchTicker(symbol)).toMatchObject({
      last: 50_000,
      bid: 50_000,
      ask: 50_000.1,
      baseVolume: 0.07,
    })
    expect(await ccxt.fetchTime()).toBe(1_704_067_200_100)
  })

  it('takes with a market order, and pays price and fee', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrder(symbol, 'market', 'buy', 0.5)
    // 0.5 at 50,000.1 = 25,000.05 USDT; 0.1 % of 0.5 BTC as fee.
    expect(order).toMatchObject({ status: 'closed', filled: 0.5, cost: 25_000.05, average: 50_000.1 })
    expect(order.fee).toMatchObject({ cost: 0.0005, currency: 'BTC' })
    const balance = await ccxt.fetchBalance()
    expect(balance.USDT).toMatchObject({ free: 74_999.95, used: 0 })
    expect(balance.BTC).toMatchObject({ free: 1.4995 })
  })

  it('spends a sum with a market order', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createMarketBuyOrderWithCost(symbol, 100)
    // 100 ÷ 50,000.1 = 0.00199…: one lot of 0.001.
    expect(order).toMatchObject({ status: 'closed', filled: 0.001 })
  })

  it('rests a limit order, holds its money back, finds it and cancels it', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 1, 49_000, { clientOrderId: 'mine-1' })
    expect(order).toMatchObject({ status: 'open', filled: 0, clientOrderId: 'mine-1' })
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ free: 51_000, used: 49_000 })
    expect(await ccxt.fetchOpenOrders(symbol)).toMatchObject([{ id: order.id, price: 49_000, remaining: 1 }])
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'open' })
    const canceled = await ccxt.cancelOrder(String(order.id), symbol)
    // As at the venue, the answer to a cancel carries the client id of the cancel, not that of the order.
    expect(canceled).toMatchObject({ id: order.id, status: 'canceled', clientOrderId: 'sim-1' })
    expect(canceled.info).toMatchObject({ origClientOrderId: 'mine-1' })
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ free: 100_000, used: 0 })
    await expect(ccxt.cancelOrder(String(order.id), symbol)).rejects.toMatchObject({ name: 'OrderNotFound' })
  })

  it('fills a resting order from prints, and tells it on the user stream', async () => {
    // 2000 lots stand before ours at 50,000.0; the second print leaves 500 for us.
    const { exchange, ccxt } = await open([
      ...print(500, 'sell', 500_000, 1000),
      ...print(600, 'sell', 500_000, 1500),
    ])
    const seen = ccxt.watchOrders(symbol)
    const traded = ccxt.watchMyTrades(symbol)
    const balances = ccxt.watchBalance()
    await until(() => exchange.userSubscriptions() === 1)
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 1, 50_000)
    expect(await seen).toMatchObject([{ id: order.id, status: 'open' }])
    expect((await balances).USDT).toMatchObject({ used: 50_000 })
    exchange.advance({ byUs: 700_000 })
    const [fill] = await traded
    expect(fill).toMatchObject({ order: order.id, price: 50_000, amount: 0.5, takerOrMaker: 'maker' })
    expect(fill?.fee).toMatchObject({ cost: 0.0005, currency: 'BTC' })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'open', filled: 0.5 })
    expect(await ccxt.fetchMyTrades(symbol)).toMatchObject([{ order: order.id, amount: 0.5 }])
  })

  it('refuses a post-only order that would take', async () => {
    const { ccxt } = await open()
    await expect(
      ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 50_000.1, { postOnly: true }),
    ).rejects.toMatchObject({ name: 'OrderImmediatelyFillable' })
    expect(await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 50_000, { postOnly: true })).toMatchObject({
      status: 'open',
    })
  })

  it('expires what an IOC order cannot take, and a FOK order that cannot be filled whole', async () => {
    const { ccxt } = await open()
    const ioc = await ccxt.createOrder(symbol, 'limit', 'sell', 1, 50_000, { timeInForce: 'IOC' })
    expect(ioc).toMatchObject({ status: 'closed', filled: 1 })
    const part = await ccxt.createOrder(symbol, 'limit', 'buy', 2.5 - 0.5, 50_000, { timeInForce: 'IOC' })
    expect(part).toMatchObject({ status: 'expired', filled: 0 })
    const fok = await ccxt.createOrder(symbol, 'limit', 'buy', 1.9, 50_000, { timeInForce: 'FOK' })
    expect(fok).toMatchObject({ status: 'expired', filled: 0 })
  })

  it('keeps a watched book equal to the recorded one', async () => {
    const rows = [
      ...book(150, ['bid', 500_000, 1500]),
      ...book(180, ['ask', 500_001, 0], ['ask', 500_003, 700]),
      ...book(250, ['bid', 499_998, 900]),
      ...book(450, ['ask', 500_001, 100]),
    ]
    const { exchange, ccxt } = await open(rows)
    const first = await ccxt.watchOrderBook(symbol)
    expect(first.asks[0]).toEqual([50_000.1, 2])
    for (const byUs of [200_000, 100_000, 200_000]) {
      const next = ccxt.watchOrderBook(symbol)
      exchange.advance({ byUs })
      const shown = await next
      const truth = await ccxt.fetchOrderBook(symbol)
      expect(shown.bids.map(([price, qty]) => [price, qty])).toEqual(truth.bids)
      expect(shown.asks.map(([price, qty]) => [price, qty])).toEqual(truth.asks)
    }
  })

  it('watches trades, tickers and bars', async () => {
    const { exchange, ccxt } = await open([
      ...print(500, 'buy', 500_001, 10),
      ...print(61_000, 'buy', 500_001, 20),
    ])
    const trades = ccxt.watchTrades(symbol)
    const bars = ccxt.watchOHLCV(symbol, '1m')
    const ticker = ccxt.watchTicker(symbol)
    await until(() => exchange.marketSubscriptions() === 3)
    exchange.advance({ byUs: 1_000_000 })
    expect(await trades).toMatchObject([{ side: 'buy', price: 50_000.1, amount: 0.01 }])
    expect(await bars).toEqual([[1_704_067_200_000, 50_000.1, 50_000.1, 50_000.1, 50_000.1, 0.01]])
    expect(await ticker).toMatchObject({ last: 50_000.1 })
  })

  it('sends and cancels orders over the WebSocket API', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrderWs(symbol, 'limit', 'buy', 0.1, 49_000)
    expect(order).toMatchObject({ status: 'open' })
    expect(await ccxt.cancelOrderWs(String(order.id), symbol)).toMatchObject({ status: 'canceled' })
  })
})
