/** Order book of a generated market: quantities by tick, the touch, and which levels a message has to report. */
import { f64At, i32At } from '../core/typed-array.ts'
import { type SideCode, sideCode } from '../model/tape.ts'

/** Ticks on either side of the first price that a book can hold. */
export const reachTicks = 1 << 18

/** A touch that is thinner than this many empty levels gets a new one. */
const scanMax = 4096

class BookSide {
  /** Lots by tick − low. */
  readonly lots = new Float64Array(2 * reachTicks)
  /** Ticks changed since the last message. */
  readonly changed: number[] = []
  best: number
  private readonly changedIn = new Int32Array(2 * reachTicks)
  private message = 1
  private readonly low: number
  /** −1 for bids: worse prices are lower. */
  private readonly away: 1 | -1

  constructor(low: number, best: number, away: 1 | -1) {
    this.low = low
    this.best = best
    this.away = away
  }

  at(tick: number): number {
    return f64At(this.lots, tick - this.low)
  }

  set(tick: number, lots: number): void {
    const at = tick - this.low
    if (f64At(this.lots, at) === lots) return
    this.lots[at] = lots
    if (i32At(this.changedIn, at) !== this.message) {
      this.changedIn[at] = this.message
      this.changed.push(tick)
    }
    if (lots > 0) {
      if ((tick - this.best) * this.away < 0) this.best = tick
    } else if (tick === this.best) this.findBest()
  }

  startMessage(): void {
    this.message++
    this.changed.length = 0
  }

  private findBest(): void {
    for (let i = 1; i <= scanMax; i++) {
      const tick = this.best + i * this.away
      if (this.at(tick) > 0) {
        this.best = tick
        return
      }
    }
    // The last level went: somebody quotes at once a little further away.
    this.set(this.best + this.away, 100)
    this.best += this.away
  }
}

export class SynthBook {
  private readonly bids: BookSide
  private readonly asks: BookSide

  /** @param price of the first bid in ticks; the first ask lies one above */
  constructor(price: number) {
    this.bids = new BookSide(price - reachTicks, price, -1)
    this.asks = new BookSide(price - reachTicks, price + 1, 1)
  }

  get bestBid(): number {
    return this.bids.best
  }

  get bestAsk(): number {
    return this.asks.best
  }

  best(side: SideCode): number {
    return this.side(side).best
  }

  qtyAt(side: SideCode, tick: number): number {
    return this.side(side).at(tick)
  }

  /** Nothing happens when the level would cross the other side. */
  set(side: SideCode, tick: number, lots: number): void {
    const crosses = side === sideCode.buy ? tick >= this.asks.best : tick <= this.bids.best
    if (lots === 0 || !crosses) this.side(side).set(tick, lots)
  }

  /** Ticks changed since `startMessage`, each once. */
  changed(side: SideCode): readonly number[] {
    return this.side(side).changed
  }

  startMessage(): void {
    this.bids.startMessage()
    this.asks.startMessage()
  }

  private side(side: SideCode): BookSide {
    return side === sideCode.buy ? this.bids : this.asks
  }
}
