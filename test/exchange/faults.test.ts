import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { FaultPlanInput } from '../../src/exchange/faults/fault-plan.ts'
import { startExchange } from '../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { exchangeStage, stageAccount, until } from '../support/exchange-stage.ts'
import { book, handmadeTape, print } from '../support/exchange-tape.ts'

const stage = exchangeStage()
const symbol = 'BTC/USDT'
const open = (faults: FaultPlanInput, rows: readonly TapeRow[] = [], seed = 1) =>
  stage(rows, { faults, seed })
const orders = (exchange: Awaited<ReturnType<typeof open>>['exchange']) =>
  exchange.truth().accounts[0]?.orders.map(({ status }) => status)
const placing = 'POST /api/v3/order'

describe('requests that go wrong', () => {
  it.each([
    ['lose-request', undefined, 'NetworkError', []],
    ['lose-answer', undefined, 'NetworkError', ['new']],
    ['error-before', undefined, 'ExchangeError', []],
    ['error-after', undefined, 'RequestTimeout', ['new']],
    ['rate-limit', undefined, 'DDoSProtection', []],
    ['error-before', -1021, 'InvalidNonce', []],
  ] as const)(
    '%s with code %s: the client hears %s, the exchange has %j',
    async (fault, code, name, truth) => {
      const { exchange, ccxt } = await open([
        { fault, on: placing, nth: 2, ...(code === undefined ? {} : { code }) } as FaultPlanInput[number],
      ])
      const place = () => ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000)
      await place()
      const error = await place().catch((thrown: unknown) => thrown)
      expect(classesOf(error)).toContain(name)
      expect(orders(exchange)).toEqual(['new', ...truth])
      await place()
      expect(exchange.truth().faults).toMatchObject([{ fault, on: placing }])
    },
  )

  it('answer late, after the order has filled, or are carried out late', async () => {
    const { exchange, ccxt } = await open(
      [
        { fault: 'late-answer', on: placing, by: '500ms', nth: 1 },
        { fault: 'late-request', on: placing, by: '500ms', nth: 2 },
      ],
      print(1300, 'sell', 499_000, 5000),
    )
    const place = () => ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 50_000)
    const late = place()
    await until(() => orders(exchange)?.length === 1)
    exchange.advance({ byUs: 500_000 })
    expect(await late).toMatchObject({ status: 'open' })
    const waiting = place()
    await until(() => exchange.truth().faults.length === 2)
    expect(orders(exchange)).toHaveLength(1)
    exchange.advance({ byUs: 499_999 })
    expect(orders(exchange)).toHaveLength(1)
    exchange.advance({ byUs: 1 })
    expect(await waiting).toMatchObject({ status: 'open', timestamp: 1_704_067_201_000 })
  })

  it('let an order fill in part before its cancel arrives', async () => {
    // 2000 lots ahead of ours; 60 of 100 filled while the cancel is on its way.
    const { exchange, ccxt } = await open(
      [{ fault: 'late-request', on: 'DELETE /api/v3/order', by: '300ms' }],
      print(200, 'sell', 500_000, 2060),
    )
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 50_000)
    const canceled = ccxt.cancelOrder(String(order.id), symbol)
    await until(() => exchange.truth().faults.length === 1)
    exchange.advance({ byUs: 300_000 })
    expect(await canceled).toMatchObject({ status: 'canceled', filled: 0.06 })
  })

  it('show orders as they were when the same was asked before', async () => {
    const { exchange, ccxt } = await open([{ fault: 'stale', on: 'GET /api/v3/order', nth: [2, 3] }])
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 50_000)
    const status = async () => (await ccxt.fetchOrder(String(order.id), symbol)).status
    expect(await status()).toBe('open')
    await ccxt.cancelOrder(String(order.id), symbol)
    expect([await status(), await status(), await status()]).toEqual(['open', 'canceled', 'canceled'])
    expect(orders(exchange)).toEqual(['canceled'])
  })

  it('are refused for a while after a ban, whatever they ask', async () => {
    const { exchange } = await open([{ fault: 'ban', on: 'GET /api/v3/time', for: '10s', nth: 1 }])
    const ask = async (path: string) => (await fetch(`${exchange.url}${path}`)).status
    expect([await ask('/api/v3/time'), await ask('/api/v3/ping')]).toEqual([418, 418])
    exchange.advance({ byUs: 10_000_000 })
    expect(await ask('/api/v3/ping')).toBe(200)
  })

  it('over the WebSocket API as well', async () => {
    const { exchange, ccxt } = await open([{ fault: 'error-after', on: 'WS order.place', every: 2 }])
    const place = () => ccxt.createOrderWs(symbol, 'limit', 'buy', 0.1, 49_000)
    await place()
    await expect(place()).rejects.toMatchObject({ name: 'RequestTimeout' })
    expect(orders(exchange)).toEqual(['new', 'new'])
  })

  it('by chance, and the seed decides which', async () => {
    const struck = async (seed: number) => {
      const { exchange } = await open(
        [{ fault: 'error-before', on: 'GET /api/v3/ping', rate: 0.5 }],
        [],
        seed,
      )
      const answers: number[] = []
      for (let i = 0; i < 20; i++) answers.push((await fetch(`${exchange.url}/api/v3/ping`)).status)
      return answers
    }
    const first = await struck(7)
    expect(await struck(7)).toEqual(first)
    expect(await struck(8)).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 503]))
  })
})

describe('messages that go wrong', () => {
  const rows = [10, 20, 30, 40, 50].flatMap((at) => print(at, 'buy', 500_001, at))

  async function seen(fault: FaultPlanInput[number], count: number): Promise<number[]> {
    const { exchange } = await open([fault], rows)
    const socket = new WebSocket(`${exchange.wsUrl}/stream/ws/btcusdt@trade`)
    const ids: number[] = []
    let isOver = false
    socket.on('message', (data) => ids.push(JSON.parse(String(data)).t))
    socket.on('close', () => {
      isOver = true
    })
    await until(() => exchange.marketSubscriptions() === 1)
    exchange.advance({ byUs: 100_000 })
    exchange.advance({ byUs: 100_000 })
    await until(() => isOver || ids.length === count)
    socket.terminate()
    return ids
  }

  it.each([
    ['are lost', { fault: 'drop', on: 'market trade', nth: 2 }, [1, 3, 4, 5]],
    ['come twice', { fault: 'duplicate', on: 'market trade', nth: 2 }, [1, 2, 2, 3, 4, 5]],
    ['overtake each other', { fault: 'reorder', on: 'market trade', nth: 2 }, [1, 3, 2, 4, 5]],
    ['are late', { fault: 'late', on: 'market *', by: '25ms', nth: 2 }, [1, 3, 4, 5, 2]],
    ['are the last before the connection is cut', { fault: 'cut', on: 'market trade', nth: 3 }, [1, 2]],
  ] as const)('%s', async (_title, fault, ids) => {
    expect(await seen(fault as FaultPlanInput[number], ids.length)).toEqual(ids)
  })

  it('leave a hole in the book that the client notices', async () => {
    const changes = [150, 250, 350].flatMap((at) => book(at, ['bid', 499_000, at]))
    const { exchange, ccxt } = await open([{ fault: 'drop', on: 'market depthUpdate', nth: 2 }], changes)
    await ccxt.watchOrderBook(symbol)
    const first = ccxt.watchOrderBook(symbol)
    exchange.advance({ byUs: 200_000 })
    await first
    const next = ccxt.watchOrderBook(symbol)
    exchange.advance({ byUs: 200_000 })
    await expect(next).rejects.toMatchObject({ name: 'ChecksumError' })
  })

  it('tell a fill twice with one trade id', async () => {
    const { exchange, ccxt } = await open([{ fault: 'duplicate', on: 'user executionReport', nth: 2 }])
    const orders = ccxt.watchMyTrades(symbol)
    await until(() => exchange.userSubscriptions() === 1)
    await ccxt.createOrder(symbol, 'market', 'buy', 0.1)
    expect(await orders).toHaveLength(1)
    expect(exchange.truth().faults).toMatchObject([{ fault: 'duplicate', on: 'user executionReport' }])
  })
})

describe('an exchange that goes wrong', () => {
  it('at its times: its clock, its doors, its sockets, its markets', async () => {
    const { exchange, ccxt } = await open([
      { fault: 'skew', at: '1s', byMs: 5000, for: '1s' },
      { fault: 'maintenance', at: '3s', for: '1s' },
      { fault: 'delist', at: '5s', symbol: 'BTCUSDT' },
      { fault: 'cut-all', at: '6s' },
    ])
    const order = await ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000)
    const start = (await ccxt.fetchTime()) ?? 0
    exchange.advance({ byUs: 1_000_000 })
    expect(await ccxt.fetchTime()).toBe(start + 6000)
    exchange.advance({ byUs: 1_000_000 })
    expect(await ccxt.fetchTime()).toBe(start + 2000)
    exchange.advance({ byUs: 1_000_000 })
    await expect(ccxt.fetchTime()).rejects.toMatchObject({ name: 'OnMaintenance' })
    exchange.advance({ byUs: 2_000_000 })
    expect(await ccxt.fetchOrder(String(order.id), symbol)).toMatchObject({ status: 'canceled' })
    await expect(ccxt.createOrder(symbol, 'limit', 'buy', 0.1, 49_000)).rejects.toThrow('Market is closed.')
    await ccxt.loadMarkets(true)
    expect(ccxt.market(symbol).active).toBe(false)
    const socket = new WebSocket(`${exchange.wsUrl}/stream/ws/btcusdt@trade`)
    let isOver = false
    socket.on('close', () => {
      isOver = true
    })
    await until(() => exchange.marketSubscriptions() === 1)
    exchange.advance({ byUs: 1_000_000 })
    await until(() => isOver)
    expect(exchange.truth().faults.map(({ fault }) => fault)).toEqual([
      'skew',
      'maintenance',
      'delist',
      'cut-all',
    ])
  })

  it.each([
    [[{ fault: 'explode', on: 'x' }], /^faults\.0\.fault: /],
    [[{ fault: 'drop', on: 'market trade', nth: 0 }], /^faults\.0\.nth/],
    [
      [{ fault: 'late', on: 'market trade', by: 'soon' }],
      /expected a duration such as 500ms or 10s, found soon/,
    ],
    [[{ fault: 'drop', on: 'market trade', sometimes: true }], /sometimes/],
  ])('is not started with %j', async (faults, message) => {
    const options = { tapes: [handmadeTape([])], accounts: [stageAccount], speed: 'step', port: 0 } as const
    await expect(startExchange({ ...options, faults: faults as unknown as FaultPlanInput })).rejects.toThrow(
      message,
    )
  })
})

/** Names of the classes of an error, its own first. */
function classesOf(error: unknown): string[] {
  const names: string[] = []
  for (let at: unknown = error; at instanceof Error; at = Object.getPrototypeOf(at))
    names.push(at.constructor.name)
  return names
}
