/** The traps of the wire, each with the real client or with bytes as it would send them. */
import { createHmac } from 'node:crypto'
import http from 'node:http'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ccxtBinance } from '../support/ccxt-clients.ts'
import { exchangeStage, stageKeys, until } from '../support/exchange-stage.ts'
import { book, print } from '../support/exchange-tape.ts'
import { localUrls } from '../support/local-exchange.ts'

const open = exchangeStage()
const symbol = 'BTC/USDT'

function signed(query: string): string {
  return `${query}&signature=${createHmac('sha256', stageKeys.secret).update(query).digest('hex')}`
}

const withKey = { headers: { 'X-MBX-APIKEY': stageKeys.apiKey } }

async function json(url: string): Promise<Record<string, number>> {
  return JSON.parse(await (await fetch(url)).text())
}

/** Plain HTTP, because fetch does not let the Host be chosen. */
function get(base: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get(`${base}${path}`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
  })
}

/** @returns the status of a refused upgrade, or `open` */
function upgrade(url: string, headers: Record<string, string>): Promise<number | 'open' | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers })
    socket.on('error', () => {})
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode)
    })
  })
}

describe('signatures', () => {
  it('are checked over the raw text, whatever the order of the parameters and the coding of a character', async () => {
    const { exchange } = await open()
    const time = 'timestamp=1704067200000'
    for (const query of [`${time}&symbol=BTCUSDT`, `symbol=BTCUSDT&${time}`, `symbol=%42TCUSDT&${time}`]) {
      const answer = await fetch(`${exchange.url}/api/v3/openOrders?${signed(query)}`, withKey)
      expect([answer.status, await answer.json()]).toEqual([200, []])
    }
  })

  it('may stand in the query while the order is in the body', async () => {
    const { exchange } = await open()
    const query = 'symbol=BTCUSDT&side=BUY'
    const body = 'type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&timestamp=1704067200000'
    const signature = createHmac('sha256', stageKeys.secret)
      .update(query + body)
      .digest('hex')
    const answer = await fetch(`${exchange.url}/api/v3/order?${query}`, {
      method: 'POST',
      body: `${body}&signature=${signature}`,
      ...withKey,
    })
    expect(await answer.json()).toMatchObject({ status: 'NEW' })
  })

  it.each([
    [
      'a changed parameter',
      'symbol=BTCUSDT&timestamp=1704067200000',
      (text: string) => text.replace('BTC', 'ETH'),
      -1022,
    ],
    ['no time', 'symbol=BTCUSDT', (text: string) => text, -1102],
    [
      'no signature',
      'symbol=BTCUSDT&timestamp=1704067200000',
      (text: string) => text.replace(/&sig.*/, ''),
      -1102,
    ],
  ])('refuses %s', async (_title, query, change, code) => {
    const { exchange } = await open()
    const answer = await fetch(`${exchange.url}/api/v3/openOrders?${change(signed(query))}`, withKey)
    expect([answer.status, await answer.json()]).toMatchObject([400, { code }])
  })

  it('of unknown keys are refused as authentication errors', async () => {
    const { exchange } = await open()
    const stranger = ccxtBinance(exchange.url, { apiKey: 'somebody-else', secret: stageKeys.secret })
    await expect(stranger.fetchBalance()).rejects.toMatchObject({ name: 'AuthenticationError' })
    const wrong = ccxtBinance(exchange.url, { apiKey: stageKeys.apiKey, secret: 'not the secret' })
    await expect(wrong.fetchBalance()).rejects.toMatchObject({ name: 'AuthenticationError' })
  })
})

describe('times', () => {
  it('of clients count when the tape runs at the speed of life, and are shifted to the present', async () => {
    const { exchange, ccxt } = await open(print(30_000, 'buy', 500_001, 1), { speed: 1 })
    expect(Math.abs(((await ccxt.fetchTime()) ?? 0) - Date.now())).toBeLessThan(5000)
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
    const old = await fetch(`${exchange.url}/api/v3/openOrders?${signed('timestamp=1704067200000')}`, withKey)
    expect(await old.json()).toMatchObject({ code: -1021 })
    const early = await fetch(
      `${exchange.url}/api/v3/openOrders?${signed(`timestamp=${Date.now() + 9000}`)}`,
      withKey,
    )
    expect(await early.json()).toMatchObject({ code: -1021 })
  })

  it('of clients do not count when time is not that of life', async () => {
    const { ccxt } = await open([], { speed: 10 })
    expect(await ccxt.fetchOpenOrders(symbol)).toEqual([])
  })
})

describe('books', () => {
  it('of spot carry no time, those of perpetuals do', async () => {
    const { exchange } = await open([], { segments: ['spot', 'usdm'] })
    const keysOf = async (path: string) =>
      Object.keys(await json(`${exchange.url}${path}?symbol=BTCUSDT`)).sort()
    expect(await keysOf('/api/v3/depth')).toEqual(['asks', 'bids', 'lastUpdateId'])
    expect(await keysOf('/fapi/v1/depth')).toEqual(['E', 'T', 'asks', 'bids', 'lastUpdateId'])
  })

  it('are told in numbered differences without a gap, and a snapshot lies inside one', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      book(10 + 37 * i, ['bid', 499_990 - i, 5], ['ask', 500_010 + i, 7]),
    )
    const { exchange } = await open(rows.flat(), { segments: ['usdm'] })
    const socket = new WebSocket(`${exchange.wsUrl}/public/ws/btcusdt@depth@100ms`)
    const seen: { U: number; u: number; pu: number }[] = []
    socket.on('message', (data) => seen.push(JSON.parse(String(data))))
    await until(() => exchange.marketSubscriptions() === 1)
    exchange.advance({ byUs: 250_000 })
    const { lastUpdateId = 0 } = await json(`${exchange.url}/fapi/v1/depth?symbol=BTCUSDT`)
    exchange.advance({ byUs: 1_250_000 })
    await until(() => seen.length === 15)
    socket.terminate()
    seen.forEach(({ U, u, pu }, index) => {
      expect(u).toBeGreaterThanOrEqual(U)
      if (index > 0) expect([U, pu]).toEqual([(seen[index - 1]?.u ?? 0) + 1, seen[index - 1]?.u])
    })
    expect(seen.filter(({ U, u }) => U <= lastUpdateId && lastUpdateId <= u)).toHaveLength(1)
  })

  it('reach spot clients under an address with /stream only, and clients of perpetuals under /public', async () => {
    const { ccxt } = await open(print(10, 'buy', 500_001, 1))
    const urls = localUrls('http://127.0.0.1:1')
    expect(urls.ws.spot).toContain('/stream')
    expect(urls.ws.future).toMatch(/[^m]\/ws$/)
    expect(await ccxt.watchOrderBook(symbol)).toMatchObject({ symbol })
  })
})

describe('refusals', () => {
  it('by rate limits come with 429, then 418, and tell when to ask again', async () => {
    const { exchange } = await open([], { enforcesRateLimits: true })
    const ask = () => fetch(`${exchange.url}/api/v3/exchangeInfo`)
    // 20 of 6000 each; the client has asked for it once. Time stands still.
    const used = Number((await ask()).headers.get('x-mbx-used-weight-1m'))
    expect(used % 20).toBe(0)
    for (let weight = used; weight < 6000; weight += 20) expect((await ask()).status).toBe(200)
    const refused = await ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toMatchObject({ code: -1003 })
    for (let i = 1; i < 10; i++) expect((await ask()).status).toBe(429)
    const banned = await ask()
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '120'])
    exchange.advance({ byUs: 119_000_000 })
    expect((await ask()).status).toBe(418)
    exchange.advance({ byUs: 1_000_000 })
    expect((await ask()).status).toBe(200)
  })

  it('by rate limits are one class of error for the client', async () => {
    const { exchange, ccxt } = await open([], { enforcesRateLimits: true })
    for (let i = 0; i < 300; i++) await fetch(`${exchange.url}/api/v3/exchangeInfo`)
    await expect(ccxt.fetchOpenOrders(symbol)).rejects.toMatchObject({ name: 'DDoSProtection' })
  })

  it('of orders count them per account', async () => {
    const { ccxt } = await open([], { enforcesRateLimits: true })
    for (let i = 0; i < 50; i++) await ccxt.createOrder(symbol, 'limit', 'buy', 0.001, 49_000)
    expect(ccxt.last_response_headers).toMatchObject({ 'X-Mbx-Order-Count-10s': '50' })
  })

  it('of addresses that are none say so', async () => {
    const { exchange } = await open()
    const answer = await fetch(`${exchange.url}/api/v3/nothing`)
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: -5000 }])
  })
})

describe('who may talk to it', () => {
  it.each([
    ['the name of another host', { host: 'evil.example' }, 403],
    ['the name of another host with our port', { host: 'evil.example:9000' }, 403],
    ['a name that only begins like ours', { host: '127.0.0.1.evil.example' }, 403],
    ['a page of another origin', { host: 'localhost:9000', origin: 'https://evil.example' }, 403],
    ['a page without an origin', { host: 'localhost:9000', origin: 'null' }, 403],
    ['a page of this machine', { host: 'localhost:9000', origin: 'http://localhost:3000' }, 200],
    ['a name below localhost', { host: 'api.sim.localhost:8443' }, 200],
  ])('answers %s', async (_title, headers, status) => {
    const { exchange } = await open()
    expect(await get(exchange.url, '/api/v3/ping', headers)).toBe(status)
    expect(await upgrade(`${exchange.wsUrl}/stream/ws/0`, headers)).toBe(status === 200 ? 'open' : 403)
  })

  it('lets time pass only for a request that a page cannot send by itself', async () => {
    const { exchange } = await open()
    const post = (type: string, body: string) =>
      fetch(`${exchange.url}/sim/advance`, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await post('text/plain', '{"byUs":1000}')).status).toBe(415)
    const passed = await post('application/json', '{"byUs":1000}')
    expect(await passed.json()).toEqual({ now: 1_704_067_200_001_000, rows: 4, isOver: true })
    expect(await (await post('application/json', '{"by":1000}')).json()).toMatchObject({
      msg: 'expected one of {"until": µs}, {"byUs": µs} and {"rows": n}',
    })
    const { exchange: other } = await open([], { speed: 10 })
    const moving = await fetch(`${other.url}/sim/advance`, {
      method: 'POST',
      body: '{"byUs":1000}',
      headers: { 'content-type': 'application/json' },
    })
    expect(moving.status).toBe(409)
  })

  it('tells no secret, not even in the view of the venue', async () => {
    const { exchange } = await open()
    const text = await (await fetch(`${exchange.url}/sim/truth`)).text()
    expect(text).toContain('"name":"one"')
    expect(text).not.toContain(stageKeys.secret)
    expect(text).not.toContain(stageKeys.apiKey)
  })
})
