import { describe, expect, it } from 'vitest'
import { createPrng } from '../../../src/core/prng.ts'
import { SeenIds } from '../../../src/feed/importers/seen-ids.ts'

function addAll(ids: readonly number[]): SeenIds {
  const seen = new SeenIds()
  for (const id of ids) seen.add(id)
  return seen
}

describe('ids that came already', () => {
  it('are told from those that were passed over', () => {
    const seen = addAll([5, 6, 10, 8])
    expect([4, 5, 6, 7, 8, 9, 10, 11].map((id) => seen.has(id))).toEqual([
      ...[false, true, true, false, true, false, true, false],
    ])
  })

  it('are forgotten when the venue numbers anew', () => {
    const seen = addAll([1000, 1001, 1])
    expect([1, 1000, 1001].map((id) => seen.has(id))).toEqual([true, false, false])
  })

  it('are forgotten when they are long past, one apart or not', () => {
    // Every second id: a range per id. Two times 4,096 are kept at most.
    const seen = addAll(Array.from({ length: 20_000 }, (_, i) => 2 * i))
    expect([0, 39_998, 39_000, 39_001].map((id) => seen.has(id))).toEqual([false, true, true, false])
  })

  it.each([1, 2, 3])('agree with a plain set, seed %i', (seed) => {
    const random = createPrng(seed, 'seen-ids-test')
    const seen = addAll([0])
    const plain = new Set([0])
    for (let step = 0; step < 2_000; step++) {
      const id = random.nextInt(step + 10)
      expect(seen.has(id), `seed ${seed}, step ${step}`).toBe(plain.has(id))
      seen.add(id)
      plain.add(id)
    }
  })
})
