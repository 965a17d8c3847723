/** A book that remembers how the venue wrote its numbers, because that is what a venue's checksum is taken of. */

export interface TextLevel {
  /** Ticks. */
  readonly price: number
  readonly priceText: string
  readonly qtyText: string
}

export class TextSide {
  /** 1 where a higher price is better. */
  readonly #sign: 1 | -1
  /** Best first. */
  readonly #levels: TextLevel[] = []

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  /** Best first. */
  get levels(): readonly TextLevel[] {
    return this.#levels
  }

  clear(): void {
    this.#levels.length = 0
  }

  /** A new absolute quantity; one of zero removes the level. */
  set(level: TextLevel): void {
    const at = this.#placeOf(level.price)
    const isThere = this.#levels[at]?.price === level.price
    if (Number(level.qtyText) !== 0) this.#levels.splice(at, isThere ? 1 : 0, level)
    else if (isThere) this.#levels.splice(at, 1)
  }

  /** Removes and returns what lies beyond the best `depth` levels. */
  cut(depth: number): readonly TextLevel[] {
    return this.#levels.length > depth ? this.#levels.splice(depth) : []
  }

  /** Of the first level that is not better than `price`. */
  #placeOf(price: number): number {
    let low = 0
    let high = this.#levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const isBetter = ((this.#levels[middle]?.price ?? 0) - price) * this.#sign > 0
      if (isBetter) low = middle + 1
      else high = middle
    }
    return low
  }
}

export class TextBook {
  readonly bids = new TextSide(1)
  readonly asks = new TextSide(-1)

  clear(): void {
    this.bids.clear()
    this.asks.clear()
  }
}
