/** What a strategy asks for, looked at before the engine sees it: a user's file has its types stripped, not checked. */
import type { BracketRequest, OrderRequest, OrderType } from '../model/order.ts'
import { hasLimit } from '../model/order-terms.ts'

const sides: readonly unknown[] = ['buy', 'sell']
const types: readonly unknown[] = [
  'market',
  'limit',
  'stop',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
]
const timesInForce: readonly unknown[] = [undefined, 'gtc', 'ioc', 'fok', 'gtd']
const triggerSources: readonly unknown[] = [undefined, 'last', 'touch', 'mark']
const selfTradeModes: readonly unknown[] = [
  undefined,
  'cancel-newest',
  'cancel-oldest',
  'cancel-both',
  'decrement',
]
interface Field {
  readonly name: string
  isIn(request: OrderRequest): boolean
}
// Each looks for a field of a fixed name: looking for a name that varies takes ten times as long.
const price: Field = { name: 'price', isIn: (request) => 'price' in request }
const postOnly: Field = { name: 'postOnly', isIn: (request) => 'postOnly' in request }
const timeInForce: Field = { name: 'timeInForce', isIn: (request) => 'timeInForce' in request }
const displayQty: Field = { name: 'displayQty', isIn: (request) => 'displayQty' in request }
const triggerPrice: Field = { name: 'triggerPrice', isIn: (request) => 'triggerPrice' in request }
const triggerSource: Field = { name: 'triggerSource', isIn: (request) => 'triggerSource' in request }
const activationPrice: Field = { name: 'activationPrice', isIn: (request) => 'activationPrice' in request }
/** Fields that an order of a type must not have. Every order is looked at: nothing is put together here while it runs. */
const foreignFields: ReadonlyMap<OrderType, readonly Field[]> = new Map<OrderType, readonly Field[]>([
  ['market', [price, postOnly, timeInForce, displayQty, triggerPrice, triggerSource, activationPrice]],
  ['limit', [triggerPrice, triggerSource, activationPrice]],
  ['stop', [price, postOnly, timeInForce, displayQty, activationPrice]],
  ['stop-limit', [displayQty, activationPrice]],
  ['take-profit', [price, postOnly, timeInForce, displayQty, activationPrice]],
  ['take-profit-limit', [displayQty, activationPrice]],
  ['trailing-stop', [price, postOnly, timeInForce, displayQty, triggerPrice]],
])
const anyType = `type ${types.join(', ')}`

/** @throws {TypeError} with what was expected and found, so that the line of the strategy can be named */
export function checkOrderRequest(request: OrderRequest, instruments: number): void {
  const { instrument, side, type, qty, selfTradePrevention } = request
  expect(
    Number.isInteger(instrument) && instrument >= 0 && instrument < instruments,
    'instrument',
    instrument,
  )
  expect(sides.includes(side), 'side buy or sell', side)
  expect(types.includes(type), anyType, type)
  expect(isPositiveInteger(qty), 'qty in whole lots > 0', qty)
  expect(
    selfTradeModes.includes(selfTradePrevention),
    'selfTradePrevention cancel-newest, cancel-oldest, cancel-both or decrement',
    selfTradePrevention,
  )
  checkFields(request)
  checkTrigger(request)
  if (hasLimit(type)) checkLimit(request)
  if (request.type !== 'market' && request.expireTime !== undefined) {
    expect(isPositiveInteger(request.expireTime), 'expireTime in microseconds', request.expireTime)
  }
}

/** @throws {TypeError} */
export function checkOco(first: OrderRequest, second: OrderRequest): void {
  expect(first.instrument === second.instrument, 'a pair on one instrument', second.instrument)
  expect(first.qty === second.qty, `a pair of equal quantities (${first.qty})`, second.qty)
}

/** @throws {TypeError} */
export function checkBracket({ entry, stopLoss, takeProfit }: BracketRequest): void {
  for (const exit of [stopLoss, takeProfit]) {
    expect(exit.instrument === entry.instrument, 'exits on the instrument of their entry', exit.instrument)
    expect(exit.side !== entry.side, `exits on the other side of their entry (${entry.side})`, exit.side)
    expect(exit.qty === entry.qty, `exits as large as their entry (${entry.qty})`, exit.qty)
  }
}

function checkFields(request: OrderRequest): void {
  const { type } = request
  if (type === 'market') {
    expect(
      !('price' in request) && !('postOnly' in request),
      'no price and no postOnly on a market order',
      request,
    )
  }
  for (const field of foreignFields.get(type) ?? []) {
    if (field.isIn(request)) expect(false, `no ${field.name} on a ${type} order`, request)
  }
}

function checkLimit(request: OrderRequest): void {
  if (!('price' in request)) {
    expect(false, 'price in whole ticks > 0', undefined)
    return
  }
  const { price, timeInForce, expireTime } = request
  expect(isPositiveInteger(price), 'price in whole ticks > 0', price)
  expect(timesInForce.includes(timeInForce), 'timeInForce gtc, ioc, fok or gtd', timeInForce)
  expect(
    (timeInForce === 'gtd') === (expireTime !== undefined),
    'expireTime with timeInForce gtd, and only then',
    expireTime,
  )
  if (request.type !== 'limit' || request.displayQty === undefined) return
  const isPart = isPositiveInteger(request.displayQty) && request.displayQty < request.qty
  expect(isPart, 'displayQty in whole lots > 0 and < qty', request.displayQty)
  expect(timeInForce !== 'ioc' && timeInForce !== 'fok', 'displayQty on an order that can rest', timeInForce)
}

function checkTrigger(request: OrderRequest): void {
  if (request.type === 'market' || request.type === 'limit') return
  expect(
    triggerSources.includes(request.triggerSource),
    'triggerSource last, touch or mark',
    request.triggerSource,
  )
  if (request.type !== 'trailing-stop') {
    expect(isPositiveInteger(request.triggerPrice), 'triggerPrice in whole ticks > 0', request.triggerPrice)
    return
  }
  const { trailingTicks, trailingBps, activationPrice } = request
  expect(
    (trailingTicks === undefined) !== (trailingBps === undefined),
    'trailingTicks or trailingBps, one of them',
    request,
  )
  if (trailingTicks !== undefined)
    expect(isPositiveInteger(trailingTicks), 'trailingTicks in whole ticks > 0', trailingTicks)
  if (activationPrice !== undefined)
    expect(isPositiveInteger(activationPrice), 'activationPrice in whole ticks > 0', activationPrice)
  if (trailingBps === undefined) return
  expect(
    isPositiveInteger(trailingBps) && trailingBps < 10_000,
    'trailingBps in whole basis points, 1 to 9999',
    trailingBps,
  )
}

export const isPositiveInteger = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0

export function expect(isMet: boolean, expected: string, found: unknown): void {
  if (!isMet) throw new TypeError(`expected ${expected}, found ${JSON.stringify(found) ?? String(found)}`)
}
