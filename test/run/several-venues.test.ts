import { describe, expect, it } from 'vitest'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable, testConfig } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

const rows = randomMarket({ seed: 5, messages: 1200 })
const tape = memoryTape(rows)
const quoting = runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, tape)
const ethRows = randomMarket({ seed: 6, messages: 1500 })
const eth = (venue: string) =>
  createMemoryTape({
    instrument: { ...testInstrument, id: 'ETHUSDT', venue, baseCurrency: 'ETH' },
    rows: ethRows,
    latencyProfile: { startTime: 1.7e15, bucketUs: 1_000_000, medianUs: [90_000] },
  })
const conditions = {
  rateLimits: { buckets: [{ counts: 'orders', perUs: 1_000_000, max: 2 }] },
  outages: { perDay: 20_000, meanUs: 500_000 },
  impact: { model: 'square-root', windowUs: 60_000_000 },
  venueRules: [{ rules: { maxOpenOrders: 3 } }],
}

describe('an instrument that nobody trades', () => {
  const profile = { startTime: 1.7e15, bucketUs: 1_000_000, medianUs: [800] }
  const measured = createMemoryTape({ instrument: testInstrument, rows, latencyProfile: profile })

  it.each([
    ['constant latency', testConfig],
    ['measured latency', { latency: { model: 'measured', scale: 1 } }],
    ['latencies drawn from the feed', { latency: { model: 'measured-sampled', scale: 1 } }],
    ['lognormal latency', { latency: { model: 'lognormal', medianUs: 900, p99Us: 20_000 } }],
    ['every condition', { ...testConfig, ...conditions }],
  ])('changes no fill of another: %s', async (_title, config) => {
    const alone = await runJournaled([measured], quoting, config)
    expect(alone.record?.fills.length).toBeGreaterThan(10)
    for (const venue of ['test', 'elsewhere']) {
      const beside = await runJournaled([measured, eth(venue)], quoting, config)
      expect(beside.record?.fills).toEqual(alone.record?.fills)
    }
  })
})

describe('files of one instrument', () => {
  it('may come in any order', async () => {
    const cut = rows.findIndex((_, index) => index > rows.length / 2 && (rows[index - 1]?.isLast ?? true))
    const parts = [memoryTape(rows.slice(0, cut)), memoryTape(rows.slice(cut))]
    const forth = await runJournaled(parts, quoting)
    const back = await runJournaled([...parts].reverse(), quoting)
    expect(back.summary.fingerprint).toBe(forth.summary.fingerprint)
  })
})

/** Buys one lot of each instrument at the market every 300 ms. */
const both: RunnableStrategy = {
  name: 'both',
  params: {},
  subscriptions: {},
  create: (context) => {
    const buy = (): void => {
      for (const instrument of [0, 1]) {
        context.submit({ instrument, side: 'buy', type: 'market', qty: qtyLots(1) })
      }
      context.setTimer(timeUs(context.now() + 300_000), buy)
    }
    return { onStart: buy }
  },
}

describe('settings of one instrument', () => {
  it('give it latencies and fees of its own, and leave the others theirs', async () => {
    const { record } = await runJournaled([tape, eth('elsewhere')], both, {
      ...testConfig,
      fees: { makerBps: '1', takerBps: '2' },
      instruments: {
        ETHUSDT: {
          latency: { model: 'constant', entryUs: 40_000, responseUs: 10 },
          fees: { makerBps: '0', takerBps: '0' },
        },
      },
    })
    const orders = new Map(record?.orders.map((order) => [order.clientOrderId, order]))
    const fills = record?.fills ?? []
    expect(new Set(fills.map(({ instrument }) => instrument))).toEqual(new Set([0, 1]))
    for (const { instrument, fee, exchangeTime, time, clientOrderId } of fills) {
      const entry = exchangeTime - (orders.get(clientOrderId)?.createdAt ?? 0)
      expect([entry, time - exchangeTime]).toEqual(instrument === 0 ? [1500, 1500] : [40_000, 10])
      if (instrument === 0) expect(fee).toBeGreaterThan(0)
      else expect(fee).toBe(0)
    }
    expect(record?.assumptions[0]?.value).toContain('ETHUSDT: constant: 40000 µs')
  })

  it('give its venue limits of its own', async () => {
    const { record } = await runJournaled([tape, eth('elsewhere')], both, {
      ...testConfig,
      instruments: {
        ETHUSDT: { rateLimits: { buckets: [{ counts: 'orders', perUs: 60_000_000, max: 1 }] } },
      },
    })
    const rejected = record?.orders.filter(({ state }) => state.kind === 'rejected') ?? []
    expect(rejected.length).toBeGreaterThan(10)
    expect(new Set(rejected.map(({ instrument }) => instrument))).toEqual(new Set([1]))
  })

  it('are refused for an instrument that is not in the data', async () => {
    const instruments = { ETHUSD: { fees: { makerBps: '0', takerBps: '0' } } }
    await expect(runJournaled([tape], quoting, { ...testConfig, instruments })).rejects.toThrow(
      'settings for ETHUSD, but the data are of BTCUSDT',
    )
  })
})

describe('two venues', () => {
  it('have a connection each: a slow order at one does not hold up an order at the other', async () => {
    const instruments = { BTCUSDT: { latency: { model: 'constant', entryUs: 100_000, responseUs: 10 } } }
    const { record } = await runJournaled([tape, eth('elsewhere')], both, { ...testConfig, instruments })
    const fast = record?.fills.find(({ instrument }) => instrument === 1)
    const order = record?.orders.find(({ clientOrderId }) => clientOrderId === fast?.clientOrderId)
    // BTCUSDT is sent first at the same moment.
    expect((fast?.exchangeTime ?? 0) - (order?.createdAt ?? 0)).toBe(1500)
  })
})
