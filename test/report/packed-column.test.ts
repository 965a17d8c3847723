import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { type PackedColumn, packColumn, packDecimals, packTexts } from '../../src/report/packed-column.ts'

/** The client's own decoder, as it runs in the page. */
const client = createContext({})
runInContext(readFileSync(new URL('../../src/report/client/decode.js', import.meta.url), 'utf8'), client)

function unpack(column: PackedColumn): (number | null)[] {
  const json = JSON.stringify(column)
  return JSON.parse(runInContext(`JSON.stringify(unpackColumn(${json}))`, client))
}

describe('a packed column', () => {
  it.each([
    ['nothing', []],
    ['one value', [5]],
    ['times, as differences', [1_723_075_200_000_000, 1_723_075_200_100_000, 1_723_075_200_200_000]],
    ['one value everywhere', [7, 7, 7, 7, 7, 7]],
    ['one value nearly everywhere, as exceptions', [0, 0, 0, 9, 0, 0, 0, 0, undefined, 0, 0, 0]],
    ['nothing nearly everywhere', [undefined, undefined, undefined, undefined, 3]],
    ['gaps between differences', [1_000_000, undefined, 1_000_001, undefined, 1_000_003]],
    ['negative values', [-3, 4, -5]],
  ])('comes out as it went in: %s', (_name, values) => {
    expect(unpack(packColumn(values))).toEqual(values.map((value) => value ?? null))
  })

  it.each([1, 2, 3, 4])('of anything comes out as it went in (seed %i)', (seed) => {
    const prng = createPrng(seed, 'packed-column')
    const values = Array.from({ length: 500 }, () =>
      prng.nextInt(4) === 0 ? undefined : prng.nextInt(2 + 10 ** prng.nextInt(9)) - 5,
    )
    expect(unpack(packColumn(values)), `seed ${seed}`).toEqual(values.map((value) => value ?? null))
  })

  it('gives prices back as the nearest double, not as ticks × 0.1', () => {
    // 3 × 0.1 is 0.30000000000000004
    expect(unpack(packDecimals([0.3, 57_120.1, Number.NaN], 0.1))).toEqual([0.3, 57_120.1, null])
    expect(unpack(packDecimals([10, 35], 5))).toEqual([10, 35])
  })

  it('of even times takes some eight bytes a row less than the times themselves', () => {
    const times = Array.from({ length: 1_000 }, (_, index) => 1_723_075_200_000_000 + index * 100_000)
    expect(JSON.stringify(packColumn(times)).length).toBeLessThan(8 * 1_000)
  })
})

describe('packed texts', () => {
  it('are a dictionary and an index', () => {
    const { words, index } = packTexts(['buy', 'sell', 'buy', ''])
    expect(words).toEqual(['buy', 'sell', ''])
    expect(unpack(index)).toEqual([0, 1, 0, 2])
  })
})
