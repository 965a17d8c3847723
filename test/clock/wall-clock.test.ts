import { describe, expect, it } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'

describe('the wall clock', () => {
  it('keeps its time while an event is handled and follows the monotonic counter, not the time of day', () => {
    const source = { day: 1_700_000_000_000, counter: 5.5 }
    const clock = new WallClock({ timeOfDay: () => source.day, monotonic: () => source.counter })
    expect(clock.now()).toBe(1_700_000_000_000_000)
    source.counter += 1.25
    expect(clock.now()).toBe(1_700_000_000_000_000)
    expect(clock.advance()).toBe(1_700_000_000_001_250)
    // The system's clock is set back an hour.
    source.day -= 3_600_000
    source.counter += 1
    expect(clock.advance()).toBe(1_700_000_000_002_250)
    expect(clock.now()).toBe(1_700_000_000_002_250)
  })

  it('never goes back', () => {
    const source = { counter: 10 }
    const clock = new WallClock({ timeOfDay: () => 1000, monotonic: () => source.counter })
    source.counter = 9
    expect(clock.advance()).toBe(1_000_000)
  })

  it('reads the system by default', () => {
    const before = Date.now() * 1000
    const clock = new WallClock()
    expect(clock.now()).toBeGreaterThanOrEqual(before - 1000)
    expect(clock.advance()).toBeGreaterThanOrEqual(clock.now())
  })
})
