import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { ClockCorrection, fitClock, type LatencyMinima, latencyFloorUs } from '../../src/feed/clock-fit.ts'

const start = 1_700_000_000

/** Minima of seconds 0 … length − 1. */
const minimaOf = (length: number, minUs: (second: number) => number): LatencyMinima => ({
  second: Array.from({ length }, (_, i) => start + i),
  minUs: Array.from({ length }, (_, i) => minUs(i)),
})

/** Latency of a message received in the middle of `second` with raw latency `rawUs`. */
function corrected(minima: LatencyMinima, second: number, rawUs: number): number {
  const receive = (start + second) * 1e6 + 500_000
  const exchange = receive - rawUs
  return new ClockCorrection(fitClock(minima)).correct(exchange, receive) - exchange
}

describe('clock fit', () => {
  it('believes a clock that shows no latency below zero', () => {
    const prng = createPrng(1, 'latency')
    const minima = minimaOf(600, () => 120_000 + prng.nextInt(8_000))
    expect(fitClock(minima).kind).toBe('none')
    expect(corrected(minima, 300, 125_000)).toBe(125_000)
  })

  it('finds the offset of a clock that is behind, and gives the fastest message the floor', () => {
    // Our clock shows 1.2 s less: raw latency −1,197,000 is a message that took 3,000 more than the fastest.
    const minima = minimaOf(30, (second) => -1_200_000 + (second === 7 ? 0 : 400))
    expect(fitClock(minima)).toMatchObject({
      kind: 'line',
      offsetUs: -1_200_000 - latencyFloorUs,
      driftPpm: 0,
    })
    expect(corrected(minima, 12, -1_197_000)).toBe(3_000 + latencyFloorUs)
  })

  it('finds offset and drift under noise and bursts', () => {
    const prng = createPrng(2, 'latency')
    // 5 µs a second, noise of 0–300 µs, every 50 seconds a burst of 200 ms that lasts 10 seconds.
    const minima = minimaOf(600, (second) => {
      const burst = second % 50 >= 40 ? 200_000 : 0
      return -900_000 - 5 * second + prng.nextInt(300) + burst
    })
    const fit = fitClock(minima)
    expect(fit.kind).toBe('line')
    expect(Math.abs(fit.driftPpm + 5)).toBeLessThan(0.3)
    expect(Math.abs(fit.offsetUs + 900_000 + latencyFloorUs)).toBeLessThan(50)
    // In a burst the latency stays: 200 ms, the floor, and at most the noise.
    const burst = corrected(minima, 245, -900_000 - 5 * 245 + 200_000)
    expect(Math.abs(burst - 200_000 - latencyFloorUs)).toBeLessThan(100)
  })

  it('follows a clock that wanders, but keeps a burst of half a minute', () => {
    // Up and down by 40 ms in 400 s (0.2 ms per second), around −10 ms; a burst of 500 ms from second 450 for 30 s.
    const wander = (second: number): number => -30_000 + 200 * Math.abs((second % 400) - 200)
    const minima = minimaOf(1000, (second) => wander(second) + (second >= 450 && second < 480 ? 500_000 : 0))
    expect(fitClock(minima).kind).toBe('wander')
    // One second of slope is 200 µs.
    expect(
      Math.abs(corrected(minima, 330, wander(330) + 2_000) - 2_000 - latencyFloorUs),
    ).toBeLessThanOrEqual(200)
    // While the burst lasts the envelope is flat: wrong by at most the 30 s × 200 µs that the clock wanders meanwhile.
    const burst = corrected(minima, 465, wander(465) + 500_000) - 500_000 - latencyFloorUs
    expect(Math.abs(burst)).toBeLessThanOrEqual(6_000)
  })

  it('corrects a plain drift of a clock that never shows a negative latency', () => {
    // 10 µs per second over an hour: 36 ms, much more than the noise of 1 ms.
    const prng = createPrng(3, 'latency')
    const minima = minimaOf(3600, (second) => 5_000 + 10 * second + prng.nextInt(1_000))
    const fit = fitClock(minima)
    expect(fit.kind).toBe('line')
    expect(Math.abs(fit.driftPpm - 10)).toBeLessThan(0.3)
    expect(Math.abs(corrected(minima, 3000, 5_000 + 30_000 + 500) - 5_500)).toBeLessThan(200)
  })

  it('does not take a rise that is no line for a drift', () => {
    const minima = minimaOf(3600, (second) => (second < 1800 ? 5_000 : 45_000))
    expect(fitClock(minima).kind).toBe('none')
  })

  it('has nothing to say about an empty tape or one message', () => {
    expect(fitClock({ second: [], minUs: [] }).kind).toBe('none')
    expect(
      corrected(
        minimaOf(1, () => -70),
        0,
        -70,
      ),
    ).toBe(latencyFloorUs)
  })
})

describe('clock correction', () => {
  it('never runs backwards and never lets a message arrive before it was sent', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const prng = createPrng(seed, 'clock')
      const second: number[] = []
      const minUs: number[] = []
      const messages: [exchange: number, receive: number][] = []
      for (let s = 0; s < 200; s++) {
        if (prng.nextInt(5) === 0) continue
        const receives = Array.from({ length: 3 }, () => (start + s) * 1e6 + prng.nextInt(1e6)).sort(
          (a, b) => a - b,
        )
        const raw = receives.map(() => prng.nextInt(200_000) - 100_000)
        receives.forEach((receive, i) => {
          messages.push([receive - (raw[i] ?? 0), receive])
        })
        second.push(start + s)
        minUs.push(Math.min(...raw))
      }
      const correction = new ClockCorrection(fitClock({ second, minUs }))
      let last = 0
      for (const [exchange, receive] of messages) {
        const time = correction.correct(exchange, receive)
        expect(Number.isInteger(time), `seed ${seed}`).toBe(true)
        expect(time, `seed ${seed}`).toBeGreaterThan(exchange)
        expect(time, `seed ${seed}`).toBeGreaterThanOrEqual(last)
        last = time
      }
    }
  })
})
