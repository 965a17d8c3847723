import { describe, expect, it } from 'vitest'
import * as format from '../../src/report/format.ts'

describe('formats', () => {
  it.each([
    ['thousands are grouped', format.formatNumber(1_234_567.891, 2), '1,234,567.89'],
    ['below a thousand', format.formatNumber(999, 0), '999'],
    ['a true minus sign', format.formatNumber(-1_000, 1), '−1,000.0'],
    ['no minus before a rounded zero', format.formatNumber(-0.004, 2), '0.00'],
    ['no value', format.formatNumber(undefined, 2), '–'],
    ['not a number', format.formatNumber(Number.NaN, 2), '–'],
    ['large money', format.formatMoney(1_000_000), '1,000,000.00'],
    ['small money', format.formatMoney(0.0123), '0.0123'],
    ['dust', format.formatMoney(-0.00000012), '−0.00000012'],
    ['a gain', format.formatSigned(3.5), '+3.50'],
    ['a loss', format.formatSigned(-3.5), '−3.50'],
    ['a share', format.formatShare(0.1234), '12.3 %'],
    ['microseconds', format.formatDuration(250), '250 µs'],
    ['milliseconds', format.formatDuration(2_410), '2.41 ms'],
    ['a negative offset', format.formatDuration(-1_270_412), '−1.27 s'],
    ['minutes', format.formatDuration(345_000_000), '5.75 min'],
    ['days', format.formatDuration(31 * 86_400_000_000), '31.0 d'],
    ['a time in UTC', format.formatTime(1_723_075_200_250_999), '2024-08-08T00:00:00.250Z'],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected)
  })

  it.each([
    ['0.1', 1],
    ['0.00100000', 3],
    ['5', 0],
    ['10', 0],
  ])('counts the decimals of the step %s', (step, decimals) => {
    expect(format.decimalsOf(step)).toBe(decimals)
  })
})
