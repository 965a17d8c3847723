import { describe, expect, it } from 'vitest'
import { averageMid, lastIndexAtOrBefore, midAt, tradedBetween } from '../../src/analysis/market-path.ts'
import type { MarketSamples } from '../../src/model/run-record.ts'

/** Ten microseconds apart; no market in the first, no two-sided book in the last. */
const samples: MarketSamples = {
  time: [0, 10, 20, 30],
  bid: [Number.NaN, 99, 101, Number.NaN],
  ask: [Number.NaN, 101, 103, 120],
  last: [Number.NaN, 100, 101, 110],
  tradedQty: [0, 4, 4, 10],
  tradedNotional: [0, 400, 400, 1_000],
  position: [0, 0, 0, 0],
}

describe('the sampled market', () => {
  it.each([
    ['before the first sample', -1, -1],
    ['on a sample', 10, 1],
    ['between two', 19, 1],
    ['after the last', 99, 3],
  ])('finds the last sample %s', (_name, time, expected) => {
    expect(lastIndexAtOrBefore(samples.time, time)).toBe(expected)
  })

  it.each([
    ['no market yet', 5, undefined],
    ['before all samples', -5, undefined],
    ['both sides', 10, 100],
    ['held until the next sample', 29, 102],
    ['the last trade when a side is empty', 30, 110],
  ])('gives the mid: %s', (_name, time, expected) => {
    expect(midAt(samples, time)).toBe(expected)
  })

  it.each([
    ['half of two spans', 15, 25, 101],
    // 10 µs at 100, 10 at 102, 5 at 110: (1000 + 1020 + 550) / 25
    ['spans of different length, the one without a market left out', 0, 35, 2570 / 25],
    ['an instant', 20, 20, 102],
    ['before any market', 0, 10, undefined],
  ])('averages the mid over time: %s', (_name, from, to, expected) => {
    expect(averageMid(samples, from, to)).toBe(expected)
  })

  it.each([
    ['between samples', 10, 30, { qty: 6, notional: 600 }],
    // half of the first 4, and half of the last 6
    ['inside samples, by interpolation', 5, 25, { qty: 5, notional: 500 }],
    ['outside: nothing more', -10, 99, { qty: 10, notional: 1_000 }],
  ])('tells what traded %s', (_name, from, to, expected) => {
    expect(tradedBetween(samples, from, to)).toEqual(expected)
  })
})
