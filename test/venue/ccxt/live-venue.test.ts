/** The real ccxt over real sockets against the simulated exchange. */
import { afterEach, describe, expect, it } from 'vitest'
import { priceTicks } from '../../../src/core/units.ts'
import type { RunningExchange } from '../../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../../src/feed/tape-columns.ts'
import { Secret } from '../../../src/venue/ccxt/secret.ts'
import { CuttingProxy } from '../../support/cutting-proxy.ts'
import { print } from '../../support/exchange-tape.ts'
import { LiveStage, startTape } from '../../support/live-stage.ts'
import { localUrls } from '../../support/local-exchange.ts'

let running: RunningExchange | undefined
let stage: LiveStage | undefined
let proxy: CuttingProxy | undefined

async function open(rows: readonly TapeRow[] = []): Promise<LiveStage> {
  running = await startTape(rows)
  stage = await LiveStage.open(running)
  return stage
}

/** Through a relay that can be cut. */
async function openRelayed(rows: readonly TapeRow[] = []): Promise<{ live: LiveStage; relay: CuttingProxy }> {
  running = await startTape(rows)
  proxy = await CuttingProxy.open(running.port)
  stage = await LiveStage.open(running, { urls: localUrls(proxy.url), timeoutMs: 300 })
  return { live: stage, relay: proxy }
}

afterEach(async () => {
  await stage?.close()
  await proxy?.close()
  await running?.close()
  proxy = undefined
  stage = undefined
  running = undefined
})

describe('a live venue', () => {
  it('takes an order to accept, fill and cancel', async () => {
    // 2000 lots stand before ours at 50,000.0; the second print leaves 500 for us.
    const live = await open([...print(500, 'sell', 500_000, 1000), ...print(600, 'sell', 500_000, 1500)])
    live.submit(1, 1000, 500_000)
    await live.until(() => live.told(1).length === 1)
    live.exchange.advance({ byUs: 700_000 })
    await live.until(() => live.told(1).length === 2)
    live.cancel(1)
    await live.until(() => live.told(1).length === 3)
    expect(live.told(1)).toEqual(['accepted', 'fill 500 at 500000 maker', 'canceled canceled-by-strategy'])
    expect(live.exchange.truth().accounts[0]?.orders).toMatchObject([
      { clientId: 'session1-1-1', status: 'canceled', cumQty: '0.500' },
    ])
  })

  it('takes what there is with a market order, and tells each trade once', async () => {
    const live = await open()
    live.submit(1, 1500, undefined)
    await live.until(() => live.told(1).length === 2)
    live.submit(2, 100, undefined)
    await live.until(() => live.told(2).length === 2)
    expect(live.told(1)).toEqual(['accepted', 'fill 1500 at 500001 taker'])
  })

  it('is told why an order is rejected', async () => {
    const live = await open()
    live.submit(1, 3000, 500_000)
    live.submit(2, 1, 500_001, { postOnly: true })
    live.submit(3, 1, 1000)
    await live.until(() => live.reports.length === 3)
    expect([1, 2, 3].flatMap((id) => live.told(id))).toEqual([
      'rejected insufficient-balance',
      'rejected post-only-would-take',
      'rejected price-band',
    ])
  })

  it('keeps a stop at the venue until its trigger is reached', async () => {
    const live = await open(print(600, 'buy', 500_100, 1))
    const terms = {
      trigger: { kind: 'stop', price: priceTicks(500_100), source: undefined },
      ...{ displayQty: undefined, expireTime: undefined, reduceOnly: false },
      ...{ ocoWith: undefined, exitOf: undefined, selfTradePrevention: undefined },
    } as const
    live.submit(1, 100, 500_200, { terms })
    live.submit(2, 100, 500_300, {
      terms: { ...terms, trigger: { ...terms.trigger, price: priceTicks(500_290) } },
    })
    await live.until(() => live.reports.length === 2)
    live.cancel(2)
    await live.until(() => live.told(2).length === 2)
    live.exchange.advance({ byUs: 700_000 })
    await live.until(() => live.told(1).at(-1)?.startsWith('fill') === true)
    expect(live.told(1).at(-1)).toBe('fill 100 at 500001 taker')
    expect(live.told(2)).toEqual(['accepted', 'canceled canceled-by-strategy'])
  })

  it('has the balance as position, and says how it is', async () => {
    const live = await open()
    expect(live.live.health()).toMatchObject({
      ...{ exchangeId: 'binance', isUp: true, troubles: [], openOrders: 0, unknownOrders: 0 },
    })
    expect(live.live.health().lastPingMs).toBeLessThan(2000)
    // The exchange lives in the time of its tape.
    expect(live.live.health().clockOffsetMs).toBeLessThan(0)
  })

  it('cancels everything, and is done when the venue lists nothing', async () => {
    const live = await open()
    for (let id = 1; id <= 3; id++) live.submit(id, 10, 400_000)
    await live.until(() => live.reports.length === 3)
    let isDone = false
    live.live.venue.cancelEverything(() => {
      isDone = true
    })
    await live.until(() => isDone)
    const orders = live.exchange.truth().accounts[0]?.orders ?? []
    expect(orders.map(({ status }) => status)).toEqual(['canceled', 'canceled', 'canceled'])
  })

  it('goes on when its stream was cut: what happened meanwhile is found', async () => {
    const { live, relay } = await openRelayed(print(600, 'sell', 500_000, 3000))
    live.submit(1, 500, 500_000)
    await live.until(() => live.told(1).length === 1)
    relay.cut()
    await live.until(() => live.connections.at(-1) === '0 down')
    live.exchange.advance({ byUs: 700_000 })
    await live.until(() => live.told(1).length === 2)
    expect(live.told(1)).toEqual(['accepted', 'fill 500 at 500000 maker'])
    await live.until(() => live.connections.at(-1) === '0 up')
  })

  it('finds an order again whose answer was lost, and does not send it twice', async () => {
    const { live, relay } = await openRelayed()
    relay.isSwallowing = true
    live.submit(1, 500, 500_000)
    await live.until(() => live.exchange.truth().accounts[0]?.orders.length === 1)
    relay.cut()
    relay.isSwallowing = false
    await live.until(() => live.told(1).length === 1)
    expect(live.told(1)).toEqual(['accepted'])
    expect(live.exchange.truth().accounts[0]?.orders).toHaveLength(1)
  })
})

describe('a live venue at the start', () => {
  it('refuses wrong keys in one line without the keys', async () => {
    running = await startTape([])
    const keys = {
      apiKey: new Secret('canary-key'),
      secret: new Secret('canary-secret'),
      password: undefined,
    }
    const failure = await LiveStage.open(running, { keys }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'KEYS_REFUSED', exitCode: 4 })
    expect(String(failure)).not.toMatch(/canary|signature=/)
  })

  it('says that nobody is there', async () => {
    running = await startTape([])
    const { url } = running
    await running.close()
    const gone = { ...running, url }
    running = undefined
    const failure = await LiveStage.open(gone).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'VENUE_UNREACHABLE', exitCode: 4 })
  })
})
