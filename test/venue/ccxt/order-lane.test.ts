/** New orders as one signed message on an open socket, against a server that checks every byte. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { SubmitCommand } from '../../../src/model/execution-report.ts'
import { NumberGrid } from '../../../src/venue/ccxt/number-grid.ts'
import { type LaneAnswer, laneUrl, OrderLane } from '../../../src/venue/ccxt/order-lane.ts'
import { Secret } from '../../../src/venue/ccxt/secret.ts'
import { spotSpec } from '../../support/exchange-tape.ts'
import { localUrls } from '../../support/local-exchange.ts'

const keys = { apiKey: new Secret('key'), secret: new Secret('secret'), password: undefined }
const grid = new NumberGrid(spotSpec)
let server: WebSocketServer | undefined
let lane: OrderLane | undefined

afterEach(() => {
  lane?.close()
  server?.close()
})

async function open(answer: (message: { id: string; params: Record<string, string> }) => object | 'cut') {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server = listening
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  listening.on('connection', (socket) => {
    socket.on('message', (data) => {
      const said = answer(JSON.parse(String(data)) as { id: string; params: Record<string, string> })
      if (said === 'cut') socket.terminate()
      else socket.send(JSON.stringify(said))
    })
  })
  const opened = new OrderLane({
    ...{ url: `ws://127.0.0.1:${address.port}`, keys, recvWindowMs: 5000 },
    venueTimeMs: () => 1_700_000_000_123.9,
  })
  lane = opened
  opened.open()
  while (!opened.isOpen) await new Promise((resolve) => setImmediate(resolve))
  return opened
}

function place(
  opened: OrderLane,
  more: Partial<SubmitCommand> = {},
  kind: 'spot' | 'linear' = 'spot',
): Promise<LaneAnswer> {
  const command: SubmitCommand = {
    ...{ clientOrderId: 1, instrument: 0, side: 'sell', qty: qtyLots(1500), price: priceTicks(499_999) },
    ...{ timeInForce: 'gtc', postOnly: false },
    ...more,
  }
  const market = { symbol: 'BTC/USDT', id: 'BTCUSDT', spec: { ...spotSpec, kind }, isActive: true }
  return new Promise((resolve, reject) => {
    if (!opened.place({ clientId: 'session1-1-1', command }, market, grid, resolve))
      reject(new Error('not taken'))
  })
}

describe('the lane for new orders', () => {
  it('sends what ccxt would send, signed over the fields in their order', async () => {
    let params: Record<string, string> = {}
    const opened = await open((message) => {
      params = message.params
      return { id: message.id, status: 200, result: { orderId: 7 } }
    })
    expect(await place(opened)).toEqual({ kind: 'ok', order: { orderId: 7 } })
    const { signature, ...rest } = params
    expect(rest).toEqual({
      ...{ apiKey: 'key', newClientOrderId: 'session1-1-1', newOrderRespType: 'FULL', price: '49999.9' },
      ...{ quantity: '1.500', recvWindow: '5000', side: 'SELL', symbol: 'BTCUSDT', timeInForce: 'GTC' },
      ...{ timestamp: '1700000000123', type: 'LIMIT' },
    })
    const query = Object.keys(rest)
      .sort()
      .map((name) => `${name}=${rest[name]}`)
      .join('&')
    expect(signature).toBe(createHmac('sha256', 'secret').update(query).digest('hex'))
  })

  it.each<readonly [string, Partial<SubmitCommand>, 'spot' | 'linear', object]>([
    ['a market order', { price: undefined, timeInForce: 'ioc' }, 'spot', { type: 'MARKET' }],
    ['post-only on spot', { postOnly: true }, 'spot', { type: 'LIMIT_MAKER' }],
    ['post-only on futures', { postOnly: true }, 'linear', { type: 'LIMIT', timeInForce: 'GTX' }],
    ['fill or kill', { timeInForce: 'fok' }, 'spot', { type: 'LIMIT', timeInForce: 'FOK' }],
  ])('has the venue’s word for %s', async (_title, more, kind, expected) => {
    let params: Record<string, string> = {}
    const opened = await open((message) => {
      params = message.params
      return { id: message.id, status: 200, result: {} }
    })
    await place(opened, more, kind)
    expect(params).toMatchObject(expected)
    if (!('timeInForce' in expected)) expect(params).not.toHaveProperty('timeInForce')
  })

  it('tells what the venue refused, and how long a ban lasts', async () => {
    const error = { code: -1003, msg: 'Way too much', data: { retryAfter: 1_700_000_030_123 } }
    const opened = await open(({ id }) => ({ id, status: 418, error }))
    const answer = await place(opened)
    expect(answer).toMatchObject({ kind: 'failed', facts: { status: 418 }, text: 'Way too much' })
    // From …000,123.9 to …030,123 ms.
    expect(answer.kind === 'failed' && answer.facts.retryAfterSeconds).toBeCloseTo(30, 2)
  })

  it('says lost, not refused, when the socket closes before an answer', async () => {
    const opened = await open(() => 'cut')
    expect(await place(opened)).toEqual({ kind: 'lost' })
    expect(opened.isOpen).toBe(false)
    await expect(place(opened)).rejects.toThrow('not taken')
  })

  it('leaves alone what is no plain order', async () => {
    const opened = await open(() => 'cut')
    const terms = {
      ...{ trigger: undefined, displayQty: qtyLots(1), expireTime: undefined, reduceOnly: false },
      ...{ ocoWith: undefined, exitOf: undefined, selfTradePrevention: undefined },
    }
    await expect(place(opened, { terms })).rejects.toThrow('not taken')
    await expect(place(opened, { timeInForce: 'gtd' })).rejects.toThrow('not taken')
  })

  it('is there for Binance alone, and for keys that it can sign with', () => {
    const urls = { api: localUrls('http://127.0.0.1:9') }
    expect(laneUrl('binance', urls, 'spot', keys)).toBe('ws://127.0.0.1:9/ws-api/v3')
    expect(laneUrl('binanceusdm', urls, 'linear', keys)).toBe('ws://127.0.0.1:9/ws-fapi/v1')
    expect(laneUrl('okx', urls, 'spot', keys)).toBeUndefined()
    const rsa = { ...keys, secret: new Secret('-----BEGIN PRIVATE KEY-----') }
    expect(laneUrl('binance', urls, 'spot', rsa)).toBeUndefined()
  })
})
