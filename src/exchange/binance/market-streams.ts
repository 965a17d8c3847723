/** The public streams: what happens in the markets, to whoever has subscribed. */
import type { TimeUs } from '../../core/units.ts'
import { klineIntervals, klineStart, type Print } from '../kline-store.ts'
import type { BookDiff, PublicMarket, Segment } from '../public-market.ts'
import { sliceUs } from '../virtual-exchange.ts'
import { DiffMerger } from './diff-merger.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { type Outlet, Topics } from './outlet.ts'
import {
  aggTradeMessage,
  bookTickerMessage,
  diffJson,
  klineMessage,
  miniTickerMessage,
  partialJson,
  tickerMessage,
  tradeMessage,
} from './stream-json.ts'

const secondUs = 1_000_000
/** Depths of the streams that tell the best levels whole. */
const partialDepths = [5, 10, 20]

export class MarketStreams {
  private readonly context: ExchangeContext
  private readonly topics: Readonly<Record<Segment, Topics>> = { spot: new Topics(), usdm: new Topics() }
  /** By market index and stream: differences since the last message of a slow stream. */
  private readonly mergers = new Map<string, DiffMerger>()
  /** By stream of bars: start of the bar told last, and how many prints it had. */
  private readonly toldBars = new Map<string, { readonly openTime: number; readonly trades: number }>()

  constructor(context: ExchangeContext) {
    this.context = context
  }

  get size(): number {
    return this.topics.spot.size + this.topics.usdm.size
  }

  subscribe(segment: Segment, stream: string, outlet: Outlet): void {
    this.topics[segment].add(stream, outlet)
  }

  unsubscribe(segment: Segment, stream: string, outlet: Outlet): boolean {
    return this.topics[segment].remove(stream, outlet)
  }

  onPrint(market: PublicMarket, print: Print): void {
    const at = this.context.clock.ms(print.time)
    this.publish(market, 'trade', () => tradeMessage(market, print, at))
    this.publish(market, 'aggTrade', () => aggTradeMessage(market, print, at))
  }

  onTouch(market: PublicMarket, time: number): void {
    const at = this.context.clock.ms(time)
    this.publish(market, 'bookTicker', () => bookTickerMessage(market, at))
    this.topics[market.segment].publish('!bookTicker', () => bookTickerMessage(market, at))
  }

  onDiff(market: PublicMarket, diff: BookDiff, time: TimeUs): void {
    const at = this.context.clock.ms(time)
    this.publish(market, 'depth@100ms', () => diffJson(market, diff, at))
    for (const depth of partialDepths) {
      this.publish(market, `depth${depth}@100ms`, () => partialJson(market, depth, at))
    }
    for (const stream of slowDiffs(market.segment)) {
      if (!this.topics[market.segment].has(nameOf(market, stream))) continue
      this.merger(market, stream).add(diff)
    }
  }

  onSlice(time: TimeUs): void {
    if (time % secondUs === 0) this.eachSecond(time)
    for (const market of this.context.exchange.markets) {
      for (const stream of slowDiffs(market.segment)) this.tellMerged(market, stream, time)
    }
  }

  private eachSecond(time: TimeUs): void {
    const { context } = this
    const at = context.clock.ms(time)
    for (const segment of ['spot', 'usdm'] as const) this.tellAll(segment, at)
    for (const market of context.exchange.markets) {
      this.publish(market, 'miniTicker', () => miniTickerMessage(context, market, at))
      this.publish(market, 'ticker', () => tickerMessage(context, market, at))
      for (const depth of partialDepths) {
        this.publish(market, `depth${depth}`, () => partialJson(market, depth, at))
        this.publish(market, `depth${depth}@1000ms`, () => partialJson(market, depth, at))
      }
      for (const [interval, lengthUs] of klineIntervals) this.tellBar(market, { interval, lengthUs, time })
    }
  }

  private tellAll(segment: Segment, at: number): void {
    const { context } = this
    const markets = context.exchange.markets.filter((market) => market.segment === segment)
    const topics = this.topics[segment]
    topics.publish('!miniTicker@arr', () => markets.map((market) => miniTickerMessage(context, market, at)))
    topics.publish('!ticker@arr', () => markets.map((market) => tickerMessage(context, market, at)))
  }

  /** The bar that is over, once more, and the present one when it has changed. */
  private tellBar(
    market: PublicMarket,
    bar: { readonly interval: string; readonly lengthUs: number; readonly time: number },
  ): void {
    const { interval, lengthUs, time } = bar
    const stream = nameOf(market, `kline_${interval}`)
    const topics = this.topics[market.segment]
    if (!topics.has(stream)) return
    const key = `${market.segment} ${stream}`
    const told = this.toldBars.get(key)
    const tell = (at: number, isClosed: boolean): void => {
      const kline = market.klines.at(at, lengthUs)
      if (kline === undefined) return
      const isNews = told?.openTime !== kline.openTime || told.trades !== kline.trades || isClosed
      if (!isNews) return
      topics.publish(stream, () =>
        klineMessage(this.context, market, { kline, interval, lengthUs, isClosed }),
      )
      this.toldBars.set(key, { openTime: kline.openTime, trades: kline.trades })
    }
    if (told !== undefined && told.openTime < klineStart(time, lengthUs)) {
      tell(told.openTime, true)
      this.toldBars.delete(key)
    }
    tell(time, false)
  }

  private tellMerged(market: PublicMarket, stream: string, time: TimeUs): void {
    if (time % periodUs(stream, market.segment) !== 0) return
    const diff = this.mergers.get(`${market.index} ${stream}`)?.take()
    if (diff === undefined) return
    const at = this.context.clock.ms(time)
    this.publish(market, stream, () => diffJson(market, diff, at))
  }

  private merger(market: PublicMarket, stream: string): DiffMerger {
    const key = `${market.index} ${stream}`
    const known = this.mergers.get(key)
    if (known !== undefined) return known
    const made = new DiffMerger()
    this.mergers.set(key, made)
    return made
  }

  private publish(market: PublicMarket, stream: string, message: () => object): void {
    const topics = this.topics[market.segment]
    topics.publish(nameOf(market, stream), message)
  }
}

const nameOf = ({ symbol }: PublicMarket, stream: string): string => `${symbol.toLowerCase()}@${stream}`

function slowDiffs(segment: Segment): readonly string[] {
  return segment === 'spot' ? ['depth', 'depth@1000ms'] : ['depth', 'depth@500ms']
}

/** In whole slices: the quarter second of the futures streams becomes three tenths. */
function periodUs(stream: string, segment: Segment): number {
  if (stream === 'depth@500ms') return 5 * sliceUs
  return segment === 'spot' ? secondUs : 3 * sliceUs
}
