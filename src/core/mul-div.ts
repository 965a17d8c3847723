/**
 * a × b ÷ c in exact integers, although a × b may leave the exact range of a double. Plain arithmetic as long as it is
 * safe, then a split of `a` by `c`, BigInt only when that is not safe either.
 */
import { InvariantError } from './errors.ts'

/** Rounded toward zero. @param c not 0 */
export function mulDivTrunc(a: number, b: number, c: number): number {
  const product = a * b
  if (Number.isSafeInteger(product)) return divTrunc(product, c)
  const quotient = divTrunc(a, c)
  const whole = quotient * b
  const part = (a - quotient * c) * b
  // `whole` and `part` have the same sign, so that truncating the part truncates the sum.
  if (Number.isSafeInteger(whole) && Number.isSafeInteger(part)) return safe(whole + divTrunc(part, c))
  return safe(Number((BigInt(a) * BigInt(b)) / BigInt(c)))
}

/** Rounded toward +∞. @param c > 0 */
export function mulDivCeil(a: number, b: number, c: number): number {
  const truncated = mulDivTrunc(a, b, c)
  const isPositive = a !== 0 && b !== 0 && a > 0 === b > 0
  return isPositive && !isExact(truncated, a, b, c) ? truncated + 1 : truncated
}

/** Rounded toward −∞. @param c > 0 */
export function mulDivFloor(a: number, b: number, c: number): number {
  return 0 - mulDivCeil(0 - a, b, c)
}

/**
 * Exact for safe integers: a quotient that is not whole is at least 1/c away from the next integer q, and a double
 * rounds to q only within q × 2^-53. That needs q × c ≥ 2^53, where c is a power of two and nothing is rounded.
 */
function divTrunc(a: number, c: number): number {
  // Adding 0 turns −0 into 0: a journal keeps bits.
  return Math.trunc(a / c) + 0
}

function isExact(quotient: number, a: number, b: number, c: number): boolean {
  const product = a * b
  if (Number.isSafeInteger(product)) return quotient * c === product
  const part = (a - divTrunc(a, c) * c) * b
  if (Number.isSafeInteger(part)) return divTrunc(part, c) * c === part
  return BigInt(quotient) * BigInt(c) === BigInt(a) * BigInt(b)
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new InvariantError(`quotient is not a safe integer: ${value}`)
  return value
}
