/**
 * A generated market in one instrument: a fair price with clustered volatility, self-exciting activity, a book that
 * follows it, and trades that take from displayed levels. Prices in ticks, quantities in lots.
 *
 * - The variance of the fair price reverts to its mean and grows with recent moves (GARCH-like), and news multiplies it.
 * - Activity (`heat`) rises with trades and news and fades within seconds; it makes messages, trades and moves of the
 *   fair price more frequent.
 * - Between two depth messages trades arrive; what they take is missing from the levels in the next depth message.
 * - Makers are patient: the touch stays, one tick wide and thick, until trades have eaten it or the fair price has left
 *   it by some ticks; then it jumps there. The rest of a message is adding and canceling, mostly far from the touch.
 *
 * The figures are set so that what the market shows is close to recordings of BTCUSDT on Binance (two perpetual, one
 * spot; 2023 and 2024): share of spreads of one tick, of depth messages that move the touch, of spans of 100 ms and 1 s
 * without a move, distance of updates from the touch, sizes at the touch and of trades, bursts.
 */
import { rowKind, type SideCode, sideCode } from '../model/tape.ts'
import { reachTicks, SynthBook } from './synth-book.ts'
import { SynthFeed } from './synth-feed.ts'
import { decay, SynthRandom } from './synth-random.ts'
import type { TapeSink } from './tape-sink.ts'

export interface SynthMarketOptions {
  readonly seed: number
  /** Microseconds since 1970 of the first message, a whole millisecond. */
  readonly startTime: number
  /** First price in ticks. */
  readonly price: number
  /** Rows per second on average, without quotes. */
  readonly rowsPerSecond: number
  /** Also emit the best bid and ask as a stream of its own. */
  readonly quotes: boolean
  /** Levels of each side in the first snapshot. */
  readonly snapshotLevels: number
}

const { buy, sell } = sideCode
/** Exchange times are whole milliseconds, as most venues give them. */
const ms = 1_000
/** At rest and at `referenceRate` rows per second: depth messages and trades per second. */
const depthPerSecond = 16
const tradesPerSecond = 5
const referenceRate = 1_300
/** Variance of the fair price in ticks² per second at rest: 17 ticks in a second are 0.003 % at 60,000.0. */
const varianceMean = 300
const varianceMax = 40 * varianceMean
/** Part of the variance that is there without activity; the rest grows with the square of the heat. */
const restShare = 0.3
const heatMax = 20
const heatFadeUs = 1_000_000
/** Trades that follow from one trade, at rest and on average: below 1, or activity would explode. */
const branching = 0.8
const newsEveryUs = 45_000_000
const updatesMean = 38
const updatesMax = 160
const paceSeconds = 30
/** Makers leave their quotes where they are while the fair price is no further than this from the mid. */
const patienceTicks = 40
/** Levels that makers cancel in one message when the fair price has passed them. */
const passedMax = 400

export class SynthMarket {
  private readonly options: SynthMarketOptions
  private readonly random: SynthRandom
  private readonly book: SynthBook
  private readonly feed: SynthFeed
  /** Time of the market; what is stamped is cut to milliseconds. */
  private time: number
  private stamped: number
  private nextNews: number
  private fair: number
  private variance = varianceMean
  private heat = 0
  private quoted = ''
  private readonly scale: number
  private readonly heatPerTrade: number

  constructor(options: SynthMarketOptions, sink: TapeSink) {
    this.options = options
    this.random = new SynthRandom(options.seed, 'market')
    this.book = new SynthBook(options.price)
    this.feed = new SynthFeed(new SynthRandom(options.seed, 'feed'), options.startTime, sink)
    this.time = options.startTime
    this.stamped = options.startTime
    this.nextNews = options.startTime + this.random.exponential(newsEveryUs)
    this.fair = options.price + 0.5
    this.scale = options.rowsPerSecond / referenceRate
    this.heatPerTrade = branching / (tradesPerSecond * this.scale * (heatFadeUs / 1e6))
    this.snapshot()
  }

  /** Exchange time of the newest message. */
  get now(): number {
    return this.stamped
  }

  get rows(): number {
    return this.feed.rows
  }

  /** Trades and one depth message. */
  step(): void {
    const perSecond = this.scale * this.pace() * (1 + this.heat)
    const spanUs = ms + this.random.exponential(1e6 / (depthPerSecond * perSecond))
    const end = this.time + spanUs
    this.book.startMessage()
    this.moveFair(spanUs)
    const tradeUs = 1e6 / (tradesPerSecond * perSecond)
    for (
      let at = this.time + this.random.exponential(tradeUs);
      at < end;
      at += this.random.exponential(tradeUs)
    ) {
      this.trade(at)
    }
    this.time = end
    this.follow()
    this.churn()
    this.emitDepth()
  }

  finish(): void {
    this.feed.finish()
  }

  /** Below 1 when there have been more rows than asked for: half of it when they are 15 seconds ahead. */
  private pace(): number {
    const { rowsPerSecond, startTime, snapshotLevels } = this.options
    const slack = rowsPerSecond * paceSeconds
    const asked = (rowsPerSecond * (this.time - startTime)) / 1e6
    const sent = this.feed.rows - 2 * snapshotLevels
    return Math.min(2, Math.max(0.2, 1 + (asked - sent) / slack))
  }

  private moveFair(spanUs: number): void {
    const seconds = spanUs / 1e6
    const move = this.random.normal() * Math.sqrt(this.variance * this.hurry() * seconds)
    this.fair = this.withinReach(this.fair + move)
    const surprise = (move * move) / (seconds * this.hurry()) - this.variance
    const pull = Math.min(1, seconds / 60)
    this.variance += pull * (varianceMean - this.variance) + 0.03 * surprise
    this.heat *= decay(spanUs / heatFadeUs)
    while (this.time >= this.nextNews) {
      this.variance *= 2 + this.random.pareto(0.5, 6)
      this.heat += this.random.pareto(1, 5)
      this.nextNews += this.random.exponential(newsEveryUs)
    }
    this.variance = Math.min(varianceMax, Math.max(varianceMean / 10, this.variance))
    this.heat = Math.min(heatMax, this.heat)
  }

  /** Makes the fair price move in bursts, together with trades and messages. */
  private hurry(): number {
    return restShare + this.heat * this.heat
  }

  /** Turns the price back a good way before the book's arrays end. */
  private withinReach(fair: number): number {
    const edge = reachTicks / 2
    const away = fair - this.options.price
    if (Math.abs(away) <= edge) return fair
    return this.options.price + Math.sign(away) * (2 * edge - Math.abs(away))
  }

  /** A taker on the side that the fair price favors; takes displayed levels, one print for each maker it meets. */
  private trade(at: number): void {
    const { book, random } = this
    const mid = (book.bestBid + book.bestAsk) / 2
    const lean = Math.min(0.45, Math.max(-0.45, (this.fair - mid) / (2 * patienceTicks)))
    const side: SideCode = random.chance(0.5 + lean) ? buy : sell
    const maker: SideCode = side === buy ? sell : buy
    let left = Math.floor(random.pareto(random.chance(0.2) ? 80 : 5, 6_000))
    const time = this.stamp(at)
    const receiveTime = this.feed.receiveTime('trade', time)
    for (let level = 0; level < 12 && left > 0; level++) {
      const price = book.best(maker)
      const displayed = book.qtyAt(maker, price)
      const lots = Math.min(left, displayed)
      for (let rest = lots, print = 0; rest > 0; rest -= print) {
        print = Math.min(rest, Math.floor(random.pareto(6, 2_000)))
        this.feed.row(rowKind.trade, side, time, receiveTime, price, print, true)
      }
      book.set(maker, price, displayed - lots)
      left -= lots
    }
    this.heat += this.heatPerTrade
    this.fair = this.withinReach(this.fair + (side === buy ? 0.3 : -0.3))
    this.emitQuote(time)
  }

  private follow(): void {
    const { book, random } = this
    const { bestBid, bestAsk } = book
    if (Math.abs(this.fair - (bestBid + bestAsk) / 2) > patienceTicks) this.jump()
    else if (bestAsk - bestBid > 1 && random.chance(0.97)) {
      // What was eaten comes back on the side that the fair price favors.
      if (this.fair > (bestBid + bestAsk) / 2) this.quoteUpTo(buy, bestAsk - 1, -1)
      else this.quoteUpTo(sell, bestBid + 1, 1)
    } else this.resize()
  }

  /** Makers cancel what the fair price has passed and quote on either side of it. */
  private jump(): void {
    const { book, random } = this
    const half = 0.5 + (random.chance(0.1) ? random.exponential(2 * this.heat) : 0)
    const bid = Math.floor(this.fair - half)
    const ask = Math.max(bid + 1, Math.ceil(this.fair + half))
    for (let i = 0; i < passedMax && book.bestAsk <= bid; i++) book.set(sell, book.bestAsk, 0)
    for (let i = 0; i < passedMax && book.bestBid >= ask; i++) book.set(buy, book.bestBid, 0)
    this.quoteUpTo(buy, Math.min(bid, book.bestAsk - 1), -1)
    this.quoteUpTo(sell, Math.max(ask, book.bestBid + 1), 1)
  }

  /** The queues at the touch grow and shrink all the time, and stay thick. */
  private resize(): void {
    const { book, random } = this
    for (const side of [buy, sell] as const) {
      if (!random.chance(0.75)) continue
      const tick = book.best(side)
      const lots = book.qtyAt(side, tick)
      book.set(
        side,
        tick,
        Math.max(1, lots + Math.round((this.drawTouchLots() - lots) * random.below(1_000) * 0.0005)),
      )
    }
  }

  /** A new best level, and some of the levels between it and the old one. */
  private quoteUpTo(side: SideCode, price: number, away: 1 | -1): void {
    const old = this.book.best(side)
    if ((price - old) * away >= 0) return
    this.book.set(side, price, this.drawTouchLots())
    for (let tick = price + away, i = 0; tick !== old && i < 24; tick += away, i++) {
      if (this.random.chance(0.35)) this.book.set(side, tick, this.drawLots())
    }
  }

  /** Adds and cancels, most of them far from the touch. */
  private churn(): void {
    const { book, random } = this
    const updates = Math.min(updatesMax, Math.floor(random.exponential(updatesMean)))
    for (let i = 0; i < updates; i++) {
      const side: SideCode = random.chance(0.5) ? buy : sell
      const distance = Math.floor(random.pareto(1 + random.below(320), 9_000))
      const tick = book.best(side) + (side === buy ? -distance : distance)
      const lots = book.qtyAt(side, tick)
      if (lots === 0) {
        if (random.chance(0.7)) book.set(side, tick, this.drawLots())
      } else if (random.chance(0.4)) book.set(side, tick, 0)
      else if (random.chance(0.5)) book.set(side, tick, Math.max(1, lots - random.below(lots)))
      else book.set(side, tick, lots + this.drawLots())
    }
  }

  private drawTouchLots(): number {
    return 200 + Math.floor(this.random.exponential(3_400))
  }

  private drawLots(): number {
    return Math.floor(this.random.pareto(this.random.chance(0.4) ? 1 : 40, 20_000))
  }

  private emitDepth(): void {
    const { book, feed } = this
    const bids = book.changed(buy)
    const asks = book.changed(sell)
    const rows = bids.length + asks.length
    if (rows === 0) return
    const time = this.stamp(this.time)
    const receiveTime = feed.receiveTime('depth', time)
    let row = 0
    for (const [side, ticks] of [
      [buy, bids],
      [sell, asks],
    ] as const) {
      for (const tick of ticks) {
        feed.row(rowKind.depth, side, time, receiveTime, tick, book.qtyAt(side, tick), ++row === rows)
      }
    }
    this.emitQuote(time)
  }

  private emitQuote(time: number): void {
    if (!this.options.quotes) return
    const { book, feed } = this
    const { bestBid, bestAsk } = book
    const bidLots = book.qtyAt(buy, bestBid)
    const askLots = book.qtyAt(sell, bestAsk)
    const quote = `${bestBid} ${bidLots} ${bestAsk} ${askLots}`
    if (quote === this.quoted) return
    this.quoted = quote
    const receiveTime = feed.receiveTime('quote', time)
    feed.row(rowKind.quote, buy, time, receiveTime, bestBid, bidLots, false)
    feed.row(rowKind.quote, sell, time, receiveTime, bestAsk, askLots, true)
  }

  /** Fills the book, and sends it as the snapshot with which a recording starts. */
  private snapshot(): void {
    const { book, feed, random } = this
    const { price, snapshotLevels, startTime } = this.options
    for (const side of [buy, sell] as const) {
      const first = side === buy ? price : price + 1
      book.set(side, first, this.drawLots())
      for (let i = 1, tick = first; i < snapshotLevels; i++) {
        tick += (side === buy ? -1 : 1) * (1 + random.below(i < 50 ? 2 : 6))
        book.set(side, tick, this.drawLots())
      }
    }
    const receiveTime = feed.receiveTime('depth', startTime)
    feed.row(rowKind.clear, buy, startTime, receiveTime, 0, 0, false)
    for (const tick of book.changed(buy)) {
      feed.row(rowKind.snapshot, buy, startTime, receiveTime, tick, book.qtyAt(buy, tick), false)
    }
    const asks = book.changed(sell)
    asks.forEach((tick, i) => {
      const isLast = i === asks.length - 1
      feed.row(rowKind.snapshot, sell, startTime, receiveTime, tick, book.qtyAt(sell, tick), isLast)
    })
  }

  /** Whole milliseconds, one later than the message before: no two streams share an instant. */
  private stamp(time: number): number {
    this.stamped = Math.max(this.stamped + ms, Math.floor(time / ms) * ms)
    return this.stamped
  }
}
