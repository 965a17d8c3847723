/** A plain book, kept beside the import only to compare its touch with the venue's own best bid and offer. */

export interface Touch {
  /** Ticks and lots. */
  readonly price: number
  readonly qty: number
}

export class ReferenceBook {
  /** ticks → lots, > 0 */
  readonly #bids = new Map<number, number>()
  readonly #asks = new Map<number, number>()

  clear(): void {
    this.#bids.clear()
    this.#asks.clear()
  }

  /** New absolute quantity; 0 removes the level. */
  setBid(price: number, qty: number): void {
    set(this.#bids, price, qty)
  }

  setAsk(price: number, qty: number): void {
    set(this.#asks, price, qty)
  }

  /** Scans the side: asked for once in a hundred messages, so that keeping a sorted book would cost more. */
  bestBid(): Touch | undefined {
    let best: Touch | undefined
    for (const [price, qty] of this.#bids) if (best === undefined || price > best.price) best = { price, qty }
    return best
  }

  bestAsk(): Touch | undefined {
    let best: Touch | undefined
    for (const [price, qty] of this.#asks) if (best === undefined || price < best.price) best = { price, qty }
    return best
  }
}

function set(side: Map<number, number>, price: number, qty: number): void {
  if (qty === 0) side.delete(price)
  else side.set(price, qty)
}
