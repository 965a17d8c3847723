import { describe, expect, it } from 'vitest'
import { RowWatch } from '../../src/book/row-watch.ts'
import { sideBit } from '../../src/model/packed.ts'

describe('what stops the loop over a book', () => {
  it('is nothing at first', () => {
    const watch = new RowWatch()
    expect(watch.isEmpty).toBe(true)
    expect(watch.stopsLevel(500)).toBe(false)
    expect(watch.stopsPrint(sideBit + 500)).toBe(false)
  })

  it('is a watched level, not its neighbors, and no print at it', () => {
    const watch = new RowWatch()
    watch.addLevel(500)
    expect([499, 500, 501].map((slot) => watch.stopsLevel(slot))).toEqual([false, true, false])
    // The same price index on the other side is another level.
    expect(watch.stopsLevel(sideBit + 500)).toBe(false)
    expect(watch.stopsPrint(500)).toBe(false)
    expect(watch.isEmpty).toBe(false)
  })

  it('is whatever reaches a price, on that side only, the lowest of several', () => {
    const watch = new RowWatch()
    watch.addReach(1, sideBit + 700)
    watch.addReach(1, sideBit + 600)
    watch.addReach(1, sideBit + 650)
    expect([599, 600, 601].map((index) => watch.stopsLevel(sideBit + index))).toEqual([false, true, true])
    expect([599, 600, 601].map((index) => watch.stopsPrint(sideBit + index))).toEqual([false, true, true])
    expect(watch.stopsLevel(601)).toBe(false)
  })

  it('is the whole side when the price lies below its window', () => {
    const watch = new RowWatch()
    watch.addReach(0, -20)
    expect(watch.stopsLevel(1)).toBe(true)
  })

  it('is nothing again once it is cleared, and can be set anew', () => {
    const watch = new RowWatch()
    watch.addLevel(500)
    watch.addLevel(500)
    watch.addReach(0, 800)
    watch.clear()
    expect(watch.isEmpty).toBe(true)
    expect([500, 800].map((slot) => watch.stopsLevel(slot))).toEqual([false, false])
    watch.addLevel(501)
    expect([500, 501].map((slot) => watch.stopsLevel(slot))).toEqual([false, true])
  })
})
