import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { fitClock, noClockFit } from '../../src/feed/clock-fit.ts'
import { RowChecks } from '../../src/feed/row-checks.ts'
import { type SynthOptions, synthesize } from '../../src/feed/synth.ts'
import { TapeColumns } from '../../src/feed/tape-columns.ts'
import { noCounters, RowFacts } from '../../src/feed/tape-facts.ts'
import type { TapeSink } from '../../src/feed/tape-sink.ts'
import { TouchTracker } from '../../src/feed/touch-tracker.ts'
import { rowKind, sideCode, type TapeFacts } from '../../src/model/tape.ts'
import { testInstrument } from '../support/tape-rows.ts'

/** Hands each row to all sinks. */
const tee = (...sinks: readonly TapeSink[]): TapeSink => ({
  row: (...row) => {
    for (const sink of sinks) sink.row(...row)
  },
})

function factsOf(options: SynthOptions, ...sinks: TapeSink[]): TapeFacts {
  const counted = new RowFacts()
  const checks = new RowChecks()
  synthesize(
    options,
    tee(
      counted,
      {
        row: (kind, side, exchangeTime, receiveTime, price, qty, isLast) =>
          checks.check(kind, side, exchangeTime, receiveTime, price, qty, isLast),
      },
      ...sinks,
    ),
  )
  checks.finish()
  const origin = {
    instrument: testInstrument,
    isSynthetic: true,
    sources: [],
    format: 'synth',
    levels: ['l2'],
    hasReceiveTime: true,
  } as const
  return counted.finish(origin, noCounters, { fit: noClockFit, latency: undefined })
}

describe('synthetic market', () => {
  it.each([1, 2, 3])('never crosses its book, nor breaks a rule of rows, seed %i', (seed) => {
    const facts = factsOf({ seed, rows: 100_000, quotes: true })
    expect(facts.crossedBooks).toBe(0)
    expect(facts.rows).toBeGreaterThanOrEqual(100_000)
    expect(facts.rows).toBeLessThan(100_200)
    expect(facts.rowsByKind.snapshot).toBe(2_000)
    expect(facts.rowsByKind.trade).toBeGreaterThan(1_000)
    expect(facts.rowsByKind.quote).toBeGreaterThan(1_000)
  })

  it('is the same for the same seed, on every machine, and another for another seed', () => {
    const options = { seed: 7, rows: 20_000 }
    const { dataHash } = factsOf(options)
    expect(factsOf(options).dataHash).toBe(dataHash)
    expect(factsOf({ seed: 8, rows: 20_000 }).dataHash).not.toBe(dataHash)
    // Changes only with the generator, and then so does the sample in data/ and each golden run on it.
    expect(dataHash).toBe('f8c4901dc226f649814c59ca72920be0ac78e523f0298c9dd642c5076175b9a0')
  })

  it('takes trades from displayed levels, and the next depth message says what is left', () => {
    const columns = new TapeColumns()
    factsOf({ seed: 4, rows: 60_000 }, columns)
    // In exchange order, which is the market's own.
    const order = Array.from({ length: columns.rows }, (_, row) => row)
    order.sort((a, b) => columns.exchangeTime(a) - columns.exchangeTime(b) || a - b)
    const displayed = new Map<string, number>()
    let trades = 0
    const market: TapeSink = {
      row(kind, side, exchangeTime, _receiveTime, price, qty): void {
        if (kind === rowKind.depth || kind === rowKind.snapshot) displayed.set(`${side} ${price}`, qty)
        if (kind !== rowKind.trade) return
        const level = `${1 - side} ${price}`
        const left = displayed.get(level) ?? 0
        expect(qty, `trade ${trades} at ${exchangeTime}, seed 4`).toBeLessThanOrEqual(left)
        displayed.set(level, left - qty)
        trades++
      },
    }
    for (const row of order) columns.copyTo(market, row)
    expect(trades).toBeGreaterThan(1_000)
  })

  it('keeps to the number of rows and the time it is given together', () => {
    const facts = factsOf({ seed: 5, rows: 30_000, durationUs: 300_000_000 })
    expect((facts.lastTime - facts.firstTime) / 1e6).toBeGreaterThanOrEqual(300)
    expect((facts.lastTime - facts.firstTime) / 1e6).toBeLessThan(305)
    expect(Math.abs(facts.rows - 30_000)).toBeLessThan(3_000)
  })

  it('has a busy market of some 1,300 rows a second, in bursts, with a tight spread and clustered volatility', () => {
    const perSecond = new Map<number, number>()
    const touch = new TouchTracker()
    const spreads: number[] = []
    const prices: number[] = []
    const facts = factsOf(
      { seed: 6, rows: 400_000 },
      {
        row(kind, side, exchangeTime, _receiveTime, price, qty, isLast): void {
          const second = Math.floor(exchangeTime / 1e6)
          perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
          touch.apply(kind, side, price, qty)
          if (!isLast || kind !== rowKind.depth) return
          const { bestBid = 0, bestAsk = 0 } = touch
          spreads.push(bestAsk - bestBid)
          prices[second - 1_704_067_200] = (bestAsk + bestBid) / 2
        },
      },
    )
    const seconds = (facts.lastTime - facts.firstTime) / 1e6
    expect(Math.abs(facts.rows / seconds - 1_300)).toBeLessThan(130)
    const counts = [...perSecond.values()].sort((a, b) => a - b)
    expect(counts.at(-1)).toBeGreaterThan(2 * (counts[counts.length >> 1] ?? 0))
    spreads.sort((a, b) => a - b)
    expect(spreads[spreads.length >> 1]).toBeLessThanOrEqual(3)
    expect(spreads.at(-1)).toBeGreaterThanOrEqual(6)
    // Large moves follow large moves: squared returns of neighboring seconds go together.
    const squares = prices.slice(1).map((price, i) => (price - (prices[i] ?? price)) ** 2)
    expect(autocorrelation(squares)).toBeGreaterThan(0.1)
  })

  it('has a touch as patient as that of recorded markets', () => {
    const touch = new TouchTracker()
    const seen = { messages: 0, moved: 0, oneTick: 0, rows: 0, near: 0 }
    let before = { bid: 0, ask: 0 }
    /** The mid, looked at every 100 ms. */
    const mids: number[] = []
    factsOf(
      { seed: 6, rows: 400_000 },
      {
        row(kind, side, exchangeTime, _receiveTime, price, qty, isLast): void {
          if (kind === rowKind.depth && before.bid > 0) {
            seen.rows++
            if (Math.abs(price - (side === sideCode.buy ? before.bid : before.ask)) <= 10) seen.near++
          }
          touch.apply(kind, side, price, qty)
          const { bestBid: bid = 0, bestAsk: ask = 0 } = touch
          if (!isLast || kind !== rowKind.depth) return
          seen.messages++
          if (bid !== before.bid || ask !== before.ask) seen.moved++
          if (ask - bid === 1) seen.oneTick++
          before = { bid, ask }
          mids[Math.floor((exchangeTime - 1_704_067_200_000_000) / 100_000)] = bid + ask
        },
      },
    )
    const still = (spans: number): number => {
      const known = mids.map((mid, i) => mid ?? mids[i - 1])
      let unmoved = 0
      for (let i = spans; i < known.length; i++) if (known[i] === known[i - spans]) unmoved++
      return unmoved / (known.length - spans)
    }
    // BTCUSDT on Binance, three recordings: 1–8 % of depth messages move the touch, 99 % of spreads are one tick, 4–8 %
    // of the rows lie within ten ticks of the touch; the mid does not move in 88–96 % of 100 ms and 47–78 % of 1 s.
    expect(seen.moved / seen.messages).toBeLessThan(0.1)
    expect(seen.oneTick / seen.messages).toBeGreaterThan(0.95)
    expect(seen.near / seen.rows).toBeLessThan(0.1)
    expect(still(1)).toBeGreaterThan(0.75)
    expect(still(10)).toBeGreaterThan(0.3)
    expect(still(10)).toBeLessThan(0.8)
  })

  it('runs on two clocks: ours is behind and drifts, and streams overtake each other', () => {
    let overtaken = 0
    let latest = 0
    const counted = new RowFacts()
    factsOf({ seed: 9, rows: 200_000 }, counted, {
      row(_kind, _side, exchangeTime): void {
        if (exchangeTime < latest) overtaken++
        latest = Math.max(latest, exchangeTime)
      },
    })
    expect(overtaken).toBeGreaterThan(100)
    const fit = fitClock(counted.minima)
    expect(fit.kind).toBe('line')
    // 850 ms behind, 4 µs a second; the unavoidable latency of 1.1 ms cannot be told from the clock.
    expect(Math.abs(fit.offsetUs + 850_000 - 1_000)).toBeLessThan(150)
    expect(Math.abs(fit.driftPpm + 4)).toBeLessThan(0.5)
  })
})

describe('synthetic bars', () => {
  it('have four points each in path order, high and low around open and close', () => {
    const columns = new TapeColumns()
    const facts = factsOf({ seed: 1, barUs: 60_000_000, rows: 4_000 }, columns)
    expect(facts.rowsByKind).toEqual({ barOpen: 1_000, barHigh: 1_000, barLow: 1_000, barClose: 1_000 })
    let bar: Record<number, number> = {}
    const checked: TapeSink = {
      row(kind, _side, _exchangeTime, _receiveTime, price): void {
        if (kind === rowKind.barOpen) bar = {}
        bar[kind] = price
        if (kind !== rowKind.barClose) return
        const { [rowKind.barOpen]: open = 0, [rowKind.barHigh]: high = 0, [rowKind.barLow]: low = 0 } = bar
        expect(high).toBeGreaterThanOrEqual(Math.max(open, price))
        expect(low).toBeLessThanOrEqual(Math.min(open, price))
      },
    }
    for (let row = 0; row < columns.rows; row++) columns.copyTo(checked, row)
  })
})

describe('the length of a synthetic tape', () => {
  it.each<[string, SynthOptions]>([
    ['missing', { seed: 1 }],
    ['zero', { seed: 1, rows: 0 }],
    ['a fraction', { seed: 1, rows: 1.5 }],
    ['longer than a year', { seed: 1, durationUs: 400 * 86_400_000_000 }],
  ])('is refused when it is %s', (_name, options) => {
    expect(() => synthesize(options, new TapeColumns())).toThrow(ConfigError)
  })
})

/** Of neighboring values. */
function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let together = 0
  let alone = 0
  values.forEach((value, i) => {
    together += (value - mean) * ((values[i + 1] ?? mean) - mean)
    alone += (value - mean) * (value - mean)
  })
  return together / alone
}
