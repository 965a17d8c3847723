/** The market feed over the real ccxt and real sockets: the book that its rows make is the book of the exchange. */
import { afterEach, describe, expect, it } from 'vitest'
import { LiveBook } from '../../../src/book/live-book.ts'
import { timeUs } from '../../../src/core/units.ts'
import type { RunningExchange } from '../../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../../src/feed/tape-columns.ts'
import type { MarketRow } from '../../../src/model/market-row.ts'
import { rowKind } from '../../../src/model/tape.ts'
import { CcxtFeed } from '../../../src/venue/ccxt/ccxt-feed.ts'
import { CuttingProxy } from '../../support/cutting-proxy.ts'
import { book, print } from '../../support/exchange-tape.ts'
import { startTape } from '../../support/live-stage.ts'
import { localSettings, localUrls } from '../../support/local-exchange.ts'

let running: RunningExchange | undefined
let feed: CcxtFeed | undefined
let proxy: CuttingProxy | undefined

afterEach(async () => {
  await feed?.close()
  await proxy?.close()
  await running?.close()
  feed = undefined
  proxy = undefined
  running = undefined
})

interface Heard {
  readonly messages: (readonly MarketRow[])[]
  readonly connections: boolean[]
  readonly book: LiveBook
}

async function open(
  rows: readonly TapeRow[],
  isRelayed = false,
): Promise<Heard & { exchange: RunningExchange }> {
  running = await startTape(rows)
  if (isRelayed) proxy = await CuttingProxy.open(running.port)
  const url = proxy?.url ?? running.url
  feed = new CcxtFeed({
    settings: localSettings(url, { keys: undefined, urls: localUrls(url) }),
    symbols: ['btcusdt'],
    depth: 100,
    now: () => timeUs(1_700_000_000_000_000),
    onNotice: () => {},
  })
  const heard: Heard = { messages: [], connections: [], book: new LiveBook('l2') }
  await feed.start({
    rows: (_instrument, message) => {
      heard.messages.push(message)
      for (const row of message) heard.book.apply(row, timeUs(1_700_000_000_000_000))
    },
    connection: (_instrument, isUp) => heard.connections.push(isUp),
  })
  const { exchange } = { exchange: running }
  await until(() => exchange.marketSubscriptions() >= 2)
  return { ...heard, exchange }
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}

/** What the exchange shows of its first market, best first. */
async function shown(exchange: RunningExchange): Promise<unknown> {
  const answer = await fetch(`${exchange.url}/api/v3/depth?symbol=BTCUSDT&limit=100`)
  const { bids, asks } = (await answer.json()) as { bids: [string, string][]; asks: [string, string][] }
  const whole = ([price, qty]: [string, string]) => ({
    price: Math.round(Number(price) * 10),
    qty: Math.round(Number(qty) * 1000),
  })
  return { bids: bids.map(whole), asks: asks.map(whole) }
}

const known = (live: LiveBook): unknown => ({ bids: live.levels('buy', 100), asks: live.levels('sell', 100) })

const rows = [
  ...book(200, ['bid', 500_000, 0], ['bid', 499_990, 70], ['ask', 500_001, 5]),
  ...print(300, 'buy', 500_001, 3),
  ...print(350, 'sell', 499_999, 4),
  ...book(400, ['ask', 500_003, 9], ['ask', 500_001, 0], ['bid', 500_000, 11]),
  ...book(900, ['bid', 499_999, 1], ['ask', 500_002, 0]),
  ...book(1500, ['ask', 500_004, 2]),
]

describe('the feed of a live venue', () => {
  it('starts with a clear and a snapshot, and then follows the book of the exchange', async () => {
    const heard = await open(rows)
    expect(feed?.instruments()).toMatchObject([
      {
        id: 'BTCUSDT',
        venue: 'binance-spot',
        kind: 'spot',
        tickSize: '0.1',
        lotSize: '0.001',
        minNotional: '5',
      },
    ])
    await until(() => heard.messages.length > 0)
    expect(heard.messages[0]?.[0]?.kind).toBe(rowKind.clear)
    heard.exchange.advance({ byUs: 2_000_000 })
    await until(() => heard.book.levels('sell', 100).some(({ price }) => price === 500_004))
    expect(known(heard.book)).toEqual(await shown(heard.exchange))
    for (const message of heard.messages)
      expect(message.map(({ isLast }) => isLast).indexOf(true)).toBe(message.length - 1)
  })

  it('has every print once, with the side that took', async () => {
    const heard = await open(rows)
    await until(() => heard.messages.length > 0)
    heard.exchange.advance({ byUs: 2_000_000 })
    const prints = () => heard.messages.flat().filter(({ kind }) => kind === rowKind.trade)
    await until(() => prints().length >= 2)
    expect(prints().map(({ side, price, qty }) => [side, price, qty])).toEqual([
      [0, 500_001, 3],
      [1, 499_999, 4],
    ])
  })

  it('says when it breaks, and starts over with a clear and a snapshot', async () => {
    const heard = await open(rows, true)
    await until(() => heard.connections.at(-1) === true && heard.messages.length > 0)
    const before = heard.messages.length
    proxy?.cut()
    await until(() => heard.connections.at(-1) === false)
    heard.exchange.advance({ byUs: 1_000_000 })
    await until(() => heard.messages.length > before && heard.connections.at(-1) === true)
    expect(heard.messages[before]?.[0]?.kind).toBe(rowKind.clear)
    expect(known(heard.book)).toEqual(await shown(heard.exchange))
  })

  it('names a market that is not there, and what may have been meant', async () => {
    running = await startTape([])
    const wrong = new CcxtFeed({
      settings: localSettings(running.url, { keys: undefined }),
      ...{ symbols: ['BTC/USTD'], depth: 10, now: () => timeUs(0), onNotice: () => {} },
    })
    const failure = await wrong
      .start({ rows: () => {}, connection: () => {} })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'UNKNOWN_SYMBOL', exitCode: 2 })
    expect(String(failure)).toContain('Did you mean "BTC/USDT"?')
  })
})
