/**
 * Decimal text → whole steps of a grid, exactly and without floats or decimal.js: this runs once per price and
 * quantity of every row. A step is `mantissa × 10^-decimals`, for example 0.25 = 25 × 10^-2.
 */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'

const zero = 48
const nine = 57
const point = 46
/** Beyond this another digit could leave the exact range of a double. */
const maxBeforeDigit = Math.floor((Number.MAX_SAFE_INTEGER - 9) / 10)

export class DecimalSteps {
  readonly step: string
  readonly #mantissa: number
  readonly #decimals: number
  /** Digits beyond the grid that were not zero in the text parsed last. */
  #hasRest = false

  /** @throws {ConfigError} when `step` is not a positive decimal */
  constructor(step: string) {
    const decimal = parseDecimal(step)
    if (decimal.lte(0))
      throw new ConfigError('STEP_NOT_POSITIVE', `expected a step above zero, found ${step}`)
    this.step = step
    this.#decimals = decimal.decimalPlaces()
    this.#mantissa = Number(decimal.toFixed().replace('.', ''))
  }

  /** undefined when `text` is not a plain decimal ≥ 0 or not a whole number of steps */
  exact(text: string): number | undefined {
    const units = this.#units(text)
    if (units === undefined || this.#hasRest) return undefined
    if (this.#mantissa === 1) return units
    const steps = units / this.#mantissa
    return Number.isInteger(steps) ? steps : undefined
  }

  /** Rounded towards zero; undefined when `text` is not a plain decimal ≥ 0 */
  floor(text: string): number | undefined {
    const units = this.#units(text)
    return units === undefined ? undefined : Math.floor(units / this.#mantissa)
  }

  /** Whole multiples of 10^-decimals in `text`, cut; sets `#hasRest`. */
  #units(text: string): number | undefined {
    let units = 0
    let digits = 0
    let decimalsLeft = -1
    this.#hasRest = false
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === point && decimalsLeft === -1 && i + 1 < text.length) {
        decimalsLeft = this.#decimals
        continue
      }
      if (code < zero || code > nine) return undefined
      digits++
      if (decimalsLeft === 0) {
        if (code !== zero) this.#hasRest = true
        continue
      }
      if (units > maxBeforeDigit) return undefined
      units = units * 10 + (code - zero)
      if (decimalsLeft > 0) decimalsLeft--
    }
    if (digits === 0) return undefined
    for (let left = decimalsLeft === -1 ? this.#decimals : decimalsLeft; left > 0; left--) {
      if (units > maxBeforeDigit) return undefined
      units *= 10
    }
    return units
  }
}

/**
 * Plain decimal text of a number as a file of doubles holds it: fifteen significant digits, which is what survives
 * a decimal's trip through a double, so that 0.00031099999999999997 is 0.000311 again.
 */
export function decimalTextOf(value: number): string {
  return plainDecimal(Number(value.toPrecision(15)).toString())
}

/**
 * What a number means as a plain decimal: an exponent is written out (`1.5e-7` → `0.00000015`), and more than fifteen
 * significant digits are read as a double that was printed in full. Any other text comes back as it is.
 */
export function plainDecimal(text: string): string {
  if (!/[eE]/.test(text)) return hasDoubleNoise(text) ? decimalTextOf(Number(text)) : text
  const match = /^([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d{1,3})$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const shift = whole.length + Number(exponent)
  const digits = whole + fraction
  if (digits === '') return text
  if (shift <= 0) return `${sign}0.${'0'.repeat(-shift)}${digits}`
  if (shift >= digits.length) return sign + digits.padEnd(shift, '0')
  return `${sign}${digits.slice(0, shift)}.${digits.slice(shift)}`
}

/** Whether so many digits are those of a double, printed to that place, and not a number that is finer than any double. */
export function isPrintedDouble(text: string): boolean {
  if (!hasDoubleNoise(text)) return false
  const decimals = text.length - text.indexOf('.') - 1
  return decimals <= 100 && Number(text).toFixed(decimals) === text
}

function hasDoubleNoise(text: string): boolean {
  if (text.length <= 16 || !/^\d+\.\d+$/.test(text)) return false
  return text.replace('.', '').replace(/^0+|0+$/g, '').length > 15
}
