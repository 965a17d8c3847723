import { describe, expect, it } from 'vitest'
import { IdTable } from '../../src/core/id-table.ts'
import { createPrng } from '../../src/core/prng.ts'

describe('table of ids', () => {
  it.each([1, 2, 3])('keeps and gives what a map does, seed %i', (seed) => {
    const random = createPrng(seed, 'id-table-test')
    const table = new IdTable<string>()
    const map = new Map<number, string>()
    let lastId = 0
    for (let step = 0; step < 20_000; step++) {
      if (random.nextInt(2) === 0) {
        // Now and then a leap, so that ids meet in one place.
        lastId += random.nextInt(20) === 0 ? 1 + 16 * random.nextInt(5) : 1
        table.add(lastId, `value ${lastId}`)
        map.set(lastId, `value ${lastId}`)
      }
      const id = Math.max(1, lastId - random.nextInt(60))
      expect(table.has(id), `id ${id} in step ${step}, seed ${seed}`).toBe(map.has(id))
      if (random.nextInt(2) === 0) {
        expect(table.take(id)).toBe(map.get(id))
        map.delete(id)
      }
      expect(table.size).toBe(map.size)
    }
    for (const [id, value] of map) expect(table.take(id)).toBe(value)
    expect(table.size).toBe(0)
  })

  it('takes one that stays while a million others come and go', () => {
    const table = new IdTable<number>()
    table.add(1, 1)
    for (let id = 2; id < 1_000_000; id++) {
      table.add(id, id)
      if (table.take(id) !== id) throw new Error(`${id} is gone`)
    }
    expect([table.size, table.take(1), table.take(1), table.size]).toEqual([1, 1, undefined, 0])
  })

  it('finds ids beyond 32 bits', () => {
    const table = new IdTable<string>()
    table.add(2 ** 31 + 5, 'a')
    table.add(2 ** 40 + 5, 'b')
    expect([table.take(2 ** 31 + 5), table.take(2 ** 40 + 5)]).toEqual(['a', 'b'])
  })

  it('refuses an id twice, and 0', () => {
    const table = new IdTable<string>()
    table.add(3, 'a')
    expect(() => table.add(3, 'b')).toThrow('an id of its own')
    expect(() => table.add(0, 'b')).toThrow('an id of its own')
  })
})
