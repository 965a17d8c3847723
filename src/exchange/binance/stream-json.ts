/** Messages of the public streams. Those of the two segments differ in a few fields. */
import type { Level } from '../../model/market-data.ts'
import type { Kline, Print } from '../kline-store.ts'
import type { BookDiff, PublicMarket } from '../public-market.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { changeTexts, dayTicker } from './market-json.ts'
import { costText } from './spot-json.ts'

const levelTexts = ({ priceText, qtyText }: PublicMarket, levels: readonly Level[]): string[][] =>
  levels.map(({ price, qty }) => [priceText(price), qtyText(qty)])

/** @param at wire time in ms */
export function diffJson(market: PublicMarket, diff: BookDiff, at: number): object {
  const levels = { b: levelTexts(market, diff.bids), a: levelTexts(market, diff.asks) }
  const ids = { U: diff.firstId, u: diff.finalId }
  if (market.segment === 'spot') return { e: 'depthUpdate', E: at, s: market.symbol, ...ids, ...levels }
  return { e: 'depthUpdate', E: at, T: at, s: market.symbol, ...ids, pu: diff.previousId, ...levels }
}

/** The best levels of the book, whole. */
export function partialJson(market: PublicMarket, depth: number, at: number): object {
  const bids = levelTexts(market, market.levels('buy', depth))
  const asks = levelTexts(market, market.levels('sell', depth))
  const { updateId, symbol } = market
  if (market.segment === 'spot') return { lastUpdateId: updateId, bids, asks }
  return {
    e: 'depthUpdate',
    E: at,
    T: at,
    s: symbol,
    U: updateId,
    u: updateId,
    pu: updateId,
    b: bids,
    a: asks,
  }
}

export function tradeMessage(market: PublicMarket, print: Print, at: number): object {
  const common = {
    s: market.symbol,
    t: print.id,
    p: market.priceText(print.tick),
    q: market.qtyText(print.lots),
  }
  const maker = { m: print.isBuyerMaker }
  if (market.segment === 'spot') return { e: 'trade', E: at, ...common, T: at, ...maker, M: true }
  return { e: 'trade', E: at, T: at, ...common, X: 'MARKET', ...maker }
}

export function aggTradeMessage(market: PublicMarket, print: Print, at: number): object {
  return {
    e: 'aggTrade',
    E: at,
    s: market.symbol,
    a: print.id,
    p: market.priceText(print.tick),
    q: market.qtyText(print.lots),
    f: print.id,
    l: print.id,
    T: at,
    m: print.isBuyerMaker,
    ...(market.segment === 'spot' ? { M: true } : {}),
  }
}

export function bookTickerMessage(market: PublicMarket, at: number): object {
  const { touch, priceText, qtyText, updateId, symbol } = market
  const body = {
    u: updateId,
    s: symbol,
    b: priceText(touch.bid),
    B: qtyText(touch.bidQty),
    a: priceText(touch.ask),
    A: qtyText(touch.askQty),
  }
  return market.segment === 'spot' ? body : { e: 'bookTicker', ...body, T: at, E: at }
}

export function miniTickerMessage(context: ExchangeContext, market: PublicMarket, at: number): object {
  const day = dayTicker(context, market)
  return {
    e: '24hrMiniTicker',
    E: at,
    s: market.symbol,
    c: market.priceText(day.last),
    o: market.priceText(day.open),
    h: market.priceText(day.high),
    l: market.priceText(day.low),
    v: market.qtyText(day.volume),
    q: costText(market, BigInt(day.cost)),
  }
}

export function tickerMessage(context: ExchangeContext, market: PublicMarket, at: number): object {
  const day = dayTicker(context, market)
  const { touch, priceText, qtyText } = market
  const { priceChange, priceChangePercent, weightedAvgPrice } = changeTexts(market, day)
  return {
    e: '24hrTicker',
    E: at,
    s: market.symbol,
    p: priceChange,
    P: priceChangePercent,
    w: weightedAvgPrice,
    x: priceText(day.open),
    c: priceText(day.last),
    Q: qtyText(market.prints.at(-1)?.lots ?? 0),
    b: priceText(touch.bid),
    B: qtyText(touch.bidQty),
    a: priceText(touch.ask),
    A: qtyText(touch.askQty),
    o: priceText(day.open),
    h: priceText(day.high),
    l: priceText(day.low),
    v: qtyText(day.volume),
    q: costText(market, BigInt(day.cost)),
    O: at - 86_400_000,
    C: at,
    F: day.firstId,
    L: day.lastId,
    n: day.trades,
  }
}

export interface KlineAt {
  readonly kline: Kline
  /** `1m`. */
  readonly interval: string
  /** Microseconds. */
  readonly lengthUs: number
  readonly isClosed: boolean
}

export function klineMessage(context: ExchangeContext, market: PublicMarket, shown: KlineAt): object {
  const { kline, interval, lengthUs, isClosed } = shown
  const { clock } = context
  return {
    e: 'kline',
    E: clock.nowMs(),
    s: market.symbol,
    k: {
      t: clock.ms(kline.openTime),
      T: clock.ms(kline.openTime + lengthUs) - 1,
      s: market.symbol,
      i: interval,
      f: kline.firstId,
      L: kline.lastId,
      o: market.priceText(kline.open),
      c: market.priceText(kline.close),
      h: market.priceText(kline.high),
      l: market.priceText(kline.low),
      v: market.qtyText(kline.volume),
      n: kline.trades,
      x: isClosed,
      q: costText(market, BigInt(kline.cost)),
      V: market.qtyText(kline.takerVolume),
      Q: costText(market, BigInt(kline.takerCost)),
      B: '0',
    },
  }
}
