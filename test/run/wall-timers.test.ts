/** The system's timers are replaced by ones the test moves; nothing here waits. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { timeUs } from '../../src/core/units.ts'
import { WallTimers } from '../../src/run/wall-timers.ts'

const startMs = 1_700_000_000_000
const startUs = startMs * 1000

let monotonicMs = 0
let rung: [id: number, atUs: number][] = []
let clock: WallClock
let timers: WallTimers
const at = (us: number) => timeUs(startUs + us)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  monotonicMs = 0
  rung = []
  clock = new WallClock({ timeOfDay: () => startMs, monotonic: () => monotonicMs })
  timers = new WallTimers(clock, (id) => rung.push([id, clock.present() - startUs]))
})
afterEach(() => {
  vi.useRealTimers()
})

/** @param stepMs of both the clock and the system's timers */
function pass(untilMs: number, stepMs = 1): void {
  while (monotonicMs < untilMs) {
    monotonicMs += stepMs
    vi.advanceTimersByTime(stepMs)
  }
}

describe('timers on the wall clock', () => {
  it('ring in order of time, whatever the order they were set in', () => {
    timers.schedule(at(9000), 1)
    timers.schedule(at(2000), 2)
    timers.schedule(at(5500), 3)
    timers.schedule(at(5499), 4)
    pass(20)
    expect(rung.map(([id]) => id)).toEqual([2, 4, 3, 1])
  })

  it('never ring early, also when the system does', () => {
    timers.schedule(at(10_000), 1)
    // The system's timers run ahead of the monotonic clock.
    vi.advanceTimersByTime(10)
    expect(rung).toEqual([])
    pass(12)
    expect(rung).toEqual([[1, 10_000]])
  })

  it('ring in the order they were set when they are due together, in one go after a pause', () => {
    timers.schedule(at(3000), 1)
    timers.schedule(at(3000), 2)
    timers.schedule(at(1000), 3)
    pass(50, 50)
    expect(rung).toEqual([
      [3, 50_000],
      [1, 50_000],
      [2, 50_000],
    ])
  })

  it('ring as soon as they can when set for the past, but not before others had their turn', () => {
    const chain = new WallTimers(clock, (id) => {
      rung.push([id, clock.present() - startUs])
      if (id < 3) chain.schedule(at(-5), id + 1)
    })
    chain.schedule(at(-5), 1)
    expect(rung).toEqual([])
    vi.advanceTimersToNextTimer()
    expect(rung.map(([id]) => id)).toEqual([1])
    vi.advanceTimersToNextTimer()
    expect(rung.map(([id]) => id)).toEqual([1, 2])
  })

  it('wait longer than the system can', () => {
    const fortyDaysMs = 40 * 86_400_000
    timers.schedule(at(fortyDaysMs * 1000), 1)
    pass(fortyDaysMs - 1_000_000, 1_000_000)
    expect(rung).toEqual([])
    pass(fortyDaysMs, 1_000_000)
    expect(rung).toEqual([[1, fortyDaysMs * 1000]])
  })

  it('are silent once stopped', () => {
    timers.schedule(at(1000), 1)
    timers.stop()
    timers.schedule(at(2000), 2)
    pass(10)
    expect(rung).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
