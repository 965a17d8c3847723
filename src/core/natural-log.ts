/**
 * Natural logarithm from + − × ÷ alone, so that it is the same on every machine (`Math.log` need not be).
 * Range reduction by powers of two, then ln m = 2 artanh((m − 1) / (m + 1)); relative error below 1e-15 on [1, 1e15].
 */
import { InvariantError } from './errors.ts'

const ln2 = 0.6931471805599453

/** @param x > 0, finite */
export function naturalLog(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) throw new InvariantError(`logarithm of ${x}`)
  let mantissa = x
  let exponent = 0
  while (mantissa > 1.4142135623730951) {
    mantissa /= 2
    exponent++
  }
  while (mantissa < 0.7071067811865476) {
    mantissa *= 2
    exponent--
  }
  const t = (mantissa - 1) / (mantissa + 1)
  const square = t * t
  let sum = 0
  // |t| ≤ 0.1716: the 12th term is below 1e-18.
  for (let k = 23; k >= 1; k -= 2) sum = sum * square + 1 / k
  return exponent * ln2 + 2 * t * sum
}
