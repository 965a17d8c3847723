import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { measureQuantiles } from '../../src/feed/latency-quantiles.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { distributionLatency, measuredDraws } from '../../src/venue/sim/drawn-latency.ts'
import { constantLatency, type LatencyModel, measuredLatency } from '../../src/venue/sim/latency-model.ts'
import { lognormalPoints, QuantileTable } from '../../src/venue/sim/quantile-table.ts'
import { recordedLatency } from '../../src/venue/sim/recorded-latency.ts'
import { ReplayBench } from '../support/replay-bench.ts'
import { depth, testInstrument } from '../support/tape-rows.ts'

const start = depth(1000, ['bid', 100, 5], ['ask', 101, 3])
const constant = (entryUs: number, responseUs: number, others = {}) =>
  constantLatency(entryUs, responseUs, others)

describe('constant latency', () => {
  it('is separate for new orders, amends, cancels and reports', () => {
    const latency = constant(5, 7, { amendUs: 20, cancelUs: 30 })
    const bench = new ReplayBench({ rows: start, latency })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .amend(3000, 1, 98, 1)
      .cancel(4000, 1)
      .runTo(9000)
    // At the venue at 2005, 3020, 4030; known to us 7 µs later.
    expect(bench.reports.map(({ time, report }) => [report.exchangeTime, time])).toEqual([
      [2005, 2012],
      [3020, 3027],
      [4030, 4037],
    ])
  })

  it('does not let a quick cancel overtake the slow order before it', () => {
    const latency = constant(50, 7, { cancelUs: 1 })
    const bench = new ReplayBench({ rows: start, latency })
      .submit(2000, { id: 1, side: 'buy', qty: 1, price: 99 })
      .cancel(2001, 1)
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['accepted', 'canceled: canceled-by-strategy'])
    expect(bench.reports.map(({ report }) => report.exchangeTime)).toEqual([2050, 2050])
  })
})

describe('measured latency', () => {
  it('scales the median of the second, by kind of message', () => {
    const profile = { startTime: 0, bucketUs: 1000, medianUs: [100, 300] }
    const latency = measuredLatency([profile], { scale: 2, cancelScale: 0.5, responseScale: 1 })
    expect(latency.entryUs(500, 'submit', 0)).toBe(200)
    expect(latency.entryUs(1500, 'amend', 0)).toBe(600)
    expect(latency.entryUs(1500, 'cancel', 0)).toBe(150)
    expect(latency.responseUs(99_999, 0)).toBe(300)
  })
})

describe('a table of latencies', () => {
  it('is linear between its points, cut to whole microseconds', () => {
    const table = new QuantileTable([
      [50, 100],
      [100, 201],
    ])
    // Below the median nothing is known: as fast as the median. 75 %: 100 + 101 ÷ 2 = 150.5, cut.
    expect([0, 499_999, 750_000, 999_999].map((part) => table.at(part))).toEqual([100, 100, 150, 200])
  })

  it.each([
    ['no end at 100 %', [[50, 100]], 'must end at 100 %'],
    [
      'latencies that fall',
      [
        [50, 100],
        [100, 99],
      ],
      'ascending whole microseconds',
    ],
    [
      'percentiles that fall',
      [
        [50, 100],
        [40, 200],
      ],
      'percentiles must ascend',
    ],
    ['no point', [], 'at least one percentile'],
  ] as const)('refuses %s', (_title, points, message) => {
    expect(() => new QuantileTable(points)).toThrow(message)
  })

  it('is drawn from evenly: quartiles of 40,000 draws are those of the table', () => {
    const table = new QuantileTable([
      [0, 1000],
      [100, 5000],
    ])
    const prng = createPrng(3, 'test')
    const drawn = Array.from({ length: 40_000 }, () => table.draw(prng)).sort((a, b) => a - b)
    // Standard error of a quartile: √(0.25 × 0.75 ÷ 40,000) = 0.2 % of the range of 4,000 µs.
    for (const [place, us] of [
      [10_000, 2000],
      [20_000, 3000],
      [30_000, 4000],
    ] as const) {
      expect(Math.abs((drawn[place] ?? 0) - us)).toBeLessThan(40)
    }
  })

  it('of a lognormal goes through its median and its 99th percentile', () => {
    const table = new QuantileTable(lognormalPoints(5000, 40_000))
    expect(table.at(500_000)).toBe(5000)
    expect(table.at(990_000)).toBe(40_000)
    // ln 8 ÷ 2.326348 × 3.719016 = 3.3243; e^3.3243 × 5000 = 138,900.
    expect(table.maxUs).toBeGreaterThan(138_000)
    expect(table.maxUs).toBeLessThan(140_000)
  })
})

const points = [
  [0, 100],
  [100, 900],
] as const

describe('a seeded distribution', () => {
  const draws = (latency: LatencyModel, kind: 'submit' | 'cancel' = 'submit') =>
    Array.from({ length: 20 }, (_, index) => latency.entryUs(index, kind, 0))

  it('gives the same latencies for the same seed, and others for another', () => {
    const one = draws(distributionLatency({ submit: points }, 1, 'BTCUSDT'))
    expect(draws(distributionLatency({ submit: points }, 1, 'BTCUSDT'))).toEqual(one)
    expect(draws(distributionLatency({ submit: points }, 2, 'BTCUSDT'))).not.toEqual(one)
    expect(draws(distributionLatency({ submit: points }, 1, 'ETHUSDT'))).not.toEqual(one)
  })

  it('draws orders, cancels and reports from streams of their own', () => {
    const alone = draws(distributionLatency({ submit: points }, 1, 'BTCUSDT'))
    const latency = distributionLatency({ submit: points }, 1, 'BTCUSDT')
    draws(latency, 'cancel')
    latency.responseUs(5, 0)
    expect(draws(latency)).toEqual(alone)
  })

  it('stays in a spike for its duration', () => {
    const spikes = { perMillion: 1_000_000, durationUs: 1000, points: [[100, 50_000]] as const }
    const always = distributionLatency({ submit: points, spikes }, 1, 'BTCUSDT')
    expect(always.entryUs(0, 'submit', 0)).toBe(50_000)
    const rare = distributionLatency({ submit: points, spikes: { ...spikes, perMillion: 20_000 } }, 1, 'X')
    const slow = Array.from(
      { length: 20_000 },
      (_, index) => rare.entryUs(index * 100, 'submit', 0) === 50_000,
    )
    // A spike covers 10 messages and begins at 1 of 50: 10 ÷ (50 + 10 − 1), about 17 % of all.
    const share = slow.filter(Boolean).length / slow.length
    expect(share).toBeGreaterThan(0.13)
    expect(share).toBeLessThan(0.21)
  })
})

describe('latencies drawn from those of the feed', () => {
  /** Second 0: 100 messages of 1 … 100 µs; second 1: none; second 2: one of 7,000 µs. */
  const rows = [
    ...Array.from({ length: 100 }, (_, index) => {
      const [row] = depth(1_000_000 + index * 1000, ['bid', 100, index + 1])
      return row === undefined ? [] : [{ ...row, receiveTime: row.exchangeTime + index + 1 }]
    }).flat(),
    ...depth(3_500_000, ['ask', 101, 5]).map((row) => ({ ...row, receiveTime: row.exchangeTime + 7000 })),
  ]
  const latencyProfile = { startTime: 1_000_000, bucketUs: 1_000_000, medianUs: [50, 50, 7000] }
  const profile = measureQuantiles(createMemoryTape({ instrument: testInstrument, rows, latencyProfile }))
  const profiles = profile === undefined ? [] : [profile]

  it('knows the tail of each second, and repeats it in an empty one', () => {
    // Nearest ranks at 0, 5, 25, 50, 75, 90, 95, 99 and 100 %.
    const first = [1, 5, 25, 50, 75, 90, 95, 99, 100]
    expect([...(profile?.us ?? [])]).toEqual([...first, ...first, ...Array(9).fill(7000)])
  })

  it('draws tails as often as they occurred', () => {
    const latency = measuredDraws(profiles, { scale: 10 }, 1, 'BTCUSDT')
    const drawn = Array.from({ length: 10_000 }, () => latency.entryUs(1_500_000, 'submit', 0))
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1000)
    // One in ten is slower than the 90th percentile, 900 µs.
    const slow = drawn.filter((us) => us > 900).length
    expect(slow).toBeGreaterThan(850)
    expect(slow).toBeLessThan(1150)
    expect(latency.entryUs(3_100_000, 'submit', 0)).toBe(70_000)
  })
})

describe('recorded order latencies', () => {
  const record = (rows: readonly (readonly [number, number, number])[], scales = { scale: 1 }) => {
    const column = (index: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[index])
    return recordedLatency(
      { requestTime: column(0), exchangeTime: column(1), responseTime: column(2) },
      scales,
      'test',
    )
  }
  // Entry 100, 300; response 50, 250.
  const rows = [
    [10_000, 10_100, 10_150],
    [20_000, 20_300, 20_550],
  ] as const

  it('holds the first and the last row outside, and is linear in between, cut', () => {
    const latency = record(rows)
    const entries = [5000, 10_000, 15_000, 15_001, 20_000, 99_999]
    // 15,001: 100 + 200 × 5001 ÷ 10,000 = 200.02.
    expect(entries.map((time) => latency.entryUs(time, 'submit', 0))).toEqual([100, 100, 200, 200, 300, 300])
    // Between exchange times 10,100 and 20,300: 50 + 200 × 5100 ÷ 10,200 = 150.
    expect([9000, 15_200, 30_000].map((time) => latency.responseUs(time, 0))).toEqual([50, 150, 250])
  })

  it('goes back when it is asked about an earlier moment', () => {
    const latency = record(rows)
    expect([20_000, 12_500].map((time) => latency.entryUs(time, 'submit', 0))).toEqual([300, 150])
  })

  it('scales amends and cancels apart', () => {
    const scales = { scale: 1, amendScale: 2, cancelScale: 0.5 }
    const latency = record(rows, scales)
    expect(latency.entryUs(10_000, 'amend', 0)).toBe(200)
    expect(latency.entryUs(10_000, 'cancel', 0)).toBe(50)
  })

  it('refuses an order beside a recorded refusal, and tells after the interpolated round trip', () => {
    // Round trips: 150 and, refused, 400; half way 275.
    const latency = record([
      [1000, 1100, 1150],
      [3000, 0, 3400],
    ])
    expect(latency.entryUs(2000, 'submit', 0)).toBe(-275)
    const bench = new ReplayBench({ rows: start, latency })
      .submit(2000, { id: 1, side: 'buy', qty: 1 })
      .runTo(9000)
    expect(bench.storyOf(1)).toEqual(['rejected: refused-before-engine'])
    expect(bench.reports[0]?.time).toBe(2275)
    expect(bench.fills).toEqual([])
  })
})

describe('messages of one connection', () => {
  const saw = Array.from(
    { length: 60 },
    (_, index) => [1000 + index * 50, index % 2 === 0 ? 400 : 20] as const,
  )
  const recorded = recordedLatency(
    {
      requestTime: Float64Array.from(saw, ([time]) => time),
      exchangeTime: Float64Array.from(saw, ([time, us]) => time + us),
      responseTime: Float64Array.from(saw, ([time, us]) => time + 2 * us),
    },
    { scale: 1 },
    'test',
  )
  const profile = {
    startTime: 0,
    bucketUs: 50,
    medianUs: Array.from({ length: 60 }, (_, i) => (i % 2 ? 10 : 300)),
  }
  const quantiles = {
    startTime: 0,
    bucketUs: 50,
    buckets: 1,
    us: Int32Array.of(1, 5, 25, 50, 75, 90, 95, 99, 900),
  }

  it.each([
    ['constant', constant(300, 200, { cancelUs: 1 })],
    ['measured', measuredLatency([profile], { scale: 1 })],
    ['measured-sampled', measuredDraws([quantiles], { scale: 3 }, 1, 'X')],
    ['distribution', distributionLatency({ submit: points, cancel: [[100, 1]] }, 1, 'X')],
    ['recorded', recorded],
  ])('never overtake each other: %s', (_name, latency) => {
    const bench = new ReplayBench({ rows: start, latency })
    for (let id = 1; id <= 40; id++) {
      bench.submit(2000 + id * 20, { id, side: 'buy', qty: 1, price: 99 })
      bench.cancel(2000 + id * 20 + 5, id)
    }
    bench.runTo(99_000)
    const ids = bench.reports.map(({ report }) => report.clientOrderId)
    expect(ids).toHaveLength(80)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    const arrivals = bench.reports.map(({ report }) => report.exchangeTime)
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b))
    const times = bench.reports.map(({ time }) => time)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
