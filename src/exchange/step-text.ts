/** Whole steps (ticks, lots) → decimal text, for messages that carry hundreds of them: `decimalOf` without decimal.js. */
import { decimalOf, parseDecimal } from '../core/decimal.ts'

/** @param step decimal text, > 0 @returns a function from whole steps ≥ 0 to text with the decimals of the step */
export function stepText(step: string): (steps: number) => string {
  const decimals = parseDecimal(step).decimalPlaces()
  const factor = parseDecimal(step).times(`1e${decimals}`).toNumber()
  const most = Math.floor(Number.MAX_SAFE_INTEGER / factor)
  return (steps) => {
    if (steps > most || steps < 0) return decimalOf(steps, step)
    const digits = String(steps * factor)
    if (decimals === 0) return digits
    const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0')
    return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
  }
}
