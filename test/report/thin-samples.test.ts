import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { thinIndices } from '../../src/report/thin-samples.ts'

describe('down-sampling', () => {
  it('leaves a short series alone', () => {
    expect(thinIndices([[3, 1, 2]], 4)).toEqual([0, 1, 2])
  })

  it.each([1, 2, 3])('keeps every extreme of every column, within the limit (seed %i)', (seed) => {
    const prng = createPrng(seed, 'thin')
    const columns = [0, 1, 2].map(() => Array.from({ length: 10_000 }, () => prng.nextUnit()))
    const spike = prng.nextInt(10_000)
    const [first = []] = columns
    first[spike] = 100
    const kept = thinIndices(columns, 1_000)
    expect(kept.length, `seed ${seed}`).toBeLessThanOrEqual(1_000)
    expect(kept, `seed ${seed}`).toEqual([...kept].sort((a, b) => a - b))
    expect(kept, `seed ${seed}`).toContain(spike)
    expect([kept[0], kept.at(-1)]).toEqual([0, 9_999])
    for (const column of columns) {
      const at = (indices: readonly number[]) => indices.map((index) => column[index] ?? 0)
      expect(Math.min(...at(kept)), `seed ${seed}`).toBe(Math.min(...column))
      expect(Math.max(...at(kept)), `seed ${seed}`).toBe(Math.max(...column))
    }
  })

  it('skips spans without values', () => {
    const column = Array.from({ length: 100 }, (_, index) => (index === 50 ? 1 : Number.NaN))
    expect(thinIndices([column], 12)).toEqual([0, 50, 99])
  })
})
