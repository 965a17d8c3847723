import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/clock/simulated-clock.ts'
import { timeUs } from '../../src/core/units.ts'

describe('the simulated clock', () => {
  it('goes where it is told, and may stand still', () => {
    const clock = new SimulatedClock(timeUs(100))
    expect(clock.now()).toBe(100)
    clock.advanceTo(timeUs(150))
    clock.advanceTo(timeUs(150))
    expect(clock.now()).toBe(150)
  })

  it('never goes back', () => {
    const clock = new SimulatedClock(timeUs(100))
    expect(() => clock.advanceTo(timeUs(99))).toThrow('time would go back from 100 to 99')
  })
})
