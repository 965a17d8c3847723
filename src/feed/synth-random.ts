/** Draws for generated markets, from + − × ÷ and sqrt alone: the same on every machine and Node version. */
import { naturalLog } from '../core/natural-log.ts'
import { createPrng, type Prng } from '../core/prng.ts'

export class SynthRandom {
  private readonly prng: Prng

  constructor(seed: number, name: string) {
    this.prng = createPrng(seed, `synth/${name}`)
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.prng.nextUnit() < p
  }

  /** Whole number, 0 ≤ result < bound. */
  below(bound: number): number {
    return this.prng.nextInt(bound)
  }

  /** Mean 0, variance 1: the sum of four uniform numbers, so never beyond ±3.5. */
  normal(): number {
    const { prng } = this
    return (prng.nextUnit() + prng.nextUnit() + prng.nextUnit() + prng.nextUnit() - 2) * squareRootOf3
  }

  exponential(mean: number): number {
    return -mean * naturalLog(1 - this.prng.nextUnit())
  }

  /** Heavy tail: at least `least`, twice as large half as often, capped. */
  pareto(least: number, most: number): number {
    return Math.min(most, least / (1 - this.prng.nextUnit()))
  }
}

const squareRootOf3 = 1.7320508075688772

/** Close to e^−x for x ≥ 0, from division alone; 1 at 0 and falling. */
export const decay = (x: number): number => 1 / (1 + x + 0.5 * x * x)
