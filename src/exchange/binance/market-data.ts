/** Public queries of a segment: what both interfaces answer alike, with the differences of the segments. */
import type { Print } from '../kline-store.ts'
import { type Kline, klineIntervals } from '../kline-store.ts'
import type { PublicMarket, Segment } from '../public-market.ts'
import { type ExchangeContext, marketOf, optionalMarket } from './exchange-context.ts'
import { bookTickerJson, tickerJson } from './market-json.ts'
import type { Params } from './params.ts'
import { costText } from './spot-json.ts'
import { WireError } from './wire-error.ts'

export function depth(context: ExchangeContext, segment: Segment, params: Params): object {
  const market = marketOf(context, segment, params)
  const limit = params.limit(segment === 'spot' ? 100 : 500, segment === 'spot' ? 5000 : 1000)
  const side = (name: 'buy' | 'sell') =>
    market.levels(name, limit).map(({ price, qty }) => [market.priceText(price), market.qtyText(qty)])
  // Of spot without a time: a client that finds one expects the first difference to follow at once.
  const now = context.clock.nowMs()
  const times = segment === 'spot' ? {} : { E: now, T: now }
  return { lastUpdateId: market.updateId, ...times, bids: side('buy'), asks: side('sell') }
}

export function trades(context: ExchangeContext, segment: Segment, params: Params): object[] {
  const market = marketOf(context, segment, params)
  const fromId = params.integer('fromId')
  const limit = params.limit(500, 1000)
  const found = fromId === undefined ? market.prints.slice(-limit) : from(market, fromId).slice(0, limit)
  return found.map((print) => ({
    id: print.id,
    price: market.priceText(print.tick),
    qty: market.qtyText(print.lots),
    quoteQty: printCost(market, print),
    time: context.clock.ms(print.time),
    isBuyerMaker: print.isBuyerMaker,
    ...(segment === 'spot' ? { isBestMatch: true } : {}),
  }))
}

/** Each print is one aggregate: the tape has no more than that. */
export function aggTrades(context: ExchangeContext, segment: Segment, params: Params): object[] {
  const market = marketOf(context, segment, params)
  const { clock } = context
  const limit = params.limit(500, 1000)
  const fromId = params.integer('fromId')
  const start = params.integer('startTime')
  const end = params.integer('endTime')
  const found = (fromId === undefined ? market.prints : from(market, fromId)).filter(
    ({ time }) =>
      (start === undefined || clock.ms(time) >= start) && (end === undefined || clock.ms(time) <= end),
  )
  const isForward = fromId !== undefined || start !== undefined
  return (isForward ? found.slice(0, limit) : found.slice(-limit)).map((print) => ({
    a: print.id,
    p: market.priceText(print.tick),
    q: market.qtyText(print.lots),
    f: print.id,
    l: print.id,
    T: clock.ms(print.time),
    m: print.isBuyerMaker,
    ...(segment === 'spot' ? { M: true } : {}),
  }))
}

export function klines(context: ExchangeContext, segment: Segment, params: Params): unknown[][] {
  const market = marketOf(context, segment, params)
  const lengthUs = intervalOf(params.required('interval'))
  const { clock, exchange } = context
  const limit = params.limit(500, segment === 'spot' ? 1000 : 1500)
  const start = params.integer('startTime')
  const end = params.integer('endTime')
  const to = end === undefined ? exchange.now + 1 : clock.us(end) + 1
  const from = start === undefined ? 0 : clock.us(start)
  const most = start === undefined ? limit : Number.POSITIVE_INFINITY
  const found = market.klines.between({ from, to, lengthUs, limit: most })
  return found.slice(0, limit).map((kline) => klineRow(context, market, { kline, lengthUs }))
}

/** @returns microseconds @throws {WireError} −1120 */
export function intervalOf(word: string): number {
  const lengthUs = klineIntervals.get(word)
  if (lengthUs === undefined) throw new WireError(-1120, 'Invalid interval.')
  return lengthUs
}

export function ticker24h(context: ExchangeContext, segment: Segment, params: Params): object {
  return oneOrAll(context, segment, params, (market) => tickerJson(context, market))
}

export function tickerPrice(context: ExchangeContext, segment: Segment, params: Params): object {
  return oneOrAll(context, segment, params, (market) => ({
    symbol: market.symbol,
    price: market.priceText(market.lastPrice ?? market.touch.bid),
    ...(segment === 'spot' ? {} : { time: context.clock.nowMs() }),
  }))
}

export function bookTicker(context: ExchangeContext, segment: Segment, params: Params): object {
  return oneOrAll(context, segment, params, (market) => bookTickerJson(context, market))
}

function oneOrAll(
  context: ExchangeContext,
  segment: Segment,
  params: Params,
  show: (market: PublicMarket) => object,
): object {
  const market = optionalMarket(context, segment, params)
  if (market !== undefined) return show(market)
  const named = params.text('symbols')
  const markets = context.exchange.markets.filter((known) => known.segment === segment)
  return markets.filter(({ symbol }) => named === undefined || named.includes(`"${symbol}"`)).map(show)
}

function from(market: PublicMarket, id: number): readonly Print[] {
  return market.prints.filter((print) => print.id >= id)
}

export function printCost(market: PublicMarket, { tick, lots }: Print): string {
  return costText(market, BigInt(tick) * BigInt(lots))
}

function klineRow(
  { clock }: ExchangeContext,
  market: PublicMarket,
  { kline, lengthUs }: { readonly kline: Kline; readonly lengthUs: number },
): unknown[] {
  return [
    clock.ms(kline.openTime),
    market.priceText(kline.open),
    market.priceText(kline.high),
    market.priceText(kline.low),
    market.priceText(kline.close),
    market.qtyText(kline.volume),
    clock.ms(kline.openTime + lengthUs) - 1,
    costText(market, BigInt(kline.cost)),
    kline.trades,
    market.qtyText(kline.takerVolume),
    costText(market, BigInt(kline.takerCost)),
    '0',
  ]
}
