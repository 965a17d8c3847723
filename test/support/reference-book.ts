/** An order book as plain as can be, to compare the fast one with. */
export class ReferenceBook {
  readonly sides = { buy: new Map<number, number>(), sell: new Map<number, number>() }

  set(side: 'buy' | 'sell', tick: number, lots: number): void {
    if (lots === 0) this.sides[side].delete(tick)
    else this.sides[side].set(tick, lots)
  }

  clear(): void {
    this.sides.buy.clear()
    this.sides.sell.clear()
  }

  /** [tick, lots], best first. */
  levels(side: 'buy' | 'sell'): [number, number][] {
    const sign = side === 'buy' ? -1 : 1
    return [...this.sides[side]].sort((a, b) => sign * (a[0] - b[0]))
  }
}
