/** Parameters of a new order of a perpetual → what is asked for, in ticks and lots. */
import { priceTicks, type QtyLots, qtyLots } from '../../core/units.ts'
import type { TimeInForce } from '../../model/order.ts'
import type { Account } from '../account.ts'
import type { OrderTicket, TicketTrigger, WireOrderType } from '../exchange-order.ts'
import type { PublicMarket } from '../public-market.ts'
import type { Params } from './params.ts'
import { lotsOf, parseClientId, parseSelfTrade, parseSide, ticksOf } from './spot-ticket.ts'
import { missing, WireError } from './wire-error.ts'

const plainTypes: readonly WireOrderType[] = ['LIMIT', 'MARKET']
const conditionalTypes: readonly WireOrderType[] = [
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
]

export interface UsdmTicketInput {
  readonly account: Account
  readonly market: PublicMarket
  readonly params: Params
  readonly nextClientId: () => string
  /** As `POST /fapi/v1/algoOrder` has it. */
  readonly isConditional: boolean
}

/** @throws {WireError} */
export function parseUsdmTicket(input: UsdmTicketInput): OrderTicket {
  const { market, params, nextClientId, isConditional } = input
  checkPositionSide(params)
  const side = parseSide(params)
  const type = parseType(params, isConditional)
  const hasLimit = type === 'LIMIT' || type === 'STOP' || type === 'TAKE_PROFIT'
  const { timeInForce, postOnly } = parseTimeInForce(params, type, hasLimit)
  const closesPosition = params.flag('closePosition')
  const price = hasLimit ? priceTicks(ticksOf(market, params, 'price')) : undefined
  return {
    clientId: parseClientId(params, isConditional ? 'clientAlgoId' : 'newClientOrderId') ?? nextClientId(),
    type,
    side,
    qty: closesPosition ? positionLots(input) : requiredLots(market, params),
    price,
    timeInForce,
    postOnly,
    reduceOnly: params.flag('reduceOnly') || closesPosition,
    trigger: isConditional ? parseTrigger(market, params, type) : undefined,
    displayQty: undefined,
    selfTradePrevention: parseSelfTrade(params),
    isConditional,
    closesPosition,
  }
}

/** One-way mode only. @throws {WireError} −4061 */
function checkPositionSide(params: Params): void {
  const side = params.text('positionSide')
  if (side === undefined || side === 'BOTH') return
  throw new WireError(-4061, "Order's position side does not match user's setting.")
}

function parseType(params: Params, isConditional: boolean): WireOrderType {
  const word = params.required('type')
  const type = (isConditional ? conditionalTypes : plainTypes).find((known) => known === word)
  if (type !== undefined) return type
  if (!isConditional && conditionalTypes.some((known) => known === word)) {
    throw new WireError(
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    )
  }
  throw new WireError(-1116, 'Invalid orderType.')
}

function parseTimeInForce(
  params: Params,
  type: WireOrderType,
  hasLimit: boolean,
): { readonly timeInForce: TimeInForce; readonly postOnly: boolean } {
  const word = params.text('timeInForce') ?? (type === 'LIMIT' ? undefined : 'GTC')
  if (word === undefined) throw missing('timeInForce')
  if (!hasLimit) return { timeInForce: 'gtc', postOnly: false }
  switch (word) {
    case 'GTC':
    case 'IOC':
    case 'FOK':
      return { timeInForce: word === 'GTC' ? 'gtc' : word === 'IOC' ? 'ioc' : 'fok', postOnly: false }
    case 'GTX':
      return { timeInForce: 'gtc', postOnly: true }
    default:
      throw new WireError(-1115, 'Invalid timeInForce.')
  }
}

function requiredLots(market: PublicMarket, params: Params): QtyLots {
  const text = params.decimal('quantity')
  if (text === undefined) throw missing('quantity')
  const lots = lotsOf(market, 'quantity', text)
  if (lots === 0) throw new WireError(-4003, 'Quantity less than or equal to zero.')
  return lots
}

/** Of the position that an order closes whole. @throws {WireError} −4509 */
function positionLots({ account, market }: UsdmTicketInput): QtyLots {
  const lots = Math.abs(account.wallets.usdm.position(market)?.lots ?? 0)
  if (lots === 0) {
    throw new WireError(
      -4509,
      'Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available.',
    )
  }
  return qtyLots(lots)
}

function parseTrigger(market: PublicMarket, params: Params, type: WireOrderType): TicketTrigger {
  if (type !== 'TRAILING_STOP_MARKET') {
    const price = priceTicks(ticksOf(market, params, 'triggerPrice'))
    return { kind: type.startsWith('STOP') ? 'stop' : 'take-profit', price }
  }
  if ((params.text('activatePrice') ?? params.text('activationPrice')) !== undefined) {
    throw new WireError(
      -1100,
      'This simulated exchange lets a trailing stop follow the price at once: leave the activation price out.',
    )
  }
  const rate = params.decimal('callbackRate')
  if (rate === undefined) throw missing('callbackRate')
  const bps = Math.round(Number(rate) * 100)
  if (bps < 10 || bps > 1000) throw new WireError(-2007, 'Invalid callBack rate.')
  return { kind: 'trailing-stop', bps }
}
