import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/core/duration.ts'

describe('a duration', () => {
  it.each([
    ['1us', 1],
    ['250ms', 250_000],
    ['1.5s', 1_500_000],
    ['5m', 300_000_000],
    ['1h', 3_600_000_000],
    ['2d', 172_800_000_000],
  ])('%s is %i microseconds', (text, us) => {
    expect(parseDuration(text)).toBe(us)
  })

  it.each(['', '5', 's', '-1s', '0s', '0.5us', '1e3s', '1 s', '1S', '9007199254740992us'])(
    'cannot be %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it('is written in the largest unit that keeps it whole', () => {
    expect([1, 1_000, 90_000_000, 7_200_000_000, 86_400_000_000].map(formatDuration)).toEqual([
      '1us',
      '1ms',
      '90s',
      '2h',
      '1d',
    ])
  })
})
