/** Orders, fills and conditional orders of perpetuals as the REST interface and the user stream write them. */
import type { Account, OrderEvent } from '../account.ts'
import { amountText, eightDecimals } from '../amount.ts'
import type { ExchangeOrder, OrderFill } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import { signedQty, type UsdmPosition, unrealizedOf } from '../usdm-wallet.ts'
import { selfTradeWord, sideWord, statusWord } from './order-words.ts'
import { costText } from './spot-json.ts'
import type { WireClock } from './wire-clock.ts'

const none = '0'

export function usdmOrderJson(market: PublicMarket, order: ExchangeOrder, clock: WireClock): object {
  const { ticket } = order
  return {
    orderId: order.id,
    symbol: market.symbol,
    status: statusWord(order),
    clientOrderId: ticket.clientId,
    price: priceText(market, order),
    avgPrice: averageText(market, order),
    origQty: market.qtyText(order.qty),
    executedQty: market.qtyText(order.cumQty),
    cumQty: market.qtyText(order.cumQty),
    cumQuote: costText(market, order.cumCost),
    timeInForce: timeInForceText(order),
    type: order.isTriggered ? (ticket.price === undefined ? 'MARKET' : 'LIMIT') : ticket.type,
    reduceOnly: ticket.reduceOnly,
    closePosition: ticket.closesPosition === true,
    side: sideWord(ticket.side),
    positionSide: 'BOTH',
    stopPrice: stopText(market, order),
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: ticket.type,
    priceMatch: 'NONE',
    selfTradePreventionMode: selfTradeWord(ticket.selfTradePrevention),
    goodTillDate: 0,
    time: clock.ms(order.createdAt),
    updateTime: clock.ms(order.updatedAt),
  }
}

export function algoOrderJson(market: PublicMarket, order: ExchangeOrder, clock: WireClock): object {
  const { ticket } = order
  const { trigger } = ticket
  return {
    algoId: order.id,
    clientAlgoId: ticket.clientId,
    algoType: 'CONDITIONAL',
    orderType: ticket.type,
    symbol: market.symbol,
    side: sideWord(ticket.side),
    positionSide: 'BOTH',
    timeInForce: timeInForceText(order),
    quantity: market.qtyText(order.qty),
    algoStatus: algoStatusWord(order),
    actualOrderId: order.isTriggered ? String(order.id) : '',
    actualPrice: averageText(market, order),
    triggerPrice: stopText(market, order),
    price: priceText(market, order),
    icebergQuantity: null,
    selfTradePreventionMode: selfTradeWord(ticket.selfTradePrevention),
    workingType: 'CONTRACT_PRICE',
    priceMatch: 'NONE',
    closePosition: ticket.closesPosition === true,
    priceProtect: false,
    reduceOnly: ticket.reduceOnly,
    ...(trigger?.kind === 'trailing-stop' ? { callbackRate: String(trigger.bps / 100) } : {}),
    createTime: clock.ms(order.createdAt),
    updateTime: clock.ms(order.updatedAt),
    triggerTime: order.workingAt === undefined ? 0 : clock.ms(order.workingAt),
    goodTillDate: 0,
  }
}

export function algoStatusWord(order: ExchangeOrder): string {
  if (!order.isUntriggered) return order.isLive ? 'TRIGGERED' : 'FINISHED'
  return statusWord(order)
}

export function userTradeJson(
  market: PublicMarket,
  order: ExchangeOrder,
  fill: OrderFill,
  clock: WireClock,
): object {
  const isBuy = order.ticket.side === 'buy'
  return {
    symbol: market.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    side: sideWord(order.ticket.side),
    price: market.priceText(fill.tick),
    qty: market.qtyText(fill.lots),
    realizedPnl: amountText(fill.realized),
    quoteQty: costText(market, BigInt(fill.tick) * BigInt(fill.lots)),
    commission: amountText(fill.fee),
    commissionAsset: fill.feeAsset,
    time: clock.ms(fill.time),
    positionSide: 'BOTH',
    buyer: isBuy,
    maker: fill.liquidity === 'maker',
  }
}

export function orderTradeUpdate(market: PublicMarket, event: OrderEvent, clock: WireClock): object {
  const { order, fill, time } = event
  const { ticket } = order
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: clock.ms(time),
    T: clock.ms(time),
    o: {
      s: market.symbol,
      c: ticket.clientId,
      S: sideWord(ticket.side),
      o: order.isTriggered ? (ticket.price === undefined ? 'MARKET' : 'LIMIT') : ticket.type,
      f: timeInForceText(order),
      q: market.qtyText(order.qty),
      p: priceText(market, order),
      ap: averageText(market, order),
      sp: stopText(market, order),
      x: executionWord(event),
      X: statusWord(order),
      i: order.id,
      l: market.qtyText(fill?.lots ?? 0),
      z: market.qtyText(order.cumQty),
      L: fill === undefined ? none : market.priceText(fill.tick),
      ...(fill === undefined ? {} : { N: fill.feeAsset, n: amountText(fill.fee) }),
      T: clock.ms(time),
      t: fill?.tradeId ?? 0,
      m: fill?.liquidity === 'maker',
      R: ticket.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: ticket.type,
      ps: 'BOTH',
      cp: ticket.closesPosition === true,
      rp: fill === undefined ? none : amountText(fill.realized),
      V: selfTradeWord(ticket.selfTradePrevention),
      pm: 'NONE',
      gtd: 0,
    },
  }
}

export function algoUpdate(market: PublicMarket, { order, time }: OrderEvent, clock: WireClock): object {
  const { ticket } = order
  return {
    e: 'ALGO_UPDATE',
    E: clock.ms(time),
    T: clock.ms(time),
    o: {
      caid: ticket.clientId,
      aid: order.id,
      at: 'CONDITIONAL',
      o: ticket.type,
      s: market.symbol,
      S: sideWord(ticket.side),
      ps: 'BOTH',
      f: timeInForceText(order),
      q: market.qtyText(order.qty),
      X: algoStatusWord(order),
      ai: order.isTriggered ? String(order.id) : '',
      tp: stopText(market, order),
      p: priceText(market, order),
      V: selfTradeWord(ticket.selfTradePrevention),
      wt: 'CONTRACT_PRICE',
      pm: 'NONE',
      cp: ticket.closesPosition === true,
      pP: false,
      R: ticket.reduceOnly,
      tt: order.workingAt === undefined ? 0 : clock.ms(order.workingAt),
      gtd: 0,
    },
  }
}

/** @param reason `ORDER`, `FUNDING_FEE` @param at wire time in ms */
export function accountUpdate(
  account: Account,
  assets: readonly string[],
  reason: string,
  at: number,
): object {
  const { usdm } = account.wallets
  return {
    e: 'ACCOUNT_UPDATE',
    E: at,
    T: at,
    a: {
      m: reason,
      B: assets.map((asset) => {
        const wallet = amountText(usdm.figures(asset).wallet)
        return { a: asset, wb: wallet, cw: wallet, bc: none }
      }),
      P: usdm.positions.map((position) => ({
        s: position.market.symbol,
        pa: signedQty(position),
        ep: entryText(position),
        bep: entryText(position),
        cr: amountText(position.realized),
        up: eightDecimals(unrealizedOf(position)),
        mt: 'cross',
        iw: none,
        ps: 'BOTH',
      })),
    },
  }
}

export function entryText({ market, lots, cost }: UsdmPosition): string {
  return lots === 0 ? '0.0' : eightDecimals((cost * market.scale.perTick) / BigInt(Math.abs(lots)))
}

function averageText(market: PublicMarket, { cumQty, cumCost }: ExchangeOrder): string {
  return cumQty === 0 ? '0.00' : eightDecimals((cumCost * market.scale.perTick) / BigInt(cumQty))
}

function timeInForceText({ ticket }: ExchangeOrder): string {
  if (ticket.price === undefined) return 'GTC'
  return ticket.postOnly ? 'GTX' : ticket.timeInForce.toUpperCase()
}

const priceText = (market: PublicMarket, { price }: ExchangeOrder): string =>
  price === undefined ? none : market.priceText(price)

function stopText(market: PublicMarket, { ticket: { trigger } }: ExchangeOrder): string {
  return trigger === undefined || trigger.kind === 'trailing-stop' ? none : market.priceText(trigger.price)
}

function executionWord({ kind, order }: OrderEvent): string {
  switch (kind) {
    case 'triggered':
      return 'NEW'
    case 'amended':
    case 'restated':
      return 'AMENDMENT'
    case 'canceled':
      return statusWord(order).startsWith('EXPIRED') ? 'EXPIRED' : 'CANCELED'
    default:
      return kind.toUpperCase()
  }
}
