import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TradeIdSet } from '../../src/position/trade-id-set.ts'

describe('trade ids seen before', () => {
  it('agree with a plain set, in whatever order the ids come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 200 }), { maxLength: 400 }), (ids) => {
        const fast = new TradeIdSet()
        const slow = new Set<number>()
        for (const id of ids) {
          expect(fast.add(id)).toBe(!slow.has(id))
          slow.add(id)
        }
      }),
      { seed: 12, numRuns: 500 },
    )
  })

  it('remembers a long upward run', () => {
    const ids = new TradeIdSet()
    for (let id = 0; id < 1000; id += 2) expect(ids.add(id)).toBe(true)
    for (let id = 0; id < 1000; id += 2) expect(ids.add(id)).toBe(false)
    for (let id = 1; id < 1000; id += 2) expect(ids.add(id)).toBe(true)
  })
})
