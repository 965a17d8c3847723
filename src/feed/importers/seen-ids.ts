/**
 * Which whole numbers came already, of ids that mostly rise: the highest, and the ranges below it that were passed over.
 * Memory is bounded: of ids from long ago nothing is said.
 */

/** From and to are passed over, both included. */
interface Passed {
  readonly from: number
  readonly to: number
}

const keptRanges = 4_096

export class SeenIds {
  /** Nothing is known below this one. */
  #first: number | undefined
  #highest = 0
  /** Ascending, disjoint. */
  #passed: Passed[] = []

  /** @param id a safe integer @returns whether it came before */
  has(id: number): boolean {
    if (this.#first === undefined || id < this.#first || id > this.#highest) return false
    const range = this.#passed[this.#rangeUpTo(id)]
    return range === undefined || id > range.to
  }

  add(id: number): void {
    if (this.#first === undefined || id < this.#first) this.#restart(id)
    else if (id > this.#highest) this.#rise(id)
    else this.#fill(id)
  }

  clear(): void {
    this.#first = undefined
    this.#passed = []
  }

  /** Lower than all: the venue may number anew. */
  #restart(id: number): void {
    this.#first = id
    this.#highest = id
    this.#passed = []
  }

  #rise(id: number): void {
    if (id > this.#highest + 1) this.#passed.push({ from: this.#highest + 1, to: id - 1 })
    this.#highest = id
    if (this.#passed.length <= 2 * keptRanges) return
    const dropped = this.#passed.splice(0, keptRanges)
    this.#first = (dropped.at(-1)?.to ?? 0) + 1
  }

  #fill(id: number): void {
    const at = this.#rangeUpTo(id)
    const range = this.#passed[at]
    if (range === undefined || id > range.to) return
    const rest = [
      { from: range.from, to: id - 1 },
      { from: id + 1, to: range.to },
    ]
    this.#passed.splice(at, 1, ...rest.filter(({ from, to }) => from <= to))
  }

  /** Index of the last range that starts at or below `id`; −1 when there is none. */
  #rangeUpTo(id: number): number {
    let low = 0
    let high = this.#passed.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#passed[middle]?.from ?? 0) <= id) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
