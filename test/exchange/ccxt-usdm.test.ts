import { describe, expect, it } from 'vitest'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { exchangeStage, stageAccount, until } from '../support/exchange-stage.ts'
import { book, handmadeTape, print, spotSpec, tapeStart } from '../support/exchange-tape.ts'

const stage = exchangeStage()
const symbol = 'BTC/USDT:USDT'
const linear = { ...spotSpec, venue: 'binance-usdm', kind: 'linear' } as const
const open = (rows: readonly TapeRow[] = [], options: object = {}) =>
  stage([], { tapes: [handmadeTape(rows, linear)], client: { defaultType: 'swap' }, ...options })

describe('an unmodified ccxt on perpetuals', () => {
  it('loads markets with their rules', async () => {
    const { ccxt } = await open()
    const market = ccxt.market(symbol)
    expect(market).toMatchObject({ id: 'BTCUSDT', linear: true, swap: true, settle: 'USDT', active: true })
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.001 })
  })

  it('reads book, trades, bars, tickers, marks and funding', async () => {
    const tapes = [
      createMemoryTape({
        instrument: linear,
        rows: [
          ...book(0, ['bid', 500_000, 2000], ['ask', 500_002, 2000]),
          ...print(10, 'buy', 500_002, 30),
          ...book(2000, ['bid', 499_000, 1]),
        ],
        facts: { funding: [{ time: tapeStart + 1_000_000, rate: '0.0001' }] },
      }),
    ]
    const { exchange, ccxt } = await open([], { tapes })
    await ccxt.createOrder(symbol, 'market', 'buy', 1)
    exchange.advance({ byUs: 1_500_000 })
    expect((await ccxt.fetchOrderBook(symbol)).asks).toEqual([[50_000.2, 2]])
    expect(await ccxt.fetchTrades(symbol)).toMatchObject([{ side: 'buy', price: 50_000.2, amount: 0.03 }])
    expect(await ccxt.fetchTicker(symbol)).toMatchObject({ last: 50_000.2 })
    expect(await ccxt.fetchFundingRate(symbol)).toMatchObject({ markPrice: 50_000.1, fundingRate: 0.0001 })
    expect(await ccxt.fetchFundingRateHistory(symbol)).toMatchObject([{ fundingRate: 0.0001 }])
    // 1 BTC at the mid of 50,000.1, one basis point of it, paid by the long.
    expect(await ccxt.fetchFundingHistory(symbol)).toMatchObject([{ amount: -5.00001, code: 'USDT' }])
  })

  it('opens a position, values it, and closes it for what the prices say', async () => {
    const rows = book(
      100,
      ['bid', 501_000, 2000],
      ['ask', 500_001, 0],
      ['ask', 500_002, 0],
      ['ask', 501_002, 500],
    )
    const { exchange, ccxt } = await open(rows)
    const bought = await ccxt.createOrder(symbol, 'market', 'buy', 1)
    expect(bought).toMatchObject({ status: 'closed', filled: 1, average: 50_000.1 })
    exchange.advance({ byUs: 100_000 })
    // Mid 50,100.1: 100 above the entry.
    const [position] = await ccxt.fetchPositions([symbol])
    expect(position).toMatchObject({
      side: 'long',
      contracts: 1,
      entryPrice: 50_000.1,
      unrealizedPnl: 100,
    })
    const sold = await ccxt.createOrder(symbol, 'market', 'sell', 1, undefined, { reduceOnly: true })
    expect(sold).toMatchObject({ status: 'closed', average: 50_100 })
    expect(await ccxt.fetchPositions([symbol])).toEqual([])
    const trades = await ccxt.fetchMyTrades(symbol)
    expect(trades.map(({ info }) => info.realizedPnl)).toEqual(['0.00000000', '99.90000000'])
    // 100,000 + 99.9, less fees of 0.05 %: 25.00005 and 25.05.
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({
      total: 100_049.84995,
      used: 0,
    })
  })

  it('turns a position around with one order', async () => {
    const { exchange, ccxt } = await open()
    await ccxt.createOrder(symbol, 'market', 'buy', 0.5)
    await ccxt.createOrder(symbol, 'market', 'sell', 1.2)
    const [position] = await ccxt.fetchPositions([symbol])
    expect(position).toMatchObject({ side: 'short', contracts: 0.7, entryPrice: 50_000 })
    expect(exchange.truth().accounts[0]?.positions).toEqual({ BTCUSDT: '-0.700' })
  })

  it('rests, amends and cancels a limit order', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 1, 49_000)
    // 49,000 ÷ 20.
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ used: 2450, free: 97_550 })
    const id = String(order.id)
    expect(await ccxt.editOrder(id, symbol, 'limit', 'buy', 2, 48_000)).toMatchObject({
      id,
      price: 48_000,
      amount: 2,
    })
    expect(await ccxt.fetchOpenOrders(symbol)).toMatchObject([{ id, price: 48_000, remaining: 2 }])
    expect(await ccxt.cancelOrder(id, symbol)).toMatchObject({ id, status: 'canceled' })
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ used: 0 })
    await expect(ccxt.cancelOrder(id, symbol)).rejects.toMatchObject({ name: 'OrderNotFound' })
  })

  it('sends several orders in one request, and cancels several', async () => {
    const { ccxt } = await open()
    const orders = await ccxt.createOrders([
      { symbol, type: 'limit', side: 'buy', amount: 0.1, price: 49_000 },
      { symbol, type: 'limit', side: 'buy', amount: 1000, price: 49_000 },
      { symbol, type: 'limit', side: 'sell', amount: 0.1, price: 51_000 },
    ])
    expect(orders.map(({ status }) => status)).toEqual(['open', 'rejected', 'open'])
    await ccxt.cancelOrders([String(orders[0]?.id), String(orders[2]?.id)], symbol)
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
    await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000)
    await ccxt.cancelAllOrders(symbol)
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
  })

  it('keeps a conditional order apart until it triggers', async () => {
    const { exchange, ccxt } = await open([...print(100, 'sell', 499_000, 1)])
    await ccxt.createOrder(symbol, 'market', 'buy', 1)
    const stop = await ccxt.createOrder(symbol, 'market', 'sell', 1, undefined, {
      stopLossPrice: 49_900,
      reduceOnly: true,
    })
    expect(stop).toMatchObject({ status: 'open', triggerPrice: 49_900 })
    const id = String(stop.id)
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
    expect(await ccxt.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).toMatchObject([
      { id },
    ])
    const other = await ccxt.createOrder(symbol, 'limit', 'sell', 1, 52_000, { takeProfitPrice: 51_900 })
    expect(await ccxt.cancelOrder(String(other.id), symbol, { trigger: true })).toMatchObject({
      id: other.id,
    })
    exchange.advance({ byUs: 200_000 })
    expect(await ccxt.fetchOrder(id, symbol)).toMatchObject({
      status: 'closed',
      average: 50_000,
      reduceOnly: true,
    })
    expect(await ccxt.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).toEqual([])
    expect(await ccxt.fetchPositions([symbol])).toEqual([])
  })

  it('lets a stop trail the price', async () => {
    const rows = [...print(100, 'buy', 510_000, 1), ...print(200, 'sell', 504_900, 1)]
    const { exchange, ccxt } = await open(rows)
    await ccxt.createOrder(symbol, 'market', 'buy', 1)
    const stop = await ccxt.createOrder(symbol, 'market', 'sell', 1, undefined, { trailingPercent: 1 })
    exchange.advance({ byUs: 150_000 })
    expect(await ccxt.fetchOrder(String(stop.id), symbol, { trigger: true })).toMatchObject({
      status: 'open',
    })
    exchange.advance({ byUs: 100_000 })
    expect(await ccxt.fetchOrder(String(stop.id), symbol)).toMatchObject({ status: 'closed' })
  })

  it('sets leverage, and refuses modes that are not simulated', async () => {
    const { ccxt } = await open()
    expect(await ccxt.setLeverage(5, symbol)).toMatchObject({ leverage: 5 })
    expect(await ccxt.fetchLeverage(symbol)).toMatchObject({ longLeverage: 5, marginMode: 'cross' })
    // 2 × 49,000 ÷ 5 of 100,000; a second one of 12 would need 117,600.
    await ccxt.createOrder(symbol, 'limit', 'buy', 2, 49_000)
    await expect(ccxt.createOrder(symbol, 'limit', 'buy', 12, 49_000)).rejects.toThrow(
      'Margin is insufficient',
    )
    await expect(ccxt.setMarginMode('isolated', symbol)).rejects.toThrow('cross margin only')
    await expect(ccxt.setPositionMode(true)).rejects.toThrow('one-way mode only')
    expect(await ccxt.fetchPositionMode(symbol)).toMatchObject({ hedged: false })
  })

  it.each([
    ['a post-only order that would take', [symbol, 'limit', 'buy', 0.1, 50_001, { postOnly: true }], '-5022'],
    [
      'a reduce-only order without a position',
      [symbol, 'market', 'sell', 0.1, undefined, { reduceOnly: true }],
      '-2022',
    ],
    ['an order far beyond the margin', [symbol, 'limit', 'buy', 100, 49_000, {}], '-2019'],
  ] as const)('refuses %s', async (_title, [pair, type, side, amount, price, params], code) => {
    const { exchange, ccxt } = await open()
    await expect(ccxt.createOrder(pair, type, side, amount, price, params)).rejects.toThrow(code)
    expect(exchange.truth().accounts[0]?.orders).toEqual([])
  })

  it('tells orders, fills, balances and positions on the user stream', async () => {
    const { exchange, ccxt } = await open(print(500, 'sell', 500_000, 2500))
    // The first answer is the snapshot, which has none.
    expect(await ccxt.watchPositions([symbol])).toEqual([])
    const orders = ccxt.watchOrders(symbol)
    const trades = ccxt.watchMyTrades(symbol)
    const positions = ccxt.watchPositions([symbol])
    const balance = ccxt.watchBalance({ type: 'swap' })
    await until(() => exchange.userSubscriptions() === 1)
    await new Promise((resolve) => setImmediate(resolve))
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.5, 50_000)
    expect(await orders).toMatchObject([{ id: order.id, status: 'open' }])
    exchange.advance({ byUs: 600_000 })
    expect(await trades).toMatchObject([
      { order: order.id, price: 50_000, amount: 0.5, takerOrMaker: 'maker' },
    ])
    expect(await positions).toMatchObject([{ contracts: 0.5, entryPrice: 50_000, side: 'long' }])
    // 25,000 × 0.02 %.
    expect((await balance).USDT).toMatchObject({ total: 99_995 })
  })

  it('keeps a watched book equal to the recorded one', async () => {
    const rows = [
      ...book(150, ['bid', 500_000, 1500]),
      ...book(250, ['ask', 500_001, 0]),
      ...book(450, ['bid', 499_990, 3]),
    ]
    const { exchange, ccxt } = await open(rows)
    await ccxt.watchOrderBook(symbol)
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
    const { exchange, ccxt } = await open(print(500, 'buy', 500_001, 10))
    const watched = [
      ccxt.watchTrades(symbol),
      ccxt.watchOHLCV(symbol, '1m'),
      ccxt.watchTicker(symbol),
    ] as const
    await until(() => exchange.marketSubscriptions() === 3)
    exchange.advance({ byUs: 1_000_000 })
    const [trades, bars, ticker] = await Promise.all(watched)
    expect(trades).toMatchObject([{ side: 'buy', price: 50_000.1, amount: 0.01 }])
    expect(bars).toEqual([[1_704_067_200_000, 50_000.1, 50_000.1, 50_000.1, 50_000.1, 0.01]])
    expect(ticker).toMatchObject({ last: 50_000.1 })
  })

  it('sends, amends and cancels orders over the WebSocket API', async () => {
    const { ccxt } = await open()
    const order = await ccxt.createOrderWs(symbol, 'limit', 'buy', 0.1, 49_000)
    const id = String(order.id)
    expect(await ccxt.editOrderWs(id, symbol, 'limit', 'buy', 0.2, 48_000)).toMatchObject({ amount: 0.2 })
    expect(await ccxt.cancelOrderWs(id, symbol)).toMatchObject({ status: 'canceled' })
  })

  it('keeps accounts apart', async () => {
    const second = { ...stageAccount, name: 'two', key: 'test-key-two', futures: { USDT: '7' } }
    const { exchange, ccxt } = await open([], { accounts: [stageAccount, second] })
    await ccxt.createOrder(symbol, 'market', 'buy', 1)
    expect(
      exchange.truth().accounts.map(({ positions, orders }) => [positions.BTCUSDT, orders.length]),
    ).toEqual([
      ['1.000', 1],
      ['0.000', 0],
    ])
  })
})
