/** Spot orders and fills as the REST interface and the user stream write them. */
import type { OrderEvent } from '../account.ts'
import { amountText, eightDecimals } from '../amount.ts'
import type { ExchangeOrder, OrderFill } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import { selfTradeWord, sideWord, statusWord, timeInForceWord } from './order-words.ts'
import type { WireClock } from './wire-clock.ts'

const noPrice = '0.00000000'

export type ResponseType = 'ACK' | 'RESULT' | 'FULL'

/** Answer to a new order. */
export function newOrderJson(
  market: PublicMarket,
  order: ExchangeOrder,
  { type, clock }: { readonly type: ResponseType; readonly clock: WireClock },
): object {
  const { id, ticket, updatedAt } = order
  const ack = {
    symbol: market.symbol,
    orderId: id,
    orderListId: ticket.listId ?? -1,
    clientOrderId: ticket.clientId,
    transactTime: clock.ms(updatedAt),
  }
  if (type === 'ACK') return ack
  const result = { ...ack, ...bodyJson(market, order), ...workingTime(order, clock) }
  if (type === 'RESULT') return result
  return { ...result, fills: order.fills.map((fill) => newFillJson(market, fill)) }
}

/** An order as queries tell it. */
export function orderJson(market: PublicMarket, order: ExchangeOrder, clock: WireClock): object {
  const { ticket } = order
  return {
    symbol: market.symbol,
    orderId: order.id,
    orderListId: ticket.listId ?? -1,
    clientOrderId: ticket.clientId,
    ...bodyJson(market, order),
    stopPrice: stopText(market, order),
    icebergQty: ticket.displayQty === undefined ? noPrice : market.qtyText(ticket.displayQty),
    time: clock.ms(order.createdAt),
    updateTime: clock.ms(order.updatedAt),
    isWorking: order.workingAt !== undefined,
    ...workingTime(order, clock),
  }
}

/** Answer to a cancel. @param clientId of the cancel itself */
export function canceledJson(
  market: PublicMarket,
  order: ExchangeOrder,
  { clientId, clock }: { readonly clientId: string; readonly clock: WireClock },
): object {
  return {
    symbol: market.symbol,
    origClientOrderId: order.ticket.clientId,
    orderId: order.id,
    orderListId: order.ticket.listId ?? -1,
    clientOrderId: clientId,
    transactTime: clock.ms(order.updatedAt),
    ...bodyJson(market, order),
  }
}

export function tradeJson(
  market: PublicMarket,
  order: ExchangeOrder,
  fill: OrderFill,
  clock: WireClock,
): object {
  return {
    symbol: market.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId: order.ticket.listId ?? -1,
    price: market.priceText(fill.tick),
    qty: market.qtyText(fill.lots),
    quoteQty: costText(market, BigInt(fill.tick) * BigInt(fill.lots)),
    commission: amountText(fill.fee),
    commissionAsset: fill.feeAsset,
    time: clock.ms(fill.time),
    isBuyer: order.ticket.side === 'buy',
    isMaker: fill.liquidity === 'maker',
    isBestMatch: true,
  }
}

/** Event of the user stream. */
export function executionReport(market: PublicMarket, event: OrderEvent, clock: WireClock): object {
  const { order, time } = event
  const { ticket } = order
  const isCancel = event.kind === 'canceled' && order.cancelClientId !== undefined
  return {
    e: 'executionReport',
    E: clock.ms(time),
    s: market.symbol,
    c: isCancel ? order.cancelClientId : ticket.clientId,
    S: sideWord(ticket.side),
    o: ticket.type,
    f: timeInForceWord(order),
    q: market.qtyText(order.qty),
    p: priceText(market, order),
    P: stopText(market, order),
    F: ticket.displayQty === undefined ? noPrice : market.qtyText(ticket.displayQty),
    g: ticket.listId ?? -1,
    C: isCancel ? ticket.clientId : '',
    x: executionWord(event),
    X: statusWord(order),
    r: 'NONE',
    i: order.id,
    ...fillFields(market, event),
    T: clock.ms(time),
    I: order.id,
    w: order.isLive && order.workingAt !== undefined,
    M: false,
    O: clock.ms(order.createdAt),
    Q: ticket.quoteQty ?? noPrice,
    ...(order.workingAt === undefined ? {} : { W: clock.ms(order.workingAt) }),
    V: selfTradeWord(ticket.selfTradePrevention),
    ...(ticket.trigger?.kind === 'trailing-stop' ? { d: ticket.trigger.bps } : {}),
  }
}

/** This fill, if it is one, and the sums over all. */
function fillFields(market: PublicMarket, { order, fill }: OrderEvent): object {
  return {
    l: market.qtyText(fill?.lots ?? 0),
    z: market.qtyText(order.cumQty),
    L: fill === undefined ? noPrice : market.priceText(fill.tick),
    n: fill === undefined ? '0' : amountText(fill.fee),
    N: fill?.feeAsset ?? null,
    t: fill?.tradeId ?? -1,
    m: fill?.liquidity === 'maker',
    Z: costText(market, order.cumCost),
    Y: fill === undefined ? noPrice : costText(market, BigInt(fill.tick) * BigInt(fill.lots)),
  }
}

function executionWord({ kind, order }: OrderEvent): string {
  switch (kind) {
    case 'triggered':
      return 'NEW'
    case 'amended':
      return 'REPLACED'
    case 'restated':
      return order.reason === 'self-trade' ? 'TRADE_PREVENTION' : 'REPLACED'
    case 'canceled':
      if (order.reason === 'self-trade') return 'TRADE_PREVENTION'
      return statusWord(order) === 'EXPIRED' ? 'EXPIRED' : 'CANCELED'
    default:
      return kind.toUpperCase()
  }
}

/** What every answer about an order has. */
function bodyJson(market: PublicMarket, order: ExchangeOrder): object {
  const { ticket } = order
  return {
    price: priceText(market, order),
    origQty: market.qtyText(order.qty),
    executedQty: market.qtyText(order.cumQty),
    origQuoteOrderQty: ticket.quoteQty ?? noPrice,
    cummulativeQuoteQty: costText(market, order.cumCost),
    status: statusWord(order),
    timeInForce: timeInForceWord(order),
    type: ticket.type,
    side: sideWord(ticket.side),
    ...(ticket.trigger === undefined ? {} : { stopPrice: stopText(market, order) }),
    ...(ticket.trigger?.kind === 'trailing-stop' ? { trailingDelta: ticket.trigger.bps } : {}),
    ...(ticket.displayQty === undefined ? {} : { icebergQty: market.qtyText(ticket.displayQty) }),
    selfTradePreventionMode: selfTradeWord(ticket.selfTradePrevention),
  }
}

function newFillJson(market: PublicMarket, { tick, lots, fee, feeAsset, tradeId }: OrderFill): object {
  return {
    price: market.priceText(tick),
    qty: market.qtyText(lots),
    commission: amountText(fee),
    commissionAsset: feeAsset,
    tradeId,
  }
}

function workingTime({ workingAt }: ExchangeOrder, clock: WireClock): object {
  return { workingTime: workingAt === undefined ? -1 : clock.ms(workingAt) }
}

const priceText = (market: PublicMarket, { price }: ExchangeOrder): string =>
  price === undefined ? noPrice : market.priceText(price)

function stopText(market: PublicMarket, { ticket: { trigger } }: ExchangeOrder): string {
  return trigger === undefined || trigger.kind === 'trailing-stop' ? noPrice : market.priceText(trigger.price)
}

/** @param cost tick·lots */
export function costText(market: PublicMarket, cost: bigint): string {
  return eightDecimals(cost * market.scale.perTickLot)
}
