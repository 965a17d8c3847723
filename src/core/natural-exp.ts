/**
 * e to the power of x from + − × ÷ alone, so that it is the same on every machine (`Math.exp` need not be).
 * Range reduction by whole multiples of ln 2, then the Taylor series; relative error below 1e-14 on [−40, 40].
 */
import { InvariantError } from './errors.ts'

const ln2 = 0.6931471805599453

/** @param x within ±700 */
export function naturalExp(x: number): number {
  if (!(x >= -700 && x <= 700)) throw new InvariantError(`exponential of ${x}`)
  const powers = Math.round(x / ln2)
  const rest = x - powers * ln2
  let sum = 1
  // |rest| ≤ 0.3466: the 14th term is below 1e-17.
  for (let k = 14; k >= 1; k--) sum = 1 + (sum * rest) / k
  for (let i = 0; i < powers; i++) sum *= 2
  for (let i = 0; i > powers; i--) sum /= 2
  return sum
}
