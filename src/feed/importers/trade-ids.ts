/** Watches the ids of trades: what is repeated, and what is missing where a venue numbers its trades one by one. */
import type { NoteCounts } from './note-counts.ts'
import { SeenIds } from './seen-ids.ts'

export class TradeIds {
  readonly #notes: NoteCounts
  readonly #seen = new SeenIds()
  #last: string | undefined
  #steps = 0
  /** Steps by more than one, and how many ids they passed over. */
  #jumps = 0
  #missing = 0
  #backwards = 0

  constructor(notes: NoteCounts) {
    this.#notes = notes
  }

  /** @returns whether this is a trade that came before, once more: it must not count twice */
  isRepeated(id: string): boolean {
    if (id === '') return false
    const last = this.#last
    const number = Number(id)
    const isNumber = Number.isSafeInteger(number)
    if (id === last || (isNumber && this.#seen.has(number))) {
      this.#notes.add('trades were repeated under the same id and left out')
      return true
    }
    this.#last = id
    if (isNumber) this.#seen.add(number)
    if (last !== undefined) this.#addStep(number - Number(last))
    return false
  }

  /** After the last trade of a file; the next one may number its trades anew. */
  finish(): void {
    this.#notes.add('trades have a lower id than the one before them', this.#backwards)
    // Where ids are shared among instruments, or trades put together, most steps are jumps and say nothing.
    if (this.#jumps * 2 <= this.#steps) this.#notes.add('trade ids are missing', this.#missing)
    this.#last = undefined
    this.#seen.clear()
    this.#steps = 0
    this.#jumps = 0
    this.#missing = 0
    this.#backwards = 0
  }

  /** Ids that are no numbers give NaN, which is no step. */
  #addStep(step: number): void {
    if (!Number.isSafeInteger(step)) return
    this.#steps++
    if (step > 1) {
      this.#jumps++
      this.#missing += step - 1
    } else if (step < 0) {
      this.#backwards++
    }
  }
}
