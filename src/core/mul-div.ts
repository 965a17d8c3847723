/**
 * a × b ÷ c in exact integers, although a × b may leave the exact range of a double. Plain arithmetic as long as it is
 * safe, then a split of `a` by `c`, BigInt only when that is not safe either.
 */
import { InvariantError } from './errors.ts'

/** Rounded toward zero. @param c not 0 */
export function mulDivTrunc(a: number, b: number, c: number): number {
  const product = a * b
  if (Number.isSafeInteger(product)) return divTrunc(product, c)
  const rest = a % c
  const whole = ((a - rest) / c) * b
  const part = rest * b
  // `whole` and `part` have the same sign, so that truncating the part truncates the sum.
  if (Number.isSafeInteger(whole) && Number.isSafeInteger(part)) return safe(whole + divTrunc(part, c))
  return safe(Number((BigInt(a) * BigInt(b)) / BigInt(c)))
}

/** Rounded toward +∞. @param c > 0 */
export function mulDivCeil(a: number, b: number, c: number): number {
  const truncated = mulDivTrunc(a, b, c)
  const isCut = a !== 0 && b !== 0 && a > 0 === b > 0 && !isExact(truncated, a, b, c)
  return isCut ? truncated + 1 : truncated
}

/** Rounded toward −∞. @param c > 0 */
export function mulDivFloor(a: number, b: number, c: number): number {
  return 0 - mulDivCeil(0 - a, b, c)
}

/** Exact where `Math.trunc(a / c)` may round up to the next integer. */
function divTrunc(a: number, c: number): number {
  // Adding 0 turns −0 into 0: a journal keeps bits.
  return (a - (a % c)) / c + 0
}

function isExact(quotient: number, a: number, b: number, c: number): boolean {
  const product = a * b
  if (Number.isSafeInteger(product)) return product % c === 0
  const part = (a % c) * b
  if (Number.isSafeInteger(part)) return part % c === 0
  return BigInt(quotient) * BigInt(c) === BigInt(a) * BigInt(b)
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new InvariantError(`quotient is not a safe integer: ${value}`)
  return value
}
