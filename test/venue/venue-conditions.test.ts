import { describe, expect, it } from 'vitest'
import { binanceLimits } from '../../src/run/rate-limit-presets.ts'
import { constantLatency } from '../../src/venue/sim/latency-model.ts'
import { maintenanceCondition, sweepsOf } from '../../src/venue/sim/maintenance.ts'
import { delayedByOutages, OutageSchedule, outageCondition } from '../../src/venue/sim/outages.ts'
import { RateLimiter } from '../../src/venue/sim/rate-limiter.ts'
import { commandOf, type OrderScript } from '../contract/harness.ts'
import { entryUs, ReplayBench, responseUs } from '../support/replay-bench.ts'
import { depth, trade } from '../support/tape-rows.ts'

const start = depth(1000, ['bid', 100, 5], ['ask', 101, 3])

describe('a maintenance window', () => {
  const windows = [
    { from: 3000, to: 4000, openOrders: 'keep' },
    { from: 6000, to: 7000, openOrders: 'cancel' },
  ] as const
  const gate = () => ({ conditions: [maintenanceCondition(windows)], sweeps: sweepsOf(windows) })

  it('refuses every command that arrives in it, cancels too, from its first moment to before its end', () => {
    const bench = new ReplayBench({ rows: start, gate })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 99 })
      // Arrivals: 2999, 3000, 3999, 4000.
      .submit(2999 - entryUs, { id: 2, side: 'buy', qty: 1, price: 99 })
      .submit(3000 - entryUs, { id: 3, side: 'buy', qty: 1, price: 99 })
      .amend(3500, 1, 98, 1)
      .cancel(3999 - entryUs, 1)
      .cancel(4000 - entryUs, 2)
      .runTo(5000)
    expect(bench.storyOf(1)).toEqual([
      'accepted',
      'amend-rejected: maintenance',
      'cancel-rejected: maintenance',
    ])
    expect(bench.storyOf(2)).toEqual(['accepted', 'canceled: canceled-by-strategy'])
    expect(bench.storyOf(3)).toEqual(['rejected: maintenance'])
  })

  it('keeps open orders, which fill as the recorded market says', () => {
    const rows = [...start, ...trade(3500, 'sell', 98, 2)]
    const bench = new ReplayBench({ rows, gate })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .runTo(5000)
    expect(bench.fills).toEqual([[1, 99, 1, 'maker', 3500]])
  })

  it('cancels open orders when it begins, if so told', () => {
    const rows = [...start, ...trade(6500, 'sell', 98, 2)]
    const bench = new ReplayBench({ rows, gate })
      .submit(5000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .submit(5100, { id: 2, side: 'sell', qty: 1, price: 103 })
      .runTo(9000)
    expect(
      bench.reports.slice(2).map(({ time, report }) => [time, report.exchangeTime, report.clientOrderId]),
    ).toEqual([
      [6000 + responseUs, 6000, 1],
      [6000 + responseUs, 6000, 2],
    ])
    expect(bench.storyOf(1)).toEqual(['accepted', 'canceled: maintenance'])
    expect(bench.fills).toEqual([])
  })

  it('cancels orders that are linked as well, each once and for the same reason', () => {
    const pair: readonly OrderScript[] = [
      { side: 'sell', qty: 1, price: 103 },
      { side: 'sell', qty: 1, type: 'stop', triggerPrice: 90, ocoWith: 1 },
    ]
    const bench = new ReplayBench({ rows: start, gate })
    for (const [index, order] of pair.entries()) bench.send(5000 + index, commandOf(index + 1, order))
    bench.runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'canceled: maintenance'])
    expect(bench.storyOf(2)).toEqual(['accepted', 'canceled: maintenance'])
  })

  it('does not cancel what was filled before it began', () => {
    const rows = [...start, ...trade(5500, 'sell', 98, 2)]
    const bench = new ReplayBench({ rows, gate })
      .submit(5000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill'])
  })

  it('refuses what arrives at the moment at which open orders are canceled', () => {
    const bench = new ReplayBench({ rows: start, gate })
      .submit(6000 - entryUs, { id: 1, side: 'buy', qty: 1, price: 99 })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['rejected: maintenance'])
  })
})

describe('rate limits', () => {
  const limits = {
    buckets: [{ counts: 'orders', perUs: 1000, max: 2 }],
    orders: { submit: 1, amend: 1, cancel: 0 },
    weight: { submit: 1, amend: 1, cancel: 1 },
  } as const

  const verdicts = (limiter: RateLimiter, times: readonly number[], kind: 'submit' | 'cancel' = 'submit') =>
    times.map((at) => limiter.check({ kind }, at) ?? 'ok')

  it('refuse what exceeds an interval, and begin again at each whole multiple of it', () => {
    const limiter = new RateLimiter(limits)
    // The interval of 1900 ends before 2000; that of 2000 has room for 2000 and 2001.
    expect(verdicts(limiter, [1900, 1950, 1999, 2000, 2001, 2002, 3000])).toEqual([
      'ok',
      'ok',
      'rate-limited',
      'ok',
      'ok',
      'rate-limited',
      'ok',
    ])
  })

  it('count by kind of command: cancels are no orders, and weigh', () => {
    const limiter = new RateLimiter({
      ...limits,
      buckets: [...limits.buckets, { counts: 'weight', perUs: 1000, max: 4 }],
    })
    expect(verdicts(limiter, [1000, 1001, 1002])).toEqual(['ok', 'ok', 'rate-limited'])
    // Weight 2 is used up, the refused order weighs nothing.
    expect(verdicts(limiter, [1003, 1004, 1005], 'cancel')).toEqual(['ok', 'ok', 'rate-limited'])
  })

  it('ban who goes on, twice as long each time, up to a maximum', () => {
    const ban = { afterRefusals: 2, withinUs: 500, firstUs: 3000, maxUs: 5000 }
    const limiter = new RateLimiter({
      ...limits,
      buckets: [{ counts: 'orders', perUs: 100_000, max: 1 }],
      ban,
    })
    expect(verdicts(limiter, [1000])).toEqual(['ok'])
    // Refusals at 1100 and 1700 are more than 500 µs apart; the one at 1750 is the second within 500: banned to 4750.
    expect(verdicts(limiter, [1100, 1700, 1750, 1751, 4749])).toEqual([
      'rate-limited',
      'rate-limited',
      'rate-limited',
      'banned',
      'banned',
    ])
    // Again twice: to 4800 + 5000, because 6000 is above the maximum.
    expect(verdicts(limiter, [4750, 4800, 9799, 9800])).toEqual([
      'rate-limited',
      'rate-limited',
      'banned',
      'rate-limited',
    ])
  })

  it('go by the time of arrival, and answer with a report', () => {
    const gate = () => ({ conditions: [new RateLimiter(limits)], sweeps: [] })
    const bench = new ReplayBench({ rows: start, gate })
    // Sent at 2993 … 2995, arriving at 2998 … 3000: the third counts for the next interval.
    for (const [index, time] of [2993, 2994, 2995].entries()) {
      bench.submit(time, { id: index + 1, side: 'buy', qty: 1, price: 99 })
    }
    bench.submit(2996, { id: 4, side: 'buy', qty: 1, price: 99 })
    bench.submit(2997, { id: 5, side: 'buy', qty: 1, price: 99 }).runTo(9000)
    expect(bench.storyOf(3)).toEqual(['accepted'])
    expect(bench.storyOf(5)).toEqual(['rejected: rate-limited'])
    expect(bench.reports.at(-1)?.time).toBe(2997 + entryUs + responseUs)
  })

  it('of Binance spot let 100 orders through in ten seconds', () => {
    const limiter = new RateLimiter(binanceLimits['binance-spot'])
    const first = verdicts(
      limiter,
      Array.from({ length: 101 }, (_, index) => 20_000_000 + index),
    )
    expect(first.filter((verdict) => verdict === 'ok')).toHaveLength(100)
    expect(verdicts(limiter, [29_999_999, 30_000_000])).toEqual(['rate-limited', 'ok'])
  })
})

describe('seeded outages', () => {
  const options = { perDay: 100, meanUs: 60_000_000, commands: 'reject' } as const
  const day = 86_400_000_000

  it('come as often and last as long as asked, from the seed', () => {
    const schedule = new OutageSchedule(options, 1, 'test')
    const outages = Array.from({ length: 200 }, (_, index) => schedule.day(index)).flat()
    // 20,000 expected, standard deviation 141; the mean of 20,000 exponentials deviates by 0.7 %.
    expect(Math.abs(outages.length - 20_000)).toBeLessThan(500)
    const mean = outages.reduce((sum, { from, to }) => sum + to - from, 0) / outages.length
    expect(Math.abs(mean / 60_000_000 - 1)).toBeLessThan(0.03)
    expect(new OutageSchedule(options, 1, 'test').day(7)).toEqual(schedule.day(7))
    expect(new OutageSchedule(options, 2, 'test').day(7)).not.toEqual(schedule.day(7))
    expect(new OutageSchedule(options, 1, 'other').day(7)).not.toEqual(schedule.day(7))
  })

  it('end after those that begin meanwhile, also past midnight', () => {
    const schedule = new OutageSchedule({ perDay: 24, meanUs: 3_600_000_000, commands: 'lose' }, 3, 'test')
    const all = [0, 1, 2].flatMap((index) => schedule.day(index))
    for (const { from } of all) {
      let end = from
      for (const outage of all) if (outage.from <= end && outage.to > end) end = outage.to
      if (end < 2 * day) expect(schedule.endAt(from)).toBe(end)
    }
    expect(all.some(({ from, to }) => from < day && to > day)).toBe(true)
  })

  /** The first outage of the schedule, and a market around it. */
  const schedule = new OutageSchedule(options, 1, 'test')
  const [outage] = schedule.day(0)
  const from = outage?.from ?? 0
  const end = schedule.endAt(from) ?? 0
  const rows = [
    ...depth(from - 500_000, ['bid', 100, 5], ['ask', 101, 3]),
    ...trade(from + 100, 'sell', 98, 2),
  ]
  const latency = delayedByOutages(constantLatency(entryUs, responseUs), schedule)
  const run = (commands: 'lose' | 'reject') =>
    new ReplayBench({
      rows,
      latency,
      gate: () => ({ conditions: [outageCondition(schedule, { ...options, commands })], sweeps: [] }),
    })
      .submit(from - 1000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .submit(from - entryUs, { id: 2, side: 'buy', qty: 1, price: 99 })
      .cancel(end - entryUs, 2)
      .runTo(end + 1000)

  it('refuse what arrives meanwhile, and delay every report to their end', () => {
    const bench = run('reject')
    expect(bench.storyOf(1)).toEqual(['accepted', 'fill'])
    expect(bench.storyOf(2)).toEqual(['rejected: venue-down', 'cancel-rejected: unknown-order'])
    expect(bench.reports.map(({ time }) => time)).toEqual([
      from - 1000 + entryUs + responseUs,
      // The refusal, the fill and the answer to the cancel, which arrives when the outage is over.
      ...Array(3).fill(end + responseUs),
    ])
  })

  it('lose what arrives meanwhile, if so told: nobody ever answers', () => {
    expect(run('lose').storyOf(2)).toEqual(['cancel-rejected: unknown-order'])
  })
})
