/**
 * Seeded random streams. xoshiro128** (Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators"),
 * seeded by FNV-1a of `seed:name`, so that adding one stream never shifts the numbers of another.
 * Integers only: the same on every machine and Node version.
 */

export interface Prng {
  /** Uniform integer in [0, 2^32). */
  nextUint32(): number
  /** Uniform integer in [0, bound), bound ≤ 2^32; rejection sampling, so without bias. */
  nextInt(bound: number): number
  /** Uniform double in [0, 1) with 32 bits. */
  nextUnit(): number
}

function fnv1a(text: string, basis: number): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

/** @param name of the stream, for example `twap/jitter`: one name per use */
export function createPrng(seed: number, name: string): Prng {
  const key = `${seed}:${name}`
  let a = fnv1a(key, 0x811c9dc5)
  let b = fnv1a(key, 0x9e3779b9)
  let c = fnv1a(key, 0x85ebca6b)
  let d = fnv1a(key, 0xc2b2ae35) | 1
  const nextUint32 = (): number => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotl(d, 11)
    return result >>> 0
  }
  for (let i = 0; i < 8; i++) nextUint32()
  const nextInt = (bound: number): number => {
    const limit = 0x100000000 - (0x100000000 % bound)
    let value = nextUint32()
    while (value >= limit) value = nextUint32()
    return value % bound
  }
  return { nextUint32, nextInt, nextUnit: () => nextUint32() / 0x100000000 }
}
