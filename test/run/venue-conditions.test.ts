import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import type { OrderStateKind } from '../../src/model/order.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { type RunnableStrategy, runReplay } from '../../src/run/run-replay.ts'
import { OutageSchedule } from '../../src/venue/sim/outages.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable, testConfig } from '../support/run-rows.ts'

const rows = randomMarket({ seed: 5, messages: 1200 })
const tape = memoryTape(rows)
const quoting = runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, tape)
const start = rows[0]?.exchangeTime ?? 0
const end = rows.at(-1)?.receiveTime ?? 0

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-conditions-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const assumption = (run: Awaited<ReturnType<typeof runJournaled>>, name: string): string | undefined =>
  run.record?.assumptions.find((one) => one.name === name)?.value

describe('a run under conditions', () => {
  it.each([
    ['Rate limits', { rateLimits: 'binance-spot' }, 'test: binance-spot: 6000 weight per 60 s'],
    ['Outages', { outages: { perDay: 500, meanUs: 1_000_000 } }, 'seeded outages: 500 a day'],
    ['Maintenance', { maintenance: [{ from: start, to: start + 5_000_000 }] }, '1 maintenance windows'],
    ['Venue rules', { venueRules: [{ rules: { maxQty: '1' } }] }, 'periods by exchange time: BTCUSDT 1'],
    [
      'Market impact',
      { impact: { model: 'square-root' } },
      'square-root law 1·σ·√(Q/V), σ measured over the 3600 s',
    ],
    [
      'Latency',
      { latency: { model: 'lognormal', medianUs: 900, p99Us: 9000 } },
      'seeded lognormal: median 900 µs',
    ],
  ])('states them among its assumptions, and repeats itself: %s', async (name, settings, text) => {
    const one = await runJournaled([tape], quoting, { ...testConfig, ...settings })
    expect(assumption(one, name)).toContain(text)
    const two = await runJournaled([tape], quoting, { ...testConfig, ...settings })
    expect(two.summary.fingerprint).toBe(one.summary.fingerprint)
  })

  it('without any is the run that it was', async () => {
    const plain = await runJournaled([tape], quoting)
    const wide = await runJournaled([tape], quoting, {
      ...testConfig,
      rateLimits: { buckets: [{ counts: 'orders', perUs: 1, max: 1_000_000 }] },
      maintenance: [{ from: 1, to: 2, openOrders: 'cancel' }],
      venueRules: [{ rules: { maxQty: '1000000' } }],
    })
    expect(wide.record?.fills).toEqual(plain.record?.fills)
    expect(assumption(plain, 'Rate limits')).toBeUndefined()
  })
})

describe('data outside of all periods of the venue rules', () => {
  const venueRules = (outside: string) => ({
    outside,
    periods: [{ to: start + 1_000_000, rules: { maxQty: '1' } }],
  })

  it('are warned of', async () => {
    const warnings: string[] = []
    const config = parseRunConfig({ ...testConfig, venueRules: venueRules('warn') })
    await runReplay({ tapes: [tape], strategy: quoting, config, onWarning: (text) => warnings.push(text) })
    expect(warnings).toEqual([
      'data of BTCUSDT lie outside the periods of the venue rules: there its own grid alone holds',
    ])
  })

  it('are refused, if so told', async () => {
    const config = { ...testConfig, venueRules: venueRules('refuse') }
    await expect(runJournaled([tape], quoting, config)).rejects.toThrow('lie outside the periods')
  })
})

describe('recorded order latencies', () => {
  const line = (at: number) => `${at},${at + 900},${at + 1700}`
  const path = join(folder, 'latency.csv')
  const header = 'request_time,exchange_time,response_time'
  const config = { latency: { model: 'recorded', file: path } }

  it('are read for the run, with their checksum in its configuration', async () => {
    writeFileSync(path, [header, line(start), line(end)].join('\n'))
    const run = await runJournaled([tape], quoting, config)
    const constant = { latency: { model: 'constant', entryUs: 900, responseUs: 800 } }
    expect(run.record?.fills).toEqual((await runJournaled([tape], quoting, constant)).record?.fills)
    expect(JSON.stringify(run.record?.config)).toMatch(/"sha256":"[0-9a-f]{64}"/)
  })

  it('are refused when they are not those of the run that is repeated', async () => {
    const latency = { ...config.latency, sha256: 'f'.repeat(64) }
    await expect(runJournaled([tape], quoting, { latency })).rejects.toThrow(
      'has changed: expected SHA-256 fff',
    )
  })
})

describe('an order that the venue does not answer', () => {
  const outages = { perDay: 20_000, meanUs: 4_000_000, commands: 'lose' } as const
  /** The first moment from which the venue is down for two seconds and up again before the data end. */
  const schedule = new OutageSchedule(outages, 1, 'test')
  const down = Array.from({ length: 200 }, (_, index) => start + index * 100_000).find((at) => {
    const over = schedule.endAt(at)
    return over !== undefined && over > at + 2_000_000 && over < end - 3_000_000
  })

  /** Sends one order into an outage, and notes what becomes of it. */
  function probe(states: OrderStateKind[]): RunnableStrategy {
    return {
      name: 'probe',
      params: {},
      subscriptions: {},
      create: (context) => ({
        onStart: () => {
          context.setTimer(timeUs(down ?? 0), () => {
            const price = context.market(0).bestBid()
            if (price !== undefined)
              context.submit({ instrument: 0, side: 'buy', type: 'limit', qty: qtyLots(1), price })
          })
        },
        onOrder: ({ state }) => states.push(state.kind),
      }),
    }
  }

  it('becomes unknown, and is not sent again', async () => {
    const states: OrderStateKind[] = []
    const config = { ...testConfig, outages, answerTimeoutUs: 1_000_000 }
    const { record, summary } = await runJournaled([tape], probe(states), config)
    expect(down).toBeDefined()
    expect(states[0]).toBe('unknown')
    expect(summary.orders).toBe(1)
    expect(record?.fills).toEqual([])
  })

  it('is refused late when the outage only delays the answer, and ends as rejected', async () => {
    const states: OrderStateKind[] = []
    const config = { ...testConfig, outages: { ...outages, commands: 'reject' }, answerTimeoutUs: 1_000_000 }
    const { record } = await runJournaled([tape], probe(states), config)
    expect(states).toEqual(['unknown', 'rejected'])
    expect(record?.orders[0]?.state).toEqual({ kind: 'rejected', reason: 'venue-down' })
  })
})
