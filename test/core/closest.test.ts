import { describe, expect, it } from 'vitest'
import { closestTo, didYouMean } from '../../src/core/closest.ts'

const names = ['buy-and-hold', 'is', 'market-maker', 'pegged', 'pov', 'scripted', 'sma-cross', 'twap', 'vwap']

describe('closestTo', () => {
  it.each([
    ['a missing letter', 'twp', 'twap'],
    ['two letters swapped', 'tawp', 'twap'],
    ['a wrong separator', 'sma_cross', 'sma-cross'],
    ['other case', 'TWAP', 'twap'],
    ['the beginning of a name', 'market', 'market-maker'],
    ['something else altogether', 'grid', undefined],
    ['a short word two edits away', 'tw', 'twap'],
    ['nothing typed in a list without a match', 'zzzz', undefined],
  ])('finds %s', (_title, word, expected) => {
    expect(closestTo(word, names)).toBe(expected)
  })

  it('becomes a sentence, or nothing', () => {
    expect(didYouMean('twp', names)).toBe(' Did you mean "twap"?')
    expect(didYouMean('grid', names)).toBe('')
  })
})
