import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../src/core/errors.ts'
import { mulDivCeil, mulDivFloor, mulDivTrunc } from '../../src/core/mul-div.ts'

describe('a × b ÷ c', () => {
  it.each([
    // 7 × 3 ÷ 2 = 10.5
    ['a fraction', 7, 3, 2, 10, 11, 10],
    ['a negative fraction', -7, 3, 2, -10, -10, -11],
    ['no fraction', 8, 3, 2, 12, 12, 12],
    ['nothing', 0, -5, 3, 0, 0, 0],
    // 2^53 − 1 is odd: half of it ends in .5, and a double cannot tell (2^53 − 2) ÷ 2 + 0.5 from the next integer by ÷.
    ['the largest integer', 9007199254740991, 1, 2, 4503599627370495, 4503599627370496, 4503599627370495],
    // 6e12 × 20,000 ÷ 1e8 = 1.2e9, although the product is 1.2e17.
    [
      'a product beyond exact doubles',
      6_000_000_000_001,
      20_000,
      100_000_000,
      1_200_000_000,
      1_200_000_001,
      1_200_000_000,
    ],
  ])('rounds %s toward zero, up and down', (_title, a, b, c, truncated, up, down) => {
    expect(mulDivTrunc(a, b, c)).toBe(truncated)
    expect(mulDivCeil(a, b, c)).toBe(up)
    expect(mulDivFloor(a, b, c)).toBe(down)
  })

  it('agrees with BigInt wherever the quotient is exact in a double', () => {
    const any = fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.maxSafeInteger())
    const divisor = fc.oneof(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
    fc.assert(
      fc.property(any, any, divisor, (a, b, c) => {
        const product = BigInt(a) * BigInt(b)
        const truncated = product / BigInt(c)
        const rest = product % BigInt(c)
        fc.pre(Number.isSafeInteger(Number(truncated) + 1) && Number.isSafeInteger(Number(truncated) - 1))
        expect(mulDivTrunc(a, b, c)).toBe(Number(truncated))
        expect(mulDivCeil(a, b, c)).toBe(Number(truncated + (rest > 0n ? 1n : 0n)))
        expect(mulDivFloor(a, b, c)).toBe(Number(truncated - (rest < 0n ? 1n : 0n)))
      }),
      { seed: 11, numRuns: 2000 },
    )
  })

  it('never gives −0, which a journal would keep', () => {
    for (const value of [
      mulDivTrunc(-1, 1, 2),
      mulDivCeil(-1, 1, 2),
      mulDivFloor(0, 1, 2),
      mulDivTrunc(0, -1, 2),
    ]) {
      expect(Object.is(value, -0)).toBe(false)
    }
  })

  it('refuses a quotient that a double cannot hold', () => {
    expect(() => mulDivTrunc(9007199254740991, 9007199254740991, 1)).toThrow(InvariantError)
  })
})
