import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stepsOf } from '../../src/core/decimal.ts'
import { DecimalSteps, decimalTextOf, isPrintedDouble, plainDecimal } from '../../src/feed/decimal-steps.ts'

describe('DecimalSteps', () => {
  it.each([
    ['a price on a tick of 0.1', '0.1', '61800.20', 618_002],
    ['trailing zeros beyond the grid', '0.01', '61737.63000000', 6_173_763],
    ['a whole number', '0.001', '20', 20_000],
    ['a tick of 0.5', '0.5', '6421.5', 12_843],
    ['a tick of 0.25 met by a whole number', '0.25', '3', 12],
    ['a tick above one', '10', '61830', 6_183],
    ['zero', '0.001', '0.000', 0],
    ['no digit before the point', '0.1', '.5', 5],
  ])('counts steps exactly: %s', (_name, step, text, steps) => {
    expect(new DecimalSteps(step).exact(text)).toBe(steps)
  })

  it.each([
    ['a price between two ticks of 0.1', '0.1', '61800.25'],
    ['a price between two ticks of 0.5', '0.5', '6421.3'],
    ['a whole number between two ticks of 10', '10', '61835'],
    ['a sign', '0.1', '-1.0'],
    ['nothing', '0.1', ''],
    ['a point alone', '0.1', '.'],
    ['a point at the end', '0.1', '5.'],
    ['two points', '0.1', '1.2.3'],
    ['letters', '0.1', 'abc'],
    ['an exponent', '0.1', '1e3'],
    ['more than 2^53 steps', '0.00000001', '99999999999.0'],
  ])('refuses %s', (_name, step, text) => {
    expect(new DecimalSteps(step).exact(text)).toBeUndefined()
  })

  it('rounds down what is finer than the step', () => {
    // 0.000019 holds one whole 0.00001; 6421.9 holds 12,843 halves = 6421.5
    expect(new DecimalSteps('0.00001').floor('0.000019')).toBe(1)
    expect(new DecimalSteps('0.5').floor('6421.9')).toBe(12_843)
  })

  it('agrees with decimal.js on any text and step', () => {
    const digits = fc.integer({ min: 0, max: 999_999_999 })
    const decimals = fc.integer({ min: 0, max: 8 })
    const steps = fc.constantFrom('1', '0.1', '0.5', '0.25', '0.001', '0.00000001', '10', '0.05', '0.025')
    fc.assert(
      fc.property(digits, decimals, steps, (value, places, step) => {
        const text = String(value).padStart(places + 1, '0')
        const point = text.length - places
        const decimal = places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`
        expect(new DecimalSteps(step).exact(decimal)).toBe(stepsOf(decimal, step))
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })
})

describe('plainDecimal', () => {
  it.each([
    ['1.5e-7', '0.00000015'],
    ['1e-05', '0.00001'],
    ['2.5E3', '2500'],
    ['12.345e1', '123.45'],
    ['61800.20', '61800.20'],
    ['0.00031099999999999997', '0.000311'],
    ['218102.59507500002', '218102.595075'],
    // eighteen digits, but only ten of them count
    ['2300413729.50000000', '2300413729.50000000'],
    ['abc', 'abc'],
  ])('reads %s as %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain)
  })

  it('writes a double as the decimal it was meant to be', () => {
    expect(decimalTextOf(0.1 + 0.2)).toBe('0.3')
    expect(decimalTextOf(1e-8)).toBe('0.00000001')
    expect(decimalTextOf(39432.48)).toBe('39432.48')
  })
})

describe('isPrintedDouble', () => {
  it.each([
    ['0.30000000000000004', true], // 0.1 + 0.2, the shortest that reads back
    ['0.00031099999999999997', true],
    ['0.59999999999999997780', true], // 0.6 to twenty places
    ['0.60000000000000000001', false], // no double lies there
    ['0.6', false],
  ])('of %s is %s', (text, expected) => {
    expect(isPrintedDouble(text)).toBe(expected)
  })

  it('is so for every double with more than fifteen digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1e5, noNaN: true }), (value) => {
        const text = String(value)
        const digits = text.replace('.', '').replace(/^0+|0+$/g, '').length
        expect(isPrintedDouble(text)).toBe(!text.includes('e') && text.length > 16 && digits > 15)
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })
})
