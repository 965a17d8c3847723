import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { exchangeStage, until } from '../support/exchange-stage.ts'
import { print, tapeStart } from '../support/exchange-tape.ts'

const open = exchangeStage()
/** One print a second for an hour. */
const rows = Array.from({ length: 3600 }, (_, i) => print(1000 * (i + 1), 'buy', 500_001, 1)).flat()

describe('the pace of an exchange', () => {
  it('at max waits for the first subscription, then tells the whole tape in order', async () => {
    const { exchange } = await open(rows, { speed: 'max' })
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(exchange.exchange.now).toBe(tapeStart)
    const socket = new WebSocket(`${exchange.wsUrl}/stream/ws/btcusdt@trade`)
    const ids: number[] = []
    socket.on('message', (data) => ids.push(JSON.parse(String(data)).t))
    await until(() => ids.length === rows.length)
    socket.terminate()
    expect(ids).toEqual(rows.map((_, index) => index + 1))
  })

  it('by rows goes to the end of the instant of the last of them', async () => {
    const { exchange } = await open([
      ...print(5, 'buy', 500_001, 1),
      ...print(5, 'buy', 500_001, 2),
      ...print(9, 'buy', 500_001, 3),
    ])
    expect(exchange.advance({ rows: 1 })).toEqual({ now: tapeStart + 5000, rows: 6, isOver: false })
    expect(exchange.advance({ rows: 5 })).toEqual({ now: tapeStart + 9000, rows: 7, isOver: true })
  })

  it('says nothing new when the same steps are taken again', async () => {
    const trade = async () => {
      const { exchange, ccxt } = await open(rows)
      for (const price of [50_000, 49_999.9]) {
        await ccxt.createOrder('BTC/USDT', 'limit', 'buy', 0.1, price, { clientOrderId: `at-${price}` })
        exchange.advance({ byUs: 60_000_000 })
        await ccxt.createOrder('BTC/USDT', 'market', 'sell', 0.05, undefined, {
          clientOrderId: `sell-${price}`,
        })
      }
      return exchange.truth()
    }
    expect(await trade()).toEqual(await trade())
  })
})
