/** Parameters of a new spot order → what is asked for, in ticks and lots. */
import { parseDecimal } from '../../core/decimal.ts'
import { priceTicks, type QtyLots, qtyLots } from '../../core/units.ts'
import type { TimeInForce } from '../../model/order.ts'
import { parseAmount } from '../amount.ts'
import type { OrderTicket, TicketTrigger, WireOrderType } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import { selfTradeOf, selfTradeWords } from './order-words.ts'
import type { Params } from './params.ts'
import { filterFailure, illegal, missing, notRequired, WireError } from './wire-error.ts'

const spotTypes: readonly WireOrderType[] = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
]
export const spotOrderTypes = spotTypes

/** Decimals that the wire takes. */
const decimalsMax = 8

/** @throws {WireError} −1100 … −1130, −1013 */
export function parseSpotTicket(
  market: PublicMarket,
  params: Params,
  nextClientId: () => string,
): OrderTicket {
  const side = parseSide(params)
  const type = parseType(params)
  const price = needsLimit(type) ? ticksOf(market, params, 'price') : forbid(params, 'price')
  const timeInForce = parseTimeInForce(params, type)
  const { qty, quoteQty } = parseQty(market, params, type)
  const display = params.decimal('icebergQty')
  const displayQty =
    display === undefined || Number(display) === 0 ? undefined : lotsOf(market, 'icebergQty', display)
  if (displayQty !== undefined && timeInForce !== 'gtc') throw notRequired('icebergQty')
  return {
    clientId: parseClientId(params, 'newClientOrderId') ?? nextClientId(),
    type,
    side,
    qty,
    price: price === undefined ? undefined : priceTicks(price),
    timeInForce,
    postOnly: type === 'LIMIT_MAKER',
    reduceOnly: false,
    trigger: parseTrigger(market, params, type),
    displayQty: displayQty !== undefined && displayQty < qty ? displayQty : undefined,
    selfTradePrevention: parseSelfTrade(params),
    quoteQty,
  }
}

/** @throws {WireError} −1100 */
export function parseClientId(params: Params, name: string): string | undefined {
  const id = params.text(name)
  if (id !== undefined && !/^[.A-Z:/a-z0-9_-]{1,36}$/.test(id)) throw illegal(name)
  return id
}

export function parseSide(params: Params): 'buy' | 'sell' {
  const word = params.required('side')
  if (word === 'BUY') return 'buy'
  if (word === 'SELL') return 'sell'
  throw new WireError(-1117, 'Invalid side.')
}

function parseType(params: Params): WireOrderType {
  const word = params.required('type')
  const type = spotTypes.find((known) => known === word)
  if (type === undefined) throw new WireError(-1116, 'Invalid orderType.')
  return type
}

const needsLimit = (type: WireOrderType): boolean => type.includes('LIMIT')

function parseTimeInForce(params: Params, type: WireOrderType): TimeInForce {
  const word = params.text('timeInForce')
  if (type === 'LIMIT_MAKER' || !needsLimit(type)) {
    if (word !== undefined) throw notRequired('timeInForce')
    return 'gtc'
  }
  switch (word) {
    case undefined:
      throw missing('timeInForce')
    case 'GTC':
      return 'gtc'
    case 'IOC':
      return 'ioc'
    case 'FOK':
      return 'fok'
    default:
      throw new WireError(-1115, 'Invalid timeInForce.')
  }
}

function parseQty(
  market: PublicMarket,
  params: Params,
  type: WireOrderType,
): { readonly qty: QtyLots; readonly quoteQty: string | undefined } {
  const quoteQty = params.decimal('quoteOrderQty')
  const qty = params.decimal('quantity')
  if (quoteQty === undefined) {
    if (qty === undefined) throw missing('quantity')
    return { qty: lotsOf(market, 'quantity', qty), quoteQty: undefined }
  }
  if (type !== 'MARKET') throw notRequired('quoteOrderQty')
  if (qty !== undefined) throw notRequired('quantity')
  const side = params.text('side') === 'BUY' ? 'sell' : 'buy'
  return { qty: qtyLots(lotsWorth(market, side, parseAmount(quoteQty))), quoteQty }
}

/** Lots that an amount of quote asset takes from the displayed levels of a side, rounded down. */
function lotsWorth(market: PublicMarket, side: 'buy' | 'sell', amount: bigint): number {
  const { perTickLot } = market.scale
  let left = amount
  let lots = 0
  const shown = market.levels(side, 5000)
  const levels = shown.length > 0 ? shown : [{ price: market.lastPrice ?? 1, qty: Number.MAX_SAFE_INTEGER }]
  for (const { price, qty } of levels) {
    const worth = BigInt(price) * perTickLot
    const affordable = left / worth
    const taken = affordable < BigInt(qty) ? Number(affordable) : qty
    lots += taken
    left -= BigInt(taken) * worth
    if (taken < qty) break
  }
  return lots
}

function parseTrigger(market: PublicMarket, params: Params, type: WireOrderType): TicketTrigger | undefined {
  const isTriggered = type.startsWith('STOP') || type.startsWith('TAKE')
  if (!isTriggered) {
    forbid(params, 'stopPrice')
    forbid(params, 'trailingDelta')
    return undefined
  }
  const bps = params.integer('trailingDelta')
  if (bps !== undefined) {
    if (type.startsWith('TAKE') || params.text('stopPrice') !== undefined) {
      throw new WireError(
        -1013,
        'This simulated exchange takes trailingDelta on stop losses without stopPrice.',
      )
    }
    return { kind: 'trailing-stop', bps }
  }
  const price = priceTicks(ticksOf(market, params, 'stopPrice'))
  return { kind: type.startsWith('STOP') ? 'stop' : 'take-profit', price }
}

export function parseSelfTrade(params: Params) {
  const word = params.text('selfTradePreventionMode') ?? 'EXPIRE_MAKER'
  if (!selfTradeWords.includes(word)) {
    throw new WireError(-1130, "Data sent for parameter 'selfTradePreventionMode' is not valid.")
  }
  return selfTradeOf(word)
}

function forbid(params: Params, name: string): undefined {
  if (params.text(name) !== undefined) throw notRequired(name)
  return undefined
}

/** @throws {WireError} −1102, −1111, −1013 */
export function ticksOf(market: PublicMarket, params: Params, name: string): number {
  const text = params.decimal(name)
  if (text === undefined) throw missing(name)
  const price = parseDecimal(text)
  checkPrecision(name, price.decimalPlaces())
  const ticks = price.div(market.instrument.spec.tickSize)
  if (!ticks.isInteger()) throw filterFailure('PRICE_FILTER')
  return ticks.toNumber()
}

/** @throws {WireError} −1111, −1013 */
export function lotsOf(market: PublicMarket, name: string, text: string): QtyLots {
  const qty = parseDecimal(text)
  checkPrecision(name, qty.decimalPlaces())
  const lots = qty.div(market.instrument.spec.lotSize)
  if (!lots.isInteger() || lots.gt(Number.MAX_SAFE_INTEGER)) throw filterFailure('LOT_SIZE')
  return qtyLots(lots.toNumber())
}

function checkPrecision(name: string, decimals: number): void {
  if (decimals > decimalsMax) throw new WireError(-1111, `Parameter '${name}' has too much precision.`)
}
