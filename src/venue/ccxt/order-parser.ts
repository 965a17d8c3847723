/** Orders and trades as ccxt parsed them → what the order machine reads. Everything is checked: it comes from outside. */
import { type QtyLots, qtyLots, type TimeUs, timeUs } from '../../core/units.ts'
import type { ReasonCode, Side } from '../../model/order.ts'
import { isRecord, textOf } from './ccxt-exchange.ts'
import type { WireFill, WireOrder, WireOrderState } from './exchange-wire.ts'
import type { NumberGrid } from './number-grid.ts'
import { statusOf } from './order-status.ts'

export interface ParseContext {
  readonly exchangeId: string
  readonly instrument: number
  readonly grid: NumberGrid
  /** Undoes what the venue does to client order ids. */
  readonly ownId: (clientId: string) => string
  /** For messages without a time. */
  readonly now: () => TimeUs
}

/** Undefined when it is no order that we can read. */
export function orderStateOf(order: unknown, context: ParseContext): WireOrderState | undefined {
  if (!isRecord(order)) return undefined
  const { exchangeId, instrument, grid } = context
  const venueOrderId = textOf(order.id)
  const side = sideOf(order.side)
  const qty = positive(grid.qty(order.amount))
  const cumQty = cumQtyOf(order, grid, qty)
  if (venueOrderId === undefined || side === undefined || cumQty === undefined) return undefined
  const status = statusOf(exchangeId, order, qty === undefined || cumQty >= qty)
  if (status === undefined) return undefined
  const trigger = grid.price(order.triggerPrice) ?? grid.price(order.stopPrice)
  return {
    instrument,
    clientId: clientIdOf(order, context),
    venueOrderId,
    side,
    status,
    reason: reasonOf(order.info),
    price: order.type === 'market' ? undefined : grid.price(order.price),
    qty,
    cumQty,
    triggerPrice: trigger,
    isTriggered: trigger !== undefined && (cumQty > 0 || isWorking(order.info)),
    exchangeTime: timeOf(order.lastUpdateTimestamp ?? order.lastTradeTimestamp ?? order.timestamp, context),
    fills: fillsOf(order, context),
  }
}

/** The answer to a new order, which may be no more than its number: what it lacks is as it was asked for. */
export function newOrderStateOf(
  answer: unknown,
  { clientId, command }: WireOrder,
  context: ParseContext,
): WireOrderState | undefined {
  if (!isRecord(answer)) return undefined
  const { side, qty, price } = command
  const { grid } = context
  const asked = {
    ...{ side, amount: grid.qtyNumber(qty), filled: 0, status: 'open', clientOrderId: clientId },
    ...(price === undefined ? { type: 'market' } : { type: 'limit', price: grid.priceNumber(price) }),
  }
  const told = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))
  return orderStateOf({ ...asked, ...told }, context)
}

/** Undefined when it is no trade that we can read. */
export function fillOf(trade: unknown, context: ParseContext): WireFill | undefined {
  if (!isRecord(trade)) return undefined
  const { instrument, grid } = context
  const tradeId = textOf(trade.id)
  const venueOrderId = textOf(trade.order)
  const side = sideOf(trade.side)
  const price = grid.price(trade.price)
  const qty = positive(grid.qty(trade.amount))
  if (tradeId === undefined || venueOrderId === undefined || side === undefined) return undefined
  if (price === undefined || qty === undefined) return undefined
  return {
    ...{ instrument, tradeId, venueOrderId, side, price, qty },
    clientId: clientIdOf(trade, context),
    liquidity: trade.takerOrMaker === 'maker' ? 'maker' : 'taker',
    exchangeTime: timeOf(trade.timestamp, context),
  }
}

/** Executions in the answer to an order; those without an id of their own are told again by the venue's list. */
function fillsOf(order: Readonly<Record<string, unknown>>, context: ParseContext): readonly WireFill[] {
  const { trades } = order
  if (!Array.isArray(trades)) return []
  return trades.flatMap((trade: unknown) => {
    const named = isRecord(trade)
      ? { ...trade, order: trade.order ?? order.id, side: trade.side ?? order.side }
      : trade
    return fillOf(named, context) ?? []
  })
}

function cumQtyOf(
  order: Readonly<Record<string, unknown>>,
  grid: NumberGrid,
  qty: QtyLots | undefined,
): QtyLots | undefined {
  const filled = grid.qty(order.filled)
  if (filled !== undefined) return filled
  const left = grid.qty(order.remaining)
  if (left !== undefined && qty !== undefined) return qtyLots(qty - left)
  return undefined
}

function clientIdOf(message: Readonly<Record<string, unknown>>, { ownId }: ParseContext): string | undefined {
  const own = textOf(message.clientOrderId)
  if (own !== undefined) return ownId(own)
  const { info } = message
  if (!isRecord(info)) return undefined
  for (const field of ['clientOrderId', 'c', 'clOrdId', 'orderLinkId', 'clientOid', 'cl_ord_id']) {
    const text = textOf(info[field])
    if (text !== undefined) return ownId(text)
  }
  return undefined
}

/** Binance says when a triggered order came to work, also of one that is over. */
function isWorking(info: unknown): boolean {
  if (!isRecord(info)) return false
  return info.isWorking === true || info.w === true || Number(info.W) > 0 || Number(info.workingTime) > 0
}

/** Binance's word for an order that met another one of the same account. */
function reasonOf(info: unknown): ReasonCode | undefined {
  return isRecord(info) && (info.status ?? info.X) === 'EXPIRED_IN_MATCH' ? 'self-trade' : undefined
}

function sideOf(value: unknown): Side | undefined {
  return value === 'buy' || value === 'sell' ? value : undefined
}

function positive(qty: QtyLots | undefined): QtyLots | undefined {
  return qty !== undefined && qty > 0 ? qty : undefined
}

/** Milliseconds, as ccxt gives them. */
function timeOf(value: unknown, { now }: ParseContext): TimeUs {
  const ms = Number(textOf(value))
  return Number.isFinite(ms) && ms > 0 && ms < 8e12 ? timeUs(Math.round(ms * 1000)) : now()
}
