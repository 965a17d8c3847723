/**
 * Values by id, for ids that count upwards and do not stay long: open addressing, so that one that comes and goes
 * allocates nothing. Ids that are near each other lie side by side and do not meet.
 */
import { assert } from './errors.ts'
import { f64At } from './typed-array.ts'

const sizeAtFirst = 16

export class IdTable<T> {
  /** 0 where a place is free. A power of two long, at most half full. */
  private ids = new Float64Array(sizeAtFirst)
  private values: (T | undefined)[] = new Array<T | undefined>(sizeAtFirst).fill(undefined)
  private count = 0

  get size(): number {
    return this.count
  }

  has(id: number): boolean {
    return f64At(this.ids, this.placeOf(id)) === id
  }

  /** @param id a whole number ≥ 1 that has no value */
  add(id: number, value: T): void {
    if (2 * this.count >= this.ids.length) this.grow()
    const place = this.placeOf(id)
    assert(f64At(this.ids, place) === 0 && id > 0, 'an id of its own')
    this.ids[place] = id
    this.values[place] = value
    this.count++
  }

  /** Removes it. @returns undefined when there was none */
  take(id: number): T | undefined {
    const place = this.placeOf(id)
    const value = this.values[place]
    if (value !== undefined) this.free(place)
    return value
  }

  /** Where the id stands, or the free place where it would. */
  private placeOf(id: number): number {
    const { ids } = this
    const mask = ids.length - 1
    let place = id & mask
    while (f64At(ids, place) !== id && f64At(ids, place) !== 0) place = (place + 1) & mask
    return place
  }

  /** Those behind it move up, as far as they would have stood there: nobody is looked for beyond a free place. */
  private free(place: number): void {
    const { ids, values } = this
    const mask = ids.length - 1
    let hole = place
    for (let next = (hole + 1) & mask; f64At(ids, next) !== 0; next = (next + 1) & mask) {
      const id = f64At(ids, next)
      const isBehindHole = ((next - (id & mask)) & mask) >= ((next - hole) & mask)
      if (!isBehindHole) continue
      ids[hole] = id
      values[hole] = values[next]
      hole = next
    }
    ids[hole] = 0
    values[hole] = undefined
    this.count--
  }

  private grow(): void {
    const { ids, values } = this
    this.ids = new Float64Array(2 * ids.length)
    this.values = new Array<T | undefined>(2 * ids.length).fill(undefined)
    this.count = 0
    for (let place = 0; place < ids.length; place++) {
      const value = values[place]
      if (value !== undefined) this.add(f64At(ids, place), value)
    }
  }
}
