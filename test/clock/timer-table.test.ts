import { describe, expect, it } from 'vitest'
import { noTimerBackend, TimerTable } from '../../src/clock/timer-table.ts'
import { timeUs } from '../../src/core/units.ts'

describe('the timer table', () => {
  it('hands times to the backend and fires by id, once', () => {
    const scheduled: [number, number][] = []
    const table = new TimerTable({
      schedule: (at, id) => scheduled.push([at, id]),
      unschedule: () => {},
    })
    const fired: string[] = []
    const a = table.set(timeUs(20), () => fired.push('a'))
    const b = table.set(timeUs(10), () => fired.push('b'))
    expect(scheduled).toEqual([
      [20, 1],
      [10, 2],
    ])
    expect([table.fire(b), table.fire(a), table.fire(a)]).toEqual([true, true, false])
    expect(fired).toEqual(['b', 'a'])
    expect(table.size).toBe(0)
  })

  it('forgets a canceled timer and tells the backend once', () => {
    const gone: number[] = []
    const table = new TimerTable({ schedule: () => {}, unschedule: (id) => gone.push(id) })
    const id = table.set(timeUs(1), () => expect.unreachable())
    expect(table.isPending(id)).toBe(true)
    table.cancel(id)
    table.cancel(id)
    table.cancel(77)
    expect(table.isPending(id)).toBe(false)
    expect(table.fire(id)).toBe(false)
    expect(gone).toEqual([id])
  })

  it('lets a timer set another and itself be set again while it fires', () => {
    const table = new TimerTable(noTimerBackend)
    const fired: number[] = []
    const again = (): void => {
      fired.push(table.size)
      if (fired.length < 3) table.set(timeUs(1), again)
    }
    const first = table.set(timeUs(1), again)
    for (let id = first; table.fire(id); id++);
    expect(fired).toEqual([0, 0, 0])
  })
})
