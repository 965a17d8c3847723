import { describe, expect, it } from 'vitest'
import { isoTime, timeOfNumber, timeOfText } from '../../src/feed/parse-time.ts'

// 2024-08-08T23:54:15.030314Z
const time = 1_723_161_255_030_314

describe('timeOfText', () => {
  it.each([
    ['nanoseconds, cut', '1723161255030314667', time],
    ['microseconds', '1723161255030314', time],
    ['milliseconds', '1723161255030', time - 314],
    ['seconds', '1723161255', time - 30_314],
    ['seconds with decimals', '1723161255.030314', time],
    ['milliseconds with decimals', '1723161255030.314', time],
    ['a date with microseconds', '2024-08-08 23:54:15.030314', time],
    ['a date with T and Z', '2024-08-08T23:54:15.030Z', time - 314],
    ['a date with an offset', '2024-08-09 01:54:15.030314+02:00', time],
    ['a date with a short offset', '2024-08-08 23:54:15.030314+00', time],
    ['a date without seconds', '2024-08-08 23:54', time - 15_030_314],
    ['a day', '2024-08-08', 1_723_075_200_000_000],
  ])('reads %s', (_name, text, expected) => {
    expect(timeOfText(text)).toBe(expected)
  })

  it.each(['', 'soon', '2024-13-45', '12', '-1723161255', '2024-08-08 25:00', '17231612550303146670000'])(
    'refuses %j',
    (text) => {
      expect(timeOfText(text)).toBeUndefined()
    },
  )
})

describe('timeOfNumber', () => {
  it('tells the unit by the magnitude', () => {
    expect(timeOfNumber(1_723_161_255)).toBe(1_723_161_255_000_000)
    expect(timeOfNumber(1_723_161_255_030)).toBe(1_723_161_255_030_000)
    expect(timeOfNumber(time)).toBe(time)
    expect(timeOfNumber(Number.NaN)).toBeUndefined()
    expect(timeOfNumber(5)).toBeUndefined()
  })

  it('is written back as ISO', () => {
    expect(isoTime(time)).toBe('2024-08-08T23:54:15.030314Z')
  })
})
