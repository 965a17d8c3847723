import { describe, expect, it } from 'vitest'
import { naturalExp } from '../../src/core/natural-exp.ts'
import { naturalLog } from '../../src/core/natural-log.ts'

describe('naturalExp', () => {
  it.each([
    [0, 1],
    [1, 2.718281828459045],
    [-1, 0.36787944117144233],
    [10, 22026.465794806718],
    [-20, 2.061153622438558e-9],
  ])('of %d is %d', (x, expected) => {
    expect(naturalExp(x) / expected).toBeCloseTo(1, 13)
  })

  it('undoes the logarithm', () => {
    for (const x of [0.001, 0.5, 3, 12345.678]) expect(naturalExp(naturalLog(x)) / x).toBeCloseTo(1, 13)
  })
})
