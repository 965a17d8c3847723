/**
 * Decimal text ↔ integers, at the edge only. decimal.js is exact and some 300 times slower than a double:
 * never call these per row.
 */
import { Decimal } from 'decimal.js'
import { ConfigError } from './errors.ts'

/** How many `step`s make `text`; undefined when `text` is not a whole multiple. */
export function stepsOf(text: string, step: string): number | undefined {
  const steps = parseDecimal(text).div(step)
  if (!steps.isInteger() || steps.abs().gt(Number.MAX_SAFE_INTEGER)) return undefined
  return steps.toNumber()
}

/** `steps × step` as plain decimal text, without exponent, with the decimals of `step`. */
export function decimalOf(steps: number, step: string): string {
  return new Decimal(step).times(steps).toFixed(new Decimal(step).decimalPlaces())
}

/** @throws {ConfigError} DECIMAL_EXPECTED */
export function parseDecimal(text: string): Decimal {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
    throw new ConfigError('DECIMAL_EXPECTED', `expected a decimal number, found ${JSON.stringify(text)}`)
  }
  return new Decimal(text)
}
