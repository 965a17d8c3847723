/**
 * What the impact model needs to know of a market, from watching it for a while before the start: nothing that comes
 * later is in it.
 *
 * Volatility: root of the mean squared change of the mid from second to second. Impact: the rule of thumb of Almgren and
 * Chriss 2000, section 4: trading at 1 % of the market's volume costs one spread while it lasts, and trading a tenth of
 * a day's volume moves the price by one spread for good.
 */
import { type StrategyContext, timeUs } from '../../src/index.ts'

export interface MarketEstimate {
  /** Ticks per √second. */
  readonly volatility: number
  /** Ticks per lot a second. */
  readonly temporaryImpact: number
  /** Ticks per lot. */
  readonly permanentImpact: number
}

const second = 1_000_000
const secondsPerDay = 86_400

/**
 * Watches for at least `length` microseconds, and on until there was a mid price and a trade: without those there is
 * nothing to estimate from.
 */
export function estimateMarket(
  context: StrategyContext,
  length: number,
  done: (estimate: MarketEstimate) => void,
): void {
  const watch = new MarketWatch(context)
  const startedAt = context.now()
  const look = (): void => {
    const elapsed = context.now() - startedAt
    watch.look()
    const estimate = elapsed < length ? undefined : watch.estimate(elapsed / second)
    if (estimate === undefined) context.setTimer(timeUs(context.now() + second), look)
    else done(estimate)
  }
  context.setTimer(timeUs(startedAt + second), look)
}

/** Looked at once a second. */
class MarketWatch {
  private readonly context: StrategyContext
  private readonly tradedBefore: number
  /** Times two, in ticks. */
  private lastMid: number | undefined
  /** Σ squared changes of the mid in ticks², and how many. */
  private squares = 0
  private changes = 0
  /** Σ spreads in ticks, and how many. */
  private spreads = 0
  private quotes = 0

  constructor(context: StrategyContext) {
    this.context = context
    this.tradedBefore = context.market().tradedQty()
    this.lastMid = context.market().midTimes2()
  }

  look(): void {
    const market = this.context.market()
    const mid = market.midTimes2()
    if (mid !== undefined && this.lastMid !== undefined) {
      const change = (mid - this.lastMid) / 2
      this.squares += change * change
      this.changes++
    }
    this.lastMid = mid ?? this.lastMid
    const bid = market.bestBid()
    const ask = market.bestAsk()
    if (bid === undefined || ask === undefined) return
    this.spreads += ask - bid
    this.quotes++
  }

  /** Undefined while nothing was traded or no price was seen twice. */
  estimate(elapsedSeconds: number): MarketEstimate | undefined {
    const { changes, quotes } = this
    const volumeRate = (this.context.market().tradedQty() - this.tradedBefore) / elapsedSeconds
    if (changes === 0 || volumeRate <= 0) return undefined
    // A tape without quotes tells no spread: one tick, the least there is.
    const spread = quotes === 0 ? 1 : this.spreads / quotes
    return {
      volatility: Math.sqrt(this.squares / changes),
      temporaryImpact: spread / (0.01 * volumeRate),
      permanentImpact: spread / (0.1 * volumeRate * secondsPerDay),
    }
  }
}
