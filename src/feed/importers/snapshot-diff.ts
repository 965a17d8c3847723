/**
 * A stream of top-N snapshots → changes between them, so that what did not change keeps its place in the queue.
 *
 * A snapshot says nothing about levels beyond its last one: they keep the quantity seen last and are corrected as soon
 * as a snapshot reaches them again. So the top N are always right and the book is never crossed.
 */
import type { FlatLevels } from './book-rows.ts'

export class SnapshotDiff {
  readonly #depth: number
  readonly #bids = new KnownSide(1)
  readonly #asks = new KnownSide(-1)

  /** @param depth N: a side with fewer levels is shown whole */
  constructor(depth: number) {
    this.#depth = depth
  }

  /** Levels best first. Removals come before new quantities. */
  apply(bids: FlatLevels, asks: FlatLevels): { readonly bids: FlatLevels; readonly asks: FlatLevels } {
    return {
      bids: this.#bids.replace(bids, bids.length < 2 * this.#depth),
      asks: this.#asks.replace(asks, asks.length < 2 * this.#depth),
    }
  }
}

class KnownSide {
  /** 1 where a higher price is better. */
  readonly #sign: 1 | -1
  /** Flat levels, best last, so that the near ones are cheap to replace. */
  readonly #levels: number[] = []

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  replace(levels: FlatLevels, isWhole: boolean): FlatLevels {
    const old = this.#takeUpTo(isWhole ? undefined : levels.at(-2))
    const changed: number[] = []
    for (let i = 0; i + 1 < levels.length; i += 2) {
      const price = levels[i] ?? 0
      const qty = levels[i + 1] ?? 0
      if (old.get(price) !== qty) changed.push(price, qty)
      old.delete(price)
    }
    for (let i = levels.length - 2; i >= 0; i -= 2) this.#levels.push(levels[i] ?? 0, levels[i + 1] ?? 0)
    const removed = [...old.keys()].flatMap((price) => [price, 0])
    return [...removed, ...changed]
  }

  /** Removes and returns what is known at `worst` or better: everything without a `worst`. */
  #takeUpTo(worst: number | undefined): Map<number, number> {
    const taken = new Map<number, number>()
    for (;;) {
      const price = this.#levels.at(-2)
      const isBeyond = worst !== undefined && price !== undefined && (price - worst) * this.#sign < 0
      if (price === undefined || isBeyond) return taken
      taken.set(price, this.#levels.pop() ?? 0)
      this.#levels.pop()
    }
  }
}
