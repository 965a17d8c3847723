/** Tickers of one market, for queries and streams. */
import type { Kline } from '../kline-store.ts'
import type { PublicMarket } from '../public-market.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { costText } from './spot-json.ts'

const dayUs = 86_400_000_000
const minuteUs = 60_000_000

export interface DayTicker {
  /** Ticks. */
  readonly open: number
  readonly high: number
  readonly low: number
  readonly last: number
  /** Lots, and tick·lots. */
  readonly volume: number
  readonly cost: number
  readonly trades: number
  readonly firstId: number
  readonly lastId: number
}

/** The last 24 hours, or as much of them as the tape has told, in whole minutes. */
export function dayTicker({ exchange }: ExchangeContext, market: PublicMarket): DayTicker {
  const minutes = market.klines.between({
    from: exchange.now - dayUs,
    to: exchange.now + 1,
    lengthUs: minuteUs,
    limit: dayUs / minuteUs,
  })
  const [first] = minutes
  const last = market.lastPrice ?? market.touch.bid
  if (first === undefined) {
    return { open: last, high: last, low: last, last, volume: 0, cost: 0, trades: 0, firstId: -1, lastId: -1 }
  }
  const sum = (of: (minute: Kline) => number): number =>
    minutes.reduce((total, minute) => total + of(minute), 0)
  return {
    open: first.open,
    high: minutes.reduce((most, { high }) => Math.max(most, high), first.high),
    low: minutes.reduce((least, { low }) => Math.min(least, low), first.low),
    last,
    volume: sum(({ volume }) => volume),
    cost: sum(({ cost }) => cost),
    trades: sum(({ trades }) => trades),
    firstId: first.firstId,
    lastId: minutes.at(-1)?.lastId ?? first.lastId,
  }
}

export function tickerJson(context: ExchangeContext, market: PublicMarket): object {
  const day = dayTicker(context, market)
  const now = context.clock.nowMs()
  const touch = market.segment === 'spot' ? touchTexts(market) : {}
  return {
    symbol: market.symbol,
    ...changeTexts(market, day),
    prevClosePrice: market.priceText(day.open),
    lastPrice: market.priceText(day.last),
    lastQty: market.qtyText(market.prints.at(-1)?.lots ?? 0),
    ...touch,
    openPrice: market.priceText(day.open),
    highPrice: market.priceText(day.high),
    lowPrice: market.priceText(day.low),
    volume: market.qtyText(day.volume),
    quoteVolume: costText(market, BigInt(day.cost)),
    openTime: now - dayUs / 1000,
    closeTime: now,
    firstId: day.firstId,
    lastId: day.lastId,
    count: day.trades,
  }
}

export function bookTickerJson({ clock }: ExchangeContext, market: PublicMarket): object {
  const times = market.segment === 'spot' ? {} : { time: clock.nowMs(), lastUpdateId: market.updateId }
  return { symbol: market.symbol, ...touchTexts(market), ...times }
}

function touchTexts({ touch, priceText, qtyText }: PublicMarket) {
  return {
    bidPrice: priceText(touch.bid),
    bidQty: qtyText(touch.bidQty),
    askPrice: priceText(touch.ask),
    askQty: qtyText(touch.askQty),
  }
}

/** Change of the price over the day, and the mean price of what was traded. */
export function changeTexts(market: PublicMarket, { open, last, volume, cost }: DayTicker) {
  const { tickSize } = market.instrument
  const change = last - open
  return {
    priceChange: `${change < 0 ? '-' : ''}${market.priceText(Math.abs(change))}`,
    priceChangePercent: open === 0 ? '0.000' : ((100 * change) / open).toFixed(3),
    weightedAvgPrice: volume === 0 ? '0.00000000' : ((cost / volume) * tickSize).toFixed(8),
  }
}
